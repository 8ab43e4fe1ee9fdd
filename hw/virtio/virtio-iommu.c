/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device: queues, configuration space, features, resets.
 *
 * A request is copied out of guest memory once, answered by the core under the
 * lock, and put on the used ring after everybody who had to know was told.
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio.h"
#include "hw/virtio/virtio-iommu.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "standard-headers/linux/virtio_ids.h"
#include "standard-headers/linux/virtio_config.h"
#include "system/reset.h"
#include "trace.h"
#include "viommu-req.h"
#include "virtio-iommu-internal.h"

#define QUEUE_SIZE 256
/* Requests that are answered under one hold of the lock. */
#define BATCH_SIZE 6
/* An array that grew larger than this is not kept. */
#define MAX_SPARE_EVENTS 64

/* ---------------------------------------------------------- the lock ----- */

void virtio_iommu_lock(VirtIOIOMMU *s)
{
    qemu_mutex_lock(&s->lock);
}

/* An empty array for the next events: nearly every UNMAP has some. */
static GArray *take_spare(VirtIOIOMMU *s)
{
    GArray *spare = qatomic_xchg(&s->spare_events, NULL);

    return spare ?: g_array_new(false, false, sizeof(VirtIOIOMMUEvent));
}

static void give_spare(VirtIOIOMMU *s, GArray *events)
{
    bool large = events->len > MAX_SPARE_EVENTS;
    GArray *other = events;

    if (!large) {
        g_array_set_size(events, 0);
        other = qatomic_xchg(&s->spare_events, events);
    }
    if (other) {
        g_array_unref(other);
    }
}

void virtio_iommu_unlock(VirtIOIOMMU *s)
{
    GArray *events = NULL;

    if (s->events->len) {
        events = s->events;
        s->events = take_spare(s);
        s->urgent = false;
    }
    qemu_mutex_unlock(&s->lock);
    if (!events) {
        return;
    }
    for (guint i = 0; i < events->len; i++) {
        virtio_iommu_deliver(s, &g_array_index(events, VirtIOIOMMUEvent, i));
    }
    give_spare(s, events);
}

/* ---------------------------------------------------------- requests ----- */

/*
 * Returns the used length; 0 when the buffer is no request and goes back as it is.
 * Caller holds the lock.
 */
static size_t answer_request(VirtIOIOMMU *s, const VirtQueueElement *elem)
{
    uint8_t request[VIOMMU_REQ_MAX_SIZE];
    size_t in_len, out_len, used;

    in_len = iov_to_buf(elem->out_sg, elem->out_num, 0, request, sizeof(request));
    out_len = iov_size(elem->in_sg, elem->in_num);
    used = viommu_req_handle(s->db, request, in_len, s->answer, out_len);
    iov_from_buf(elem->in_sg, elem->in_num, 0, s->answer, used);
    trace_virtio_iommu_request(in_len ? request[0] : 0, in_len, out_len, used,
                               used ? s->answer[used - VIOMMU_REQ_TAIL_SIZE] : 0);
    return used;
}

/*
 * Answers some requests, from the @done-th of the kick on; returns how many. The
 * driver sees none of the answers before everybody was told what they change, and
 * that can wait for the last of them, unless somebody is told of each mapping: then
 * it is one by one, for an UNMAP must not be heard of after the MAP that follows.
 */
static unsigned answer_batch(VirtIOIOMMU *s, VirtQueue *vq, unsigned done)
{
    VirtQueueElement *elem[BATCH_SIZE];
    size_t used[BATCH_SIZE];
    unsigned n = 0;

    while (n < BATCH_SIZE && (elem[n] = virtqueue_pop(vq, sizeof(*elem[n])))) {
        n++;
    }
    virtio_iommu_lock(s);
    for (unsigned i = 0; i < n; i++) {
        used[i] = answer_request(s, elem[i]);
        if (s->urgent) {
            virtio_iommu_unlock(s);
            virtio_iommu_lock(s);
        }
    }
    virtio_iommu_unlock(s);
    for (unsigned i = 0; i < n; i++) {
        virtqueue_fill(vq, elem[i], used[i], done + i);
        g_free(elem[i]);
    }
    return n;
}

/*
 * One kick. The guest may add requests as fast as they are answered, so after
 * a queue's worth of them the rest of the machine has its turn.
 */
static void handle_requests(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIOIOMMU *s = VIRTIO_IOMMU(vdev);
    unsigned done = 0, n;

    virtio_iommu_endpoints_refresh(s);
    virtio_iommu_lock(s);
    viommu_db_set_features(s->db, vdev->guest_features & VIOMMU_F_ALL);
    virtio_iommu_unlock(s);
    do {
        n = answer_batch(s, vq, done);
        done += n;
    } while (n == BATCH_SIZE && done < QUEUE_SIZE);
    if (done) {
        virtqueue_flush(vq, done);
        virtio_notify(vdev, vq);
    }
    if (done == QUEUE_SIZE) {
        qemu_bh_schedule(s->req_bh);
    }
}

