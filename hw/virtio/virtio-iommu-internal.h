/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the device share. They are:
 *   virtio-iommu.c           queues, config space, features, resets, realize
 *   virtio-iommu-setup.c     from the properties to a database
 *   virtio-iommu-endpoint.c  endpoints: who they are, when they come and go
 *   virtio-iommu-as.c        one endpoint's memory region: translate
 *   virtio-iommu-notify.c    who is told when that changes
 *   virtio-iommu-fault.c     from a translating thread to the event queue
 *   virtio-iommu-query.c     a look from outside
 *   virtio-iommu-vmstate.c   migration
 *   virtio-iommu-host.c      host IOMMUs under assigned devices
 */
#ifndef HW_VIRTIO_VIRTIO_IOMMU_INTERNAL_H
#define HW_VIRTIO_VIRTIO_IOMMU_INTERNAL_H

#include "hw/pci/pci.h"
#include "hw/virtio/virtio-iommu.h"
#include "qemu/rcu.h"
#include "qemu/reserved-region.h"
#include "qemu/thread.h"
#include "system/host_iommu_device.h"
#include "system/memory.h"
#include "system/runstate.h"
#include "viommu-db.h"
#include "virtio-iommu-compat.h"

/* Fault reports that wait for an event buffer; what comes on top is dropped. */
#define VIRTIO_IOMMU_FAULT_RING 64
/* Room for the properties of one endpoint: 21 reserved regions. */
#define VIRTIO_IOMMU_PROBE_SIZE 512
/* Hit counters are striped by thread, so that a hit writes no shared line. */
#define VIRTIO_IOMMU_STRIPES 8

typedef struct VirtIOIOMMUFaults {
    QemuMutex lock; /* guards all but bh */
    VirtIOIOMMUFault ring[VIRTIO_IOMMU_FAULT_RING];
    unsigned head;
    unsigned count;
    VirtIOIOMMUFault latest;
    bool unannounced; /* latest was not passed to the notifiers yet */
    uint64_t total;
    uint64_t reported;
    uint64_t dropped;
    QEMUBH *bh;
} VirtIOIOMMUFaults;

typedef struct VirtIOIOMMUStripe {
    uint64_t hits;
} __attribute__((aligned(64))) VirtIOIOMMUStripe;

#define TYPE_VIRTIO_IOMMU_ENDPOINT "virtio-iommu-endpoint"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOIOMMUEndpoint, VIRTIO_IOMMU_ENDPOINT)

/*
 * One address space behind the IOMMU. A QOM child of the device, and the owner
 * of its memory region, so that whoever still uses the region keeps it alive.
 */
struct VirtIOIOMMUEndpoint {
    Object parent_obj;
    IOMMUMemoryRegion iommu_mr; /* 2^64 bytes, the root of as, from first to last */
    AddressSpace as;
    VirtIOIOMMU *iommu;
    ViommuEndpoint *core; /* RCU; NULL while the guest can not name it */
    PCIBus *bus;          /* atomic; NULL: a platform endpoint, or retired */
    int bus_num;          /* atomic: of bus, when core was registered */
    uint32_t low_id;      /* atomic: devfn; without a bus the whole id */
    GArray *ids;          /* of uint32_t: its own id and its aliases' */
    GArray *host_regions; /* of ViommuRegion: all there are; NULL: no host's */
    bool shadowed;        /* somebody asked for MAP notifications */
    bool device_tlb;      /* somebody asked for those of the device IOTLB */
    uint64_t misses;      /* atomic; the fault path may share it */
    VirtIOIOMMUStripe stripes[VIRTIO_IOMMU_STRIPES];
    bool destroyed;  /* retired: the address space is on its way out */
    bool grace_over; /* retired, atomic: nobody can look at it any more */
    QLIST_ENTRY(VirtIOIOMMUEndpoint) next;
};

/* What was read from a migration stream and is not in force yet. */
typedef struct VirtIOIOMMUStream VirtIOIOMMUStream;

/* Work for the notifiers, found under the lock and done after it. */
typedef struct VirtIOIOMMUEvent {
    VirtIOIOMMUEndpoint *ep;
    ViommuRange void_range; /* translations in it are no longer true */
    bool replay;            /* then tell what is mapped now */
} VirtIOIOMMUEvent;

struct VirtIOIOMMU {
    VirtIODevice parent_obj;
    VirtQueue *req_vq;
    VirtQueue *event_vq;
    QEMUBH *req_bh;  /* goes on with a queue that never gets empty */
    uint8_t *answer; /* of one request; viommu_req_max_answer() bytes */
    size_t answer_size;
    VMChangeStateEntry *vm_change;
    bool stopped; /* the machine: guest memory is not to be written */

    /* Properties. */
    PCIBus *primary_bus; /* NULL: platform endpoints only */
    bool boot_bypass;
    GranuleMode granule_mode;
    uint8_t aw_bits;
    char *msi_doorbell;
    uint32_t max_domains;
    uint32_t max_mappings;
    uint32_t nr_reserved;
    ReservedRegion *reserved;
    uint32_t nr_machine_reserved;
    ReservedRegion *machine_reserved;

