/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address spaces: what a CPU or a bus master sees, and the ways to reach it.
 *
 * The visible regions are kept in a flat view, read under RCU. Accesses come from
 * any thread; those that end in a device's callbacks take the big lock there.
 */
#ifndef SYSTEM_MEMORY_ACCESS_H
#define SYSTEM_MEMORY_ACCESS_H

#include "qemu/thread.h"
#include "system/memory-region.h"

typedef struct AddressSpaceMapClient {
    QEMUBH *bh;
    QLIST_ENTRY(AddressSpaceMapClient) link;
} AddressSpaceMapClient;

typedef struct DmaPinTable DmaPinTable;

/* Bytes of bounce buffers that the maps of one address space may hold together. */
#define DEFAULT_MAX_BOUNCE_BUFFER_SIZE 4096

struct AddressSpace {
    char *name;
    MemoryRegion *root;
    FlatView *current_map; /* RCU */
    QTAILQ_HEAD(, MemoryListener) listeners;
    QTAILQ_ENTRY(AddressSpace) address_spaces_link;
    size_t max_bounce_buffer_size; /* may be changed by the owner */
    size_t bounce_buffer_size;     /* in use; atomic */
    QemuMutex map_client_list_lock;
    QLIST_HEAD(, AddressSpaceMapClient) map_client_list;
    DmaPinTable *pins; /* made with the first map through an IOMMU; atomic */
};

/*
 * Hears of changes of one address space. All callbacks are optional and run
 * under the big lock. Lower priorities come first, for region_del last.
 */
struct MemoryListener {
    void (*begin)(MemoryListener *listener);
    /* The new view is in place. */
    void (*commit)(MemoryListener *listener);
    void (*region_add)(MemoryListener *listener, MemoryRegionSection *section);
    void (*region_del)(MemoryListener *listener, MemoryRegionSection *section);
    /* Still there, unchanged. */
    void (*region_nop)(MemoryListener *listener, MemoryRegionSection *section);
    unsigned priority;
    const char *name;
    AddressSpace *address_space;
    QTAILQ_ENTRY(MemoryListener) link_as;
};

#define MEMORY_LISTENER_PRIORITY_MIN         0
#define MEMORY_LISTENER_PRIORITY_ACCEL       10
#define MEMORY_LISTENER_PRIORITY_DEV_BACKEND 10

/* Tells what is there already by region_add and commit. */
void memory_listener_register(MemoryListener *listener, AddressSpace *filter);
/* Takes it back by region_del. */
void memory_listener_unregister(MemoryListener *listener);

/* Holds a reference to @root. */
void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name);
/* No map, cache, listener or access may be left. @as may be freed at once. */
void address_space_destroy(AddressSpace *as);
/* The same, and frees @as (of g_malloc) after a grace period. */
void address_space_destroy_free(AddressSpace *as);
void address_space_remove_listeners(AddressSpace *as);

/* --- copying: bytes before the first failing one may be done --- */

MemTxResult address_space_rw(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                             hwaddr len, bool is_write);
MemTxResult address_space_read(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                               void *buf, hwaddr len);
MemTxResult address_space_write(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                const void *buf, hwaddr len);
/* Also into ROM; what is neither is skipped. For loaders. */
MemTxResult address_space_write_rom(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                    const void *buf, hwaddr len);
MemTxResult address_space_set(AddressSpace *as, hwaddr addr, uint8_t c, hwaddr len,
                              MemTxAttrs attrs);

/* --- asking --- */

/* An access of this kind to every byte would be accepted. */
bool address_space_access_valid(AddressSpace *as, hwaddr addr, hwaddr len,
                                bool is_write, MemTxAttrs attrs);
/* Not reachable by pointer. */
bool address_space_is_io(AddressSpace *as, hwaddr addr);
/*
 * The final region behind @addr, and the offset in it; *@len is cut to what is
 * contiguous there. Never NULL: where nothing is, a region that refuses. Inside
 * an RCU read section, and good until its end.
 */
MemoryRegion *address_space_translate(AddressSpace *as, hwaddr addr, hwaddr *xlat,
                                      hwaddr *len, bool is_write, MemTxAttrs attrs);
/*
 * Where @addr leads through all IOMMUs, and the permissions that all of them
 * give. perm IOMMU_NONE: nowhere. Inside an RCU read section.
 */
IOMMUTLBEntry address_space_get_iotlb_entry(AddressSpace *as, hwaddr addr,
                                            bool is_write, MemTxAttrs attrs);

/* --- host pointers --- */

/*
 * A pointer to as much of [addr, addr + *plen) as is contiguous in host memory,
 * for reading or for writing; *plen is what was got. NULL, *plen 0: refused, or
 * no bounce buffer free at the moment (see address_space_register_map_client).
 * For the time of one request that completes by itself: an UNMAP of the IOMMU
 * behind it waits for the matching address_space_unmap(), which must come before
 * the device waits for the big lock. docs/devel/dma.rst.
 */
void *address_space_map(AddressSpace *as, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs);
/*
 * For a device that may hold the map for long: an UNMAP calls @revoke, under the
 * big lock and at most once, and waits till the map is given back, which @revoke
 * may do itself. Host only.
 */
typedef void DmaRevokeFn(void *opaque);
void *address_space_map_revocable(AddressSpace *as, hwaddr addr, hwaddr *plen,
                                  bool is_write, MemTxAttrs attrs, DmaRevokeFn *revoke,
                                  void *opaque);
/* @len: what map returned. @access_len: bytes from the start that were accessed. */
void address_space_unmap(AddressSpace *as, void *buffer, hwaddr len, bool is_write,
                         hwaddr access_len);
/* @bh is scheduled once when a map that failed may be tried again. */
void address_space_register_map_client(AddressSpace *as, QEMUBH *bh);
void address_space_unregister_map_client(AddressSpace *as, QEMUBH *bh);

/* "info mtree" (trees) and "info mtree -f" (flat views), to @out. Host only. */
void memory_print_tree(GString *out, bool flatview);

#endif