static void requests_bh(void *opaque)
{
    VirtIOIOMMU *s = opaque;
    VirtIODevice *vdev = VIRTIO_DEVICE(s);

    if (!s->stopped && (vdev->status & VIRTIO_CONFIG_S_DRIVER_OK) &&
        virtio_queue_ready(s->req_vq)) {
        handle_requests(vdev, s->req_vq);
    }
}

/*
 * While the machine is stopped its memory may be on its way to another one, and what
 * this one would still write is lost. So the rest of the queue and the reports wait,
 * here or there: the other machine starts with a look at both queues.
 */
static void vm_state_change(void *opaque, bool running, RunState state)
{
    VirtIOIOMMU *s = opaque;

    s->stopped = !running;
    if (running) {
        qemu_bh_schedule(s->req_bh);
        qemu_bh_schedule(s->faults.bh);
    }
}

/* The driver added event buffers: reports may be waiting for them. */
static void handle_event_buffers(VirtIODevice *vdev, VirtQueue *vq)
{
    virtio_iommu_fault_flush(VIRTIO_IOMMU(vdev));
}

/* --------------------------------------------- configuration, features --- */

static void get_config(VirtIODevice *vdev, uint8_t *config)
{
    VirtIOIOMMU *s = VIRTIO_IOMMU(vdev);

    viommu_req_encode_config(s->db, config);
}

/*
 * A virtio core may keep its copy of the configuration between accesses, and hands all
 * of it to set_config() whichever byte was written. The copy must therefore never be
 * old, or a write elsewhere would bring an old bypass along.
 */
void virtio_iommu_refresh_config(VirtIOIOMMU *s)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(s);

    get_config(vdev, vdev->config);
}

/* Unattached endpoints see another world now; attached ones do not. */
static void set_bypass(VirtIOIOMMU *s, bool bypass)
{
    VirtIOIOMMUEndpoint *ep;

    if (bypass == viommu_db_bypass(s->db)) {
        return;
    }
    trace_virtio_iommu_bypass(bypass);
    virtio_iommu_lock(s);
    viommu_db_set_bypass(s->db, bypass);
    QLIST_FOREACH(ep, &s->endpoints, next) {
        if (!ep->core || !viommu_endpoint_attached(ep->core)) {
            virtio_iommu_void_all_locked(ep);
        }
    }
    virtio_iommu_unlock(s);
}

/*
 * "The driver MUST NOT write to device configuration fields other than bypass"
 * and only if it has the feature; what breaks the rule is ignored (C4, C5).
 */
static void set_config(VirtIODevice *vdev, const uint8_t *config)
{
    uint8_t bypass = config[offsetof(struct virtio_iommu_config, bypass)];

    if (virtio_vdev_has_feature(vdev, VIRTIO_IOMMU_F_BYPASS_CONFIG) && bypass <= 1) {
        set_bypass(VIRTIO_IOMMU(vdev), bypass);
    }
    virtio_iommu_refresh_config(VIRTIO_IOMMU(vdev));
}

static uint64_t get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    return features | viommu_db_config(VIRTIO_IOMMU(vdev)->db)->features;
}

/* ------------------------------------------------------------- resets ---- */

/* By the driver or with the machine: nothing is attached any more (I1). */
static void device_reset(VirtIODevice *vdev)
{
    VirtIOIOMMU *s = VIRTIO_IOMMU(vdev);

    trace_virtio_iommu_reset();
    virtio_iommu_lock(s);
    viommu_db_reset(s->db);
    virtio_iommu_unlock(s);
    virtio_iommu_fault_reset(s);
}

/* "The bypass field SHOULD be restored on system reset" and only then (C3). */
static void system_reset(void *opaque)
{
    VirtIOIOMMU *s = opaque;

    set_bypass(s, s->boot_bypass);
    virtio_iommu_refresh_config(s);
}

/* ------------------------------------------------------------ realize ---- */

