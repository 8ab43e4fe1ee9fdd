/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the ITS's commands do. A command that is wrong changes nothing and is skipped:
 * the queue never stalls.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "system/address-spaces.h"
#include "arm_gicv3_its_internal.h"

#define CBASER_VALID (1ull << 63)
#define CBASER_ADDR  0x000ffffffffff000ull

/* All that a device and an event lead to. */
typedef struct Path {
    ItsDevice device;
    ItsEvent event;
    GICv3Cpu *cpu;
} Path;

static GICv3Cpu *find_cpu(GICv3ITSState *s, uint32_t index)
{
    return index < s->gic->num_cpu ? &s->gic->cpu[index] : NULL;
}

static GICv3Cpu *collection_cpu(GICv3ITSState *s, uint32_t id)
{
    ItsCollection c;

    return its_load_collection(s, id, &c) && c.valid ? find_cpu(s, c.cpu) : NULL;
}

static bool follow(GICv3ITSState *s, uint32_t device, uint32_t event, Path *path)
{
    if (!its_load_device(s, device, &path->device) || !path->device.valid ||
        !its_load_event(s, &path->device, event, &path->event) || !path->event.valid) {
        return false;
    }
    path->cpu = collection_cpu(s, path->event.collection);
    return path->cpu != NULL;
}

static bool map_device(GICv3ITSState *s, const ItsCommand *c)
{
    return its_store_device(
        s, c->device,
        (ItsDevice){ .valid = c->valid, .event_bits = c->event_bits, .itt = c->itt });
}

static bool map_collection(GICv3ITSState *s, const ItsCommand *c)
{
    if (c->valid && !find_cpu(s, c->cpu)) {
        return false;
    }
    return its_store_collection(s, c->collection,
                                (ItsCollection){ .valid = c->valid, .cpu = c->cpu });
}

static bool map_event(GICv3ITSState *s, const ItsCommand *c)
{
    ItsDevice d;

    if (c->intid < GICV3_FIRST_LPI || c->intid >> GICV3_ID_BITS) {
        return false;
    }
    return its_load_device(s, c->device, &d) &&
           its_store_event(s, &d, c->event,
                           (ItsEvent){ .valid = true,
                                       .intid = c->intid,
                                       .collection = c->collection });
}

static bool move_event(GICv3ITSState *s, const ItsCommand *c)
{
    GICv3Cpu *to = collection_cpu(s, c->collection);
    Path path;
    bool pending;

    if (!to || !follow(s, c->device, c->event, &path)) {
        return false;
    }
    path.event.collection = c->collection;
    if (!its_store_event(s, &path.device, c->event, path.event)) {
        return false;
    }
    pending = gicv3_lpi_pending(&path.cpu->lpis, path.event.intid);
    gicv3_lpi_set_pending(&path.cpu->lpis, path.event.intid, false);
    if (pending) {
        gicv3_lpi_set_pending(&to->lpis, path.event.intid, true);
    }
    return true;
}

static bool discard(GICv3ITSState *s, const ItsCommand *c)
{
    Path path;

    if (!follow(s, c->device, c->event, &path)) {
        return false;
    }
    gicv3_lpi_set_pending(&path.cpu->lpis, path.event.intid, false);
    return its_store_event(s, &path.device, c->event, (ItsEvent){ .valid = false });
}

static bool set_pending(GICv3ITSState *s, const ItsCommand *c, bool pending)
{
    Path path;

    if (!follow(s, c->device, c->event, &path)) {
        return false;
    }
    gicv3_lpi_set_pending(&path.cpu->lpis, path.event.intid, pending);
    return true;
}

static bool invalidate(GICv3ITSState *s, const ItsCommand *c)
{
    Path path;

    if (!follow(s, c->device, c->event, &path)) {
        return false;
    }
    gicv3_lpi_reload(&path.cpu->lpis, path.event.intid);
    return true;
}

static bool invalidate_all(GICv3ITSState *s, const ItsCommand *c)
{
    GICv3Cpu *cpu = collection_cpu(s, c->collection);

    if (cpu) {
        gicv3_lpi_reload_all(&cpu->lpis);
    }
    return cpu != NULL;
}

static bool move_all(GICv3ITSState *s, const ItsCommand *c)
{
    GICv3Cpu *from = find_cpu(s, c->cpu), *to = find_cpu(s, c->cpu2);

    if (!from || !to) {
        return false;
    }
    gicv3_lpi_move_all(&from->lpis, &to->lpis);
    return true;
}

static bool run_command(GICv3ITSState *s, const ItsCommand *c)
{
    switch (c->opcode) {
    case ITS_MAPD:
        return map_device(s, c);
    case ITS_MAPC:
        return map_collection(s, c);
    case ITS_MAPTI:
    case ITS_MAPI:
        return map_event(s, c);
    case ITS_MOVI:
        return move_event(s, c);
    case ITS_DISCARD:
        return discard(s, c);
    case ITS_INT:
        return set_pending(s, c, true);
    case ITS_CLEAR:
        return set_pending(s, c, false);
    case ITS_INV:
        return invalidate(s, c);
    case ITS_INVALL:
        return invalidate_all(s, c);
    case ITS_MOVALL:
        return move_all(s, c);
    case ITS_SYNC:
        return true; /* everything before it is already done */
    }
    return false;
}

static uint64_t queue_bytes(const GICv3ITSState *s)
{
    return ((s->cbaser & 0xff) + 1) * 4096;
}

static bool queue_ready(const GICv3ITSState *s)
{
    return s->enabled && s->cbaser & CBASER_VALID && s->cwriter < queue_bytes(s) &&
           s->creadr < queue_bytes(s) && s->creadr != s->cwriter;
}

void its_process_commands(GICv3ITSState *s)
{
    unsigned left = ITS_COMMAND_BATCH;

    while (queue_ready(s) && left--) {
        uint8_t raw[ITS_COMMAND_BYTES] = { 0 };
        ItsCommand cmd;
        MemTxResult got = address_space_read(&address_space_memory,
                                             (s->cbaser & CBASER_ADDR) + s->creadr,
                                             GICV3_TABLE_ATTRS, raw, sizeof(raw));

        if (got != MEMTX_OK || !its_command_decode(raw, &cmd) ||
            !run_command(s, &cmd)) {
            qemu_log_mask(LOG_GUEST_ERROR, "its: command 0x%02x at 0x%x is wrong\n",
                          raw[0], (unsigned)s->creadr);
        }
        s->creadr = (s->creadr + ITS_COMMAND_BYTES) % queue_bytes(s);
    }
    gicv3_update(s->gic);
    if (queue_ready(s)) {
        qemu_bh_schedule(s->more_commands);
    }
}

void its_translate(GICv3ITSState *s, uint32_t device, uint32_t event)
{
    Path path;

    if (!s->enabled || device >> ITS_DEVICE_BITS || event >> ITS_EVENT_BITS ||
        !follow(s, device, event, &path)) {
        qemu_log_mask(LOG_GUEST_ERROR, "its: no mapping for device 0x%x, event 0x%x\n",
                      device, event);
        return;
    }
    gicv3_lpi_set_pending(&path.cpu->lpis, path.event.intid, true);
    gicv3_update_cpu(path.cpu);
}
