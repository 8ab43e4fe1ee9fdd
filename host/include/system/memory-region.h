/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory regions: RAM, ROM, device registers, containers and aliases. They form
 * a tree below the root of an address space; what the guest sees at an address
 * is the visible region of the highest priority there.
 *
 * A region is an object inside its owner (usually a device); it lives as long
 * as the owner, and a reference to it is a reference to the owner.
 */
#ifndef SYSTEM_MEMORY_REGION_H
#define SYSTEM_MEMORY_REGION_H

#include "exec/hwaddr.h"
#include "exec/memattrs.h"
#include "exec/memop.h"
#include "qemu/bswap.h"
#include "qemu/int128.h"
#include "qemu/notify.h"
#include "qemu/queue.h"
#include "qemu/range.h"
#include "qemu/rcu.h"
#include "qemu/reserved-region.h"
#include "qom/object.h"
#include "system/ram_addr.h"

enum device_endian {
    DEVICE_NATIVE_ENDIAN = 0, /* the target's: little */
    DEVICE_BIG_ENDIAN = 1,
    DEVICE_LITTLE_ENDIAN = 2,
};

#define TYPE_MEMORY_REGION "memory-region"
DECLARE_INSTANCE_CHECKER(MemoryRegion, MEMORY_REGION, TYPE_MEMORY_REGION)

typedef struct MemoryRegionOps MemoryRegionOps;

/* A piece of a region at its place in an address space. @mr NULL: nothing. */
struct MemoryRegionSection {
    Int128 size;
    MemoryRegion *mr;
    FlatView *fv;
    hwaddr offset_within_region;
    hwaddr offset_within_address_space;
    bool readonly;
    bool nonvolatile;
    bool unmergeable;
};

/* Kinds of RAM, for the ram_flags arguments and RAMBlock.flags. */
#define RAM_PREALLOC    (1 << 0)  /* host memory is the caller's */
#define RAM_SHARED      (1 << 1)  /* MAP_SHARED */
#define RAM_MIGRATABLE  (1 << 4)  /* part of a migration stream */
#define RAM_NORESERVE   (1 << 7)  /* no swap is set aside */
#define RAM_NAMED_FILE  (1 << 9)  /* a file the user named */
#define RAM_READONLY    (1 << 10) /* mapped read only */
#define RAM_READONLY_FD (1 << 11) /* file opened read only */
#define RAM_PRIVATE     (1 << 13) /* MAP_PRIVATE */

/* How the guest's accesses reach a device. Addresses are relative to the region. */
struct MemoryRegionOps {
    uint64_t (*read)(void *opaque, hwaddr addr, unsigned size);
    void (*write)(void *opaque, hwaddr addr, uint64_t data, unsigned size);
    /* Instead of the two above, for a device that looks at attributes or fails. */
    MemTxResult (*read_with_attrs)(void *opaque, hwaddr addr, uint64_t *data,
                                   unsigned size, MemTxAttrs attrs);
    MemTxResult (*write_with_attrs)(void *opaque, hwaddr addr, uint64_t data,
                                    unsigned size, MemTxAttrs attrs);
    enum device_endian endianness;
    /*
     * What the guest may do; anything else ends in MEMTX_DECODE_ERROR. Sizes in
     * bytes, 0: no limit (up to 8).
     */
    struct {
        unsigned min_access_size;
        unsigned max_access_size;
        bool unaligned;
        bool (*accepts)(void *opaque, hwaddr addr, unsigned size, bool is_write,
                        MemTxAttrs attrs);
    } valid;
    /*
     * What the callbacks can do, 0: 1 to 4 bytes. Larger accesses are cut, and
     * unaligned ones too unless @unaligned; a smaller one becomes an access of
     * min_access_size at the same address, cut down to the part asked for.
     */
    struct {
        unsigned min_access_size;
        unsigned max_access_size;
        bool unaligned;
    } impl;
};

typedef struct MemoryRegionClass {
    ObjectClass parent_class;
} MemoryRegionClass;