    /* What every endpoint has to keep free; made of the two above at realize. */
    GArray *regions; /* of ViommuRegion */

    QemuMutex lock; /* guards db's mutators and events; taken after the BQL */
    ViommuDb *db;
    GArray *events;       /* of VirtIOIOMMUEvent */
    bool urgent;          /* one of them is for somebody who hears of each mapping */
    GArray *spare_events; /* empty, or NULL; atomic */

    /* The big lock guards the topology. */
    QLIST_HEAD(, VirtIOIOMMUEndpoint) endpoints;
    QLIST_HEAD(, VirtIOIOMMUEndpoint) retired; /* wait for reaper */
    GHashTable *pci_endpoints; /* PCIBus -> VirtIOIOMMUEndpoint *[256] */
    QEMUBH *reaper;
    bool topology_changed;
    DeviceListener listener;

    VirtIOIOMMUFaults faults;
    VirtIOIOMMUStream *incoming; /* NULL but between two steps of a load */
};

/* virtio-iommu.c: between these two, one thread changes the database. */
void virtio_iommu_lock(VirtIOIOMMU *s);
/* Lets go, then delivers what the changes made necessary. */
void virtio_iommu_unlock(VirtIOIOMMU *s);
/* The virtio core's copy of the configuration is what the device says now. */
void virtio_iommu_refresh_config(VirtIOIOMMU *s);

/* virtio-iommu-setup.c: db and regions, by the properties. */
bool virtio_iommu_make_db(VirtIOIOMMU *s, Error **errp);
void virtio_iommu_free_db(VirtIOIOMMU *s);

/* virtio-iommu-as.c */
/*
 * Blocks are at most half of the address space: the memory core computes a
 * block's size, and the size of all of it does not fit.
 */
#define VIRTIO_IOMMU_MAX_BLOCK_MASK ((UINT64_C(1) << 63) - 1)

void virtio_iommu_as_init(VirtIOIOMMUEndpoint *ep, const char *name);

static inline VirtIOIOMMUEndpoint *virtio_iommu_endpoint_of(IOMMUMemoryRegion *mr)
{
    return container_of(mr, VirtIOIOMMUEndpoint, iommu_mr);
}

/* virtio-iommu-notify.c */
extern const ViommuEvents virtio_iommu_events;
void virtio_iommu_replay(IOMMUMemoryRegion *mr, IOMMUNotifier *n);
int virtio_iommu_notify_flag_changed(IOMMUMemoryRegion *mr, IOMMUNotifierFlag old,
                                     IOMMUNotifierFlag new, Error **errp);
/* Asks for an event: all that was cached for @ep is void. Caller holds the lock. */
void virtio_iommu_void_all_locked(VirtIOIOMMUEndpoint *ep);
void virtio_iommu_deliver(VirtIOIOMMU *s, const VirtIOIOMMUEvent *event);

/* virtio-iommu-endpoint.c */
void virtio_iommu_endpoints_init(VirtIOIOMMU *s);
void virtio_iommu_endpoints_cleanup(VirtIOIOMMU *s);
/* Brings ids up to date with the bus numbers and devices of this moment. */
void virtio_iommu_endpoints_refresh(VirtIOIOMMU *s);
/* The id that @ep has right now, whatever the database was told. Any thread. */
uint32_t virtio_iommu_endpoint_id(const VirtIOIOMMUEndpoint *ep);
/* True when the guest renumbered @ep's bus and the database does not know yet. */
bool virtio_iommu_endpoint_stale(const VirtIOIOMMUEndpoint *ep);

/* virtio-iommu-fault.c */
void virtio_iommu_fault_init(VirtIOIOMMU *s);
void virtio_iommu_fault_cleanup(VirtIOIOMMU *s);
void virtio_iommu_fault_raise(VirtIOIOMMU *s, const VirtIOIOMMUFault *fault);
void virtio_iommu_fault_flush(VirtIOIOMMU *s);
void virtio_iommu_fault_reset(VirtIOIOMMU *s);

/* virtio-iommu-host.c: a device of the host is behind @ep, or is no more. */
bool virtio_iommu_set_host_device(VirtIOIOMMU *s, VirtIOIOMMUEndpoint *ep,
                                  HostIOMMUDevice *hiod, Error **errp);
void virtio_iommu_unset_host_device(VirtIOIOMMU *s, VirtIOIOMMUEndpoint *ep);

/*
 * virtio-iommu-vmstate.c. The version stands in the stream once, before the part
 * of the virtio core, and QEMU checks it against both descriptions. 2 is QEMU's
 * own device, whose stream is another.
 */
#define VIRTIO_IOMMU_STREAM_VERSION 3
extern const VMStateDescription virtio_iommu_vmstate;
void virtio_iommu_vmstate_cleanup(VirtIOIOMMU *s);

#endif