static void device_realize(DeviceState *dev, Error **errp)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIOIOMMU *s = VIRTIO_IOMMU(dev);

    if (!virtio_iommu_make_db(s, errp)) {
        return;
    }
    viommu_db_set_bypass(s->db, s->boot_bypass);
    s->events = g_array_new(false, false, sizeof(VirtIOIOMMUEvent));
    s->answer_size = viommu_req_max_answer(s->db);
    s->answer = g_malloc(s->answer_size);
    qemu_mutex_init(&s->lock);

    /* The IOMMU's own queues hold guest-physical addresses, always (S2.5). */
    vdev->host_features &= ~BIT_ULL(VIRTIO_F_IOMMU_PLATFORM);
    virtio_init(vdev, VIRTIO_ID_IOMMU, sizeof(struct virtio_iommu_config));
    virtio_iommu_refresh_config(s);
    s->req_vq = virtio_add_queue(vdev, QUEUE_SIZE, handle_requests);
    s->event_vq = virtio_add_queue(vdev, QUEUE_SIZE, handle_event_buffers);
    s->req_bh = virtio_bh_new_guarded(dev, requests_bh, s);
    virtio_iommu_fault_init(s);
    virtio_iommu_endpoints_init(s);
    s->vm_change = qemu_add_vm_change_state_handler(vm_state_change, s);
    qemu_register_reset(system_reset, s);
}

static void device_unrealize(DeviceState *dev)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIOIOMMU *s = VIRTIO_IOMMU(dev);

    qemu_unregister_reset(system_reset, s);
    qemu_del_vm_change_state_handler(s->vm_change);
    virtio_iommu_vmstate_cleanup(s);
    virtio_iommu_endpoints_cleanup(s);
    virtio_iommu_fault_cleanup(s);
    qemu_bh_delete(s->req_bh);
    virtio_delete_queue(s->req_vq);
    virtio_delete_queue(s->event_vq);
    virtio_cleanup(vdev);
    qemu_mutex_destroy(&s->lock);
    virtio_iommu_free_db(s);
    g_array_unref(s->events);
    g_clear_pointer(&s->spare_events, g_array_unref);
    g_free(s->answer);
}

static void instance_finalize(Object *obj)
{
#if VIRTIO_IOMMU_FREES_ARRAYS
    g_free(VIRTIO_IOMMU(obj)->reserved);
    g_free(VIRTIO_IOMMU(obj)->machine_reserved);
#endif
}

static const VMStateDescription vmstate_virtio_iommu = {
    .name = "virtio-iommu",
    .minimum_version_id = VIRTIO_IOMMU_STREAM_VERSION,
    .version_id = VIRTIO_IOMMU_STREAM_VERSION,
    .priority = MIG_PRI_IOMMU,
    .fields = (const VMStateField[]){ VMSTATE_VIRTIO_DEVICE, VMSTATE_END_OF_LIST() },
};

static const Property virtio_iommu_properties[] = {
    DEFINE_PROP_LINK("primary-bus", VirtIOIOMMU, primary_bus, TYPE_PCI_BUS, PCIBus *),
    DEFINE_PROP_BOOL("boot-bypass", VirtIOIOMMU, boot_bypass, true),
    DEFINE_PROP_GRANULE_MODE("granule", VirtIOIOMMU, granule_mode, GRANULE_MODE_HOST),
    DEFINE_PROP_UINT8("aw-bits", VirtIOIOMMU, aw_bits, 64),
    DEFINE_PROP_STRING("msi-doorbell", VirtIOIOMMU, msi_doorbell),
    DEFINE_PROP_UINT32("max-domains", VirtIOIOMMU, max_domains, 4096),
    DEFINE_PROP_UINT32("max-mappings", VirtIOIOMMU, max_mappings, 4 << 20),
    DEFINE_PROP_ARRAY("reserved-regions", VirtIOIOMMU, nr_reserved, reserved,
                      qdev_prop_reserved_region, ReservedRegion),
    /* For machines, so that what the user gives comes on top. */
    DEFINE_PROP_ARRAY("machine-reserved-regions", VirtIOIOMMU, nr_machine_reserved,
                      machine_reserved, qdev_prop_reserved_region, ReservedRegion),
};

static void class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_CLASS(klass);

    device_class_set_props(dc, virtio_iommu_properties);
    dc->vmsd = &vmstate_virtio_iommu;
    dc->hotpluggable = false;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    vdc->realize = device_realize;
    vdc->unrealize = device_unrealize;
    vdc->reset = device_reset;
    vdc->get_config = get_config;
    vdc->set_config = set_config;
    vdc->get_features = get_features;
    vdc->vmsd = &virtio_iommu_vmstate;
}

static const TypeInfo virtio_iommu_info = {
    .name = TYPE_VIRTIO_IOMMU,
    .parent = TYPE_VIRTIO_DEVICE,
    .instance_size = sizeof(VirtIOIOMMU),
    .instance_finalize = instance_finalize,
    .class_init = class_init,
};

static void virtio_iommu_register(void)
{
    type_register_static(&virtio_iommu_info);
}

type_init(virtio_iommu_register)