/* All fields belong to the memory core. */
struct MemoryRegion {
    Object parent_obj;
    bool ram;
    bool rom_device;
    bool romd_mode;
    bool ram_device;
    bool readonly;
    bool nonvolatile;
    bool unmergeable;
    bool is_iommu;
    bool terminates; /* answers accesses itself: not a container, not an alias */
    bool enabled;
    bool lockless_io;
    bool disable_reentrancy_guard;
    RAMBlock *ram_block;
    Object *owner;
    DeviceState *dev; /* the owner, when it is a device */
    const MemoryRegionOps *ops;
    void *opaque;
    MemoryRegion *container;
    Int128 size;
    hwaddr addr; /* in @container */
    int32_t priority;
    unsigned mapped_via_alias;
    MemoryRegion *alias;
    hwaddr alias_offset;
    char *name;
    QTAILQ_HEAD(, MemoryRegion) subregions; /* highest priority first */
    QTAILQ_ENTRY(MemoryRegion) subregions_link;
};

/* --- making one; @size UINT64_MAX stands for 2^64, @owner and @name may be NULL --- */

/* A container: sees through to what is below it where it has no subregion. */
void memory_region_init(MemoryRegion *mr, Object *owner, const char *name,
                        uint64_t size);
void memory_region_init_io(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                           void *opaque, const char *name, uint64_t size);
/* RAM that a migration stream carries. False: @errp is set, nothing was made. */
bool memory_region_init_ram(MemoryRegion *mr, Object *owner, const char *name,
                            uint64_t size, Error **errp);
bool memory_region_init_ram_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp);
/* @ram_flags: RAM_SHARED (a memfd) and RAM_NORESERVE. */
bool memory_region_init_ram_flags_nomigrate(MemoryRegion *mr, Object *owner,
                                            const char *name, uint64_t size,
                                            uint32_t ram_flags, Error **errp);
/*
 * A file, made and grown when it may be written; in a folder, one without a
 * name. @align: of the host address, 0 for none. @ram_flags: RAM_SHARED,
 * RAM_READONLY, RAM_READONLY_FD, RAM_NORESERVE.
 */
bool memory_region_init_ram_from_file(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, uint64_t align, uint32_t ram_flags,
                                      const char *path, ram_addr_t offset,
                                      Error **errp);
/* Takes @fd over on success. */
bool memory_region_init_ram_from_fd(MemoryRegion *mr, Object *owner, const char *name,
                                    uint64_t size, uint32_t ram_flags, int fd,
                                    ram_addr_t offset, Error **errp);
/* Memory of the caller, which must outlive the region by a grace period. */
void memory_region_init_ram_ptr(MemoryRegion *mr, Object *owner, const char *name,
                                uint64_t size, void *ptr);
/* As above, but never accessed by memcpy: always as a device. */
void memory_region_init_ram_device_ptr(MemoryRegion *mr, Object *owner,
                                       const char *name, uint64_t size, void *ptr);
bool memory_region_init_rom(MemoryRegion *mr, Object *owner, const char *name,
                            uint64_t size, Error **errp);
bool memory_region_init_rom_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp);
/* Read like ROM, written (and in device mode also read) through @ops. */
bool memory_region_init_rom_device(MemoryRegion *mr, Object *owner,
                                   const MemoryRegionOps *ops, void *opaque,
                                   const char *name, uint64_t size, Error **errp);
/* A window of @size bytes onto @orig from @offset on. @orig must outlive it. */
void memory_region_init_alias(MemoryRegion *mr, Object *owner, const char *name,
                              MemoryRegion *orig, hwaddr offset, uint64_t size);

/* References to the owner. A region without owner is never freed by these. */
void memory_region_ref(MemoryRegion *mr);
void memory_region_unref(MemoryRegion *mr);

/* --- what it is --- */

