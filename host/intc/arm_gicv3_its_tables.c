/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ITS's tables in guest memory: flat, eight bytes an entry, every index checked. */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "system/address-spaces.h"
#include "arm_gicv3_its_internal.h"

#define BASER_VALID        (1ull << 63)
#define BASER_ADDR         0x0000fffffffff000ull
#define BASER_64K_ADDR     0x0000ffffffff0000ull
#define BASER_PAGE_SIZE(v) ((v) >> 8 & 3)
#define BASER_PAGES(v)     (((v)&0xff) + 1)

static uint64_t page_bytes(uint64_t baser)
{
    static const unsigned shift[] = { 12, 14, 16, 16 };

    return 1ull << shift[BASER_PAGE_SIZE(baser)];
}

/* With 64 KiB pages, bits 48 to 51 of the address are where its low bits would be. */
static hwaddr table_address(uint64_t baser)
{
    if (BASER_PAGE_SIZE(baser) >= 2) {
        return (baser & BASER_64K_ADDR) | (baser >> 12 & 0xf) << 48;
    }
    return baser & BASER_ADDR;
}

/* Where entry @index of the table is; false: not in the table. */
static bool find_entry(uint64_t baser, uint32_t index, hwaddr *addr)
{
    uint64_t entries = BASER_PAGES(baser) * page_bytes(baser) / ITS_ENTRY_BYTES;

    if (!(baser & BASER_VALID) || index >= entries) {
        return false;
    }
    *addr = table_address(baser) + (hwaddr)index * ITS_ENTRY_BYTES;
    return true;
}

static bool load(hwaddr addr, uint64_t *entry)
{
    uint8_t raw[ITS_ENTRY_BYTES];

    if (address_space_read(&address_space_memory, addr, GICV3_TABLE_ATTRS, raw,
                           sizeof(raw)) != MEMTX_OK) {
        return false;
    }
    *entry = ldq_le_p(raw);
    return true;
}

static bool store(hwaddr addr, uint64_t entry)
{
    uint8_t raw[ITS_ENTRY_BYTES];

    stq_le_p(raw, entry);
    return address_space_write(&address_space_memory, addr, GICV3_TABLE_ATTRS, raw,
                               sizeof(raw)) == MEMTX_OK;
}

static bool load_from(uint64_t baser, uint32_t index, uint64_t *entry)
{
    hwaddr addr;

    return find_entry(baser, index, &addr) && load(addr, entry);
}

static bool store_to(uint64_t baser, uint32_t index, uint64_t entry)
{
    hwaddr addr;

    return find_entry(baser, index, &addr) && store(addr, entry);
}

bool its_load_device(GICv3ITSState *s, uint32_t id, ItsDevice *d)
{
    uint64_t entry;

    if (!load_from(s->baser[ITS_BASER_DEVICE], id, &entry)) {
        return false;
    }
    *d = its_device_unpack(entry);
    return true;
}

bool its_store_device(GICv3ITSState *s, uint32_t id, ItsDevice d)
{
    return store_to(s->baser[ITS_BASER_DEVICE], id, its_device_pack(d));
}

bool its_load_collection(GICv3ITSState *s, uint32_t id, ItsCollection *c)
{
    uint64_t entry;

    if (!load_from(s->baser[ITS_BASER_COLLECTION], id, &entry)) {
        return false;
    }
    *c = its_collection_unpack(entry);
    return true;
}

bool its_store_collection(GICv3ITSState *s, uint32_t id, ItsCollection c)
{
    return store_to(s->baser[ITS_BASER_COLLECTION], id, its_collection_pack(c));
}

bool its_load_event(GICv3ITSState *s, const ItsDevice *d, uint32_t id, ItsEvent *e)
{
    uint64_t entry;

    if (!d->valid || id >> d->event_bits ||
        !load(d->itt + (hwaddr)id * ITS_ENTRY_BYTES, &entry)) {
        return false;
    }
    *e = its_event_unpack(entry);
    return true;
}

bool its_store_event(GICv3ITSState *s, const ItsDevice *d, uint32_t id, ItsEvent e)
{
    return d->valid && !(id >> d->event_bits) &&
           store(d->itt + (hwaddr)id * ITS_ENTRY_BYTES, its_event_pack(e));
}
