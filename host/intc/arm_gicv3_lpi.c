/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LPIs of one CPU. The guest's configuration table is copied when LPIs are enabled
 * and when the guest says that it changed; the pending table is read once, when LPIs
 * are enabled, and written back when they are disabled.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "system/address-spaces.h"
#include "arm_gicv3_internal.h"

enum { CONFIG_ENABLE = 1, LPI_WORDS = GICV3_LPIS / 64 };

#define PROPBASER_ADDR(v) ((v)&0x000ffffffffff000ull)
#define PENDBASER_ADDR(v) ((v)&0x000fffffffff0000ull)
#define PENDBASER_PTZ     (1ull << 62)

void gicv3_lpi_init(GICv3Lpis *l)
{
    l->pending = g_new0(uint64_t, LPI_WORDS);
    l->config = g_new0(uint8_t, GICV3_LPIS);
}

void gicv3_lpi_finalize(GICv3Lpis *l)
{
    g_clear_pointer(&l->pending, g_free);
    g_clear_pointer(&l->config, g_free);
}

void gicv3_lpi_reset(GICv3Lpis *l)
{
    l->enabled = l->stale = false;
    l->propbaser = l->pendbaser = 0;
    l->n_pending = 0;
    if (l->pending) {
        memset(l->pending, 0, LPI_WORDS * sizeof(uint64_t));
        memset(l->config, 0, GICV3_LPIS);
    }
}

/* LPIs the guest's tables have room for. */
static unsigned lpi_count(const GICv3Lpis *l)
{
    unsigned bits = (l->propbaser & 0x1f) + 1;

    bits = MIN(bits, GICV3_ID_BITS);
    return (1u << bits) > GICV3_FIRST_LPI ? (1u << bits) - GICV3_FIRST_LPI : 0;
}

static bool usable(const GICv3Lpis *l, unsigned intid)
{
    return l->enabled && intid >= GICV3_FIRST_LPI &&
           intid - GICV3_FIRST_LPI < lpi_count(l);
}

static void load_config(GICv3Lpis *l)
{
    memset(l->config, 0, GICV3_LPIS);
    address_space_read(&address_space_memory, PROPBASER_ADDR(l->propbaser),
                       GICV3_TABLE_ATTRS, l->config, lpi_count(l));
    l->stale = false;
}

/* The pending table has a bit for every INTID, the first kilobyte stands for others. */
static hwaddr pending_table(const GICv3Lpis *l)
{
    return PENDBASER_ADDR(l->pendbaser) + GICV3_FIRST_LPI / 8;
}

static void load_pending(GICv3Lpis *l)
{
    unsigned words = lpi_count(l) / 64;

    memset(l->pending, 0, LPI_WORDS * sizeof(uint64_t));
    l->n_pending = 0;
    if (l->pendbaser & PENDBASER_PTZ) {
        return;
    }
    address_space_read(&address_space_memory, pending_table(l), GICV3_TABLE_ATTRS,
                       l->pending, words * sizeof(uint64_t));
    for (unsigned i = 0; i < words; i++) {
        l->pending[i] = le64_to_cpu(l->pending[i]);
        l->n_pending += __builtin_popcountll(l->pending[i]);
    }
}

static void store_pending(GICv3Lpis *l)
{
    unsigned words = lpi_count(l) / 64;

    for (unsigned i = 0; i < words; i++) {
        l->pending[i] = cpu_to_le64(l->pending[i]);
    }
    address_space_write(&address_space_memory, pending_table(l), GICV3_TABLE_ATTRS,
                        l->pending, words * sizeof(uint64_t));
    memset(l->pending, 0, LPI_WORDS * sizeof(uint64_t));
    l->n_pending = 0;
}

void gicv3_lpi_set_enabled(GICv3Lpis *l, bool enabled)
{
    if (enabled == l->enabled) {
        return;
    }
    if (enabled) {
        l->enabled = true;
        load_config(l);
        load_pending(l);
    } else {
        store_pending(l);
        l->enabled = false;
        l->pendbaser &= ~PENDBASER_PTZ;
    }
}

void gicv3_lpi_set_pending(GICv3Lpis *l, unsigned intid, bool pending)
{
    unsigned n = intid - GICV3_FIRST_LPI;
    uint64_t bit = 1ull << (n % 64);

    if (!usable(l, intid) || pending == !!(l->pending[n / 64] & bit)) {
        return;
    }
    l->pending[n / 64] ^= bit;
    l->n_pending += pending ? 1 : -1;
}

bool gicv3_lpi_pending(const GICv3Lpis *l, unsigned intid)
{
    unsigned n = intid - GICV3_FIRST_LPI;

    return usable(l, intid) && l->pending[n / 64] >> (n % 64) & 1;
}

void gicv3_lpi_reload(GICv3Lpis *l, unsigned intid)
{
    if (usable(l, intid) && !l->stale) {
        unsigned n = intid - GICV3_FIRST_LPI;

        l->config[n] = 0;
        address_space_read(&address_space_memory, PROPBASER_ADDR(l->propbaser) + n,
                           GICV3_TABLE_ATTRS, &l->config[n], 1);
    }
}

void gicv3_lpi_reload_all(GICv3Lpis *l)
{
    /* Read when needed: a row of such commands costs one reading. */
    l->stale = l->enabled;
}

void gicv3_lpi_move_all(GICv3Lpis *from, GICv3Lpis *to)
{
    if (from == to || !from->enabled || !to->enabled) {
        return;
    }
    for (unsigned i = 0; i < LPI_WORDS && from->n_pending; i++) {
        uint64_t added = from->pending[i] & ~to->pending[i];

        to->n_pending += __builtin_popcountll(added);
        to->pending[i] |= added;
        from->n_pending -= __builtin_popcountll(from->pending[i]);
        from->pending[i] = 0;
    }
}

int gicv3_lpi_best(GICv3Lpis *l, unsigned *priority)
{
    int best = -1;

    if (!l->enabled || !l->n_pending) {
        return -1;
    }
    if (l->stale) {
        load_config(l);
    }
    for (unsigned i = 0; i < LPI_WORDS; i++) {
        for (uint64_t set = l->pending[i]; set; set &= set - 1) {
            unsigned n = i * 64 + __builtin_ctzll(set);
            unsigned config = l->config[n];

            if (config & CONFIG_ENABLE && (config & GIC_PRIO_MASK) < *priority) {
                *priority = config & GIC_PRIO_MASK;
                best = GICV3_FIRST_LPI + n;
            }
        }
    }
    return best;
}