Object *memory_region_owner(MemoryRegion *mr);
/* UINT64_MAX also for 2^64. */
uint64_t memory_region_size(MemoryRegion *mr);
const char *memory_region_name(const MemoryRegion *mr);
bool memory_region_is_ram_device(MemoryRegion *mr);
/* RAM that was given a file descriptor: that, else -1. */
int memory_region_get_fd(MemoryRegion *mr);
/* Through aliases. The region must be RAM. */
void *memory_region_get_ram_ptr(MemoryRegion *mr);
ram_addr_t memory_region_get_ram_addr(MemoryRegion *mr);
/* The region @ptr points into, or NULL; inside an RCU read section. */
MemoryRegion *memory_region_from_host(void *ptr, ram_addr_t *offset);
/* Some region is visible at @addr of @container. */
bool memory_region_present(MemoryRegion *container, hwaddr addr);
/* In a container, directly or by an alias. */
bool memory_region_is_mapped(MemoryRegion *mr);
/*
 * The first visible piece of [addr, addr + size) of @mr, with a reference to its
 * region, which the caller drops. @mr must be below the root of an address space.
 */
MemoryRegionSection memory_region_find(MemoryRegion *mr, hwaddr addr, uint64_t size);

static inline bool memory_region_is_ram(MemoryRegion *mr)
{
    return mr->ram;
}

static inline bool memory_region_is_rom(MemoryRegion *mr)
{
    return mr->ram && mr->readonly;
}

static inline bool memory_region_is_romd(MemoryRegion *mr)
{
    return mr->rom_device && mr->romd_mode;
}

static inline bool memory_region_is_nonvolatile(MemoryRegion *mr)
{
    return mr->nonvolatile;
}

/* May be reached by pointer at all. */
static inline bool memory_region_supports_direct_access(MemoryRegion *mr)
{
    return memory_region_is_romd(mr) || (mr->ram && !mr->ram_device);
}

static inline bool memory_access_is_direct(MemoryRegion *mr, bool is_write,
                                           MemTxAttrs attrs)
{
    if (!memory_region_supports_direct_access(mr)) {
        return false;
    }
    return !is_write || attrs.debug || (!mr->readonly && !mr->rom_device);
}

/* --- the tree --- */

void memory_region_add_subregion(MemoryRegion *mr, hwaddr offset,
                                 MemoryRegion *subregion);
/* Higher @priority wins; of equals, the later. */
void memory_region_add_subregion_overlap(MemoryRegion *mr, hwaddr offset,
                                         MemoryRegion *subregion, int priority);
void memory_region_del_subregion(MemoryRegion *mr, MemoryRegion *subregion);
void memory_region_set_enabled(MemoryRegion *mr, bool enabled);
void memory_region_set_address(MemoryRegion *mr, hwaddr addr);
void memory_region_set_size(MemoryRegion *mr, uint64_t size);
void memory_region_set_alias_offset(MemoryRegion *mr, hwaddr offset);
void memory_region_set_readonly(MemoryRegion *mr, bool readonly);
void memory_region_set_nonvolatile(MemoryRegion *mr, bool nonvolatile);
void memory_region_set_unmergeable(MemoryRegion *mr, bool unmergeable);
void memory_region_rom_device_set_romd(MemoryRegion *mr, bool romd_mode);
/* Callbacks are called without the big lock. Before the region is mapped. */
void memory_region_enable_lockless_io(MemoryRegion *mr);

/* Changes in between become visible together, at the outermost commit. */
void memory_region_transaction_begin(void);
void memory_region_transaction_commit(void);

/* --- one access to a device's callbacks; @addr is relative to the region --- */

bool memory_region_access_valid(MemoryRegion *mr, hwaddr addr, unsigned size,
                                bool is_write, MemTxAttrs attrs);
/* @pval and @data have the byte order that @op names. Under the big lock. */
MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr addr, uint64_t *pval,
                                        MemOp op, MemTxAttrs attrs);
MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr addr, uint64_t data,
                                         MemOp op, MemTxAttrs attrs);

#endif
