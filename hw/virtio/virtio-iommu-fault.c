/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fault reports: from the thread that translates to the event queue.
 *
 * A thread that meets a fault may hold any lock and may be any thread, so it
 * never touches a virtqueue: it leaves the report in a bounded ring and asks
 * the main loop to come by. What finds the ring full is counted and dropped
 * (VIRTIO 5.13.6.9 leaves the choice between waiting and dropping).
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio.h"
#include "hw/virtio/virtio-iommu.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "trace.h"
#include "viommu-req.h"
#include "virtio-iommu-internal.h"

static NotifierList fault_notifiers = NOTIFIER_LIST_INITIALIZER(fault_notifiers);

void virtio_iommu_add_fault_notifier(Notifier *notifier)
{
    notifier_list_add(&fault_notifiers, notifier);
}

void virtio_iommu_fault_raise(VirtIOIOMMU *s, const VirtIOIOMMUFault *fault)
{
    VirtIOIOMMUFaults *f = &s->faults;
    bool full = false;

    WITH_QEMU_LOCK_GUARD(&f->lock)
    {
        f->total++;
        f->latest = *fault;
        f->unannounced = true;
        full = f->count == VIRTIO_IOMMU_FAULT_RING;
        if (full) {
            f->dropped++;
        } else {
            f->ring[(f->head + f->count) % VIRTIO_IOMMU_FAULT_RING] = *fault;
            f->count++;
        }
    }
    trace_virtio_iommu_fault(fault->reason, fault->flags, fault->endpoint_id,
                             fault->address, full);
    qemu_bh_schedule(f->bh);
}

static bool fault_peek(VirtIOIOMMUFaults *f, VirtIOIOMMUFault *fault)
{
    QEMU_LOCK_GUARD(&f->lock);

    if (!f->count) {
        return false;
    }
    *fault = f->ring[f->head];
    return true;
}

/* Take the report that fault_peek() showed; @sent tells its fate. */
static void fault_take(VirtIOIOMMUFaults *f, bool sent)
{
    QEMU_LOCK_GUARD(&f->lock);

    f->head = (f->head + 1) % VIRTIO_IOMMU_FAULT_RING;
    f->count--;
    if (sent) {
        f->reported++;
    } else {
        f->dropped++;
    }
}

/*
 * One report into one event buffer. "If the buffer is too small to contain the
 * fault report, the device SHOULD NOT use multiple buffers to describe it":
 * such a buffer goes back unwritten and the report is dropped (E5).
 */
static bool fault_send(VirtIOIOMMU *s, VirtQueueElement *elem,
                       const VirtIOIOMMUFault *fault)
{
    uint8_t bytes[VIOMMU_FAULT_SIZE];
    bool fits = iov_size(elem->in_sg, elem->in_num) >= sizeof(bytes);

    if (fits) {
        viommu_req_encode_fault(bytes, fault->reason, fault->flags, fault->endpoint_id,
                                fault->address);
        iov_from_buf(elem->in_sg, elem->in_num, 0, bytes, sizeof(bytes));
    }
    virtqueue_push(s->event_vq, elem, fits ? sizeof(bytes) : 0);
    return fits;
}

/* Main loop: move reports into event buffers while there are both. */
void virtio_iommu_fault_flush(VirtIOIOMMU *s)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(s);
    VirtIOIOMMUFaults *f = &s->faults;
    bool used = false;
    VirtIOIOMMUFault fault;

    if (s->stopped || !(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK) ||
        !virtio_queue_ready(s->event_vq)) {
        return;
    }
    while (fault_peek(f, &fault)) {
        g_autofree VirtQueueElement *elem = virtqueue_pop(s->event_vq, sizeof(*elem));

        if (!elem) {
            break;
        }
        trace_virtio_iommu_report_fault(fault.reason, fault.flags, fault.endpoint_id,
                                        fault.address);
        fault_take(f, fault_send(s, elem, &fault));
        used = true;
    }
    if (used) {
        virtio_notify(vdev, s->event_vq);
    }
}

static void fault_bh(void *opaque)
{
    VirtIOIOMMU *s = opaque;
    VirtIOIOMMUFaultNotice notice = { .iommu = s };
    bool announce;

    WITH_QEMU_LOCK_GUARD(&s->faults.lock)
    {
        announce = s->faults.unannounced;
        s->faults.unannounced = false;
        notice.fault = s->faults.latest;
        notice.total = s->faults.total;
    }
    if (announce) {
        notifier_list_notify(&fault_notifiers, &notice);
    }
    virtio_iommu_fault_flush(s);
}

/*
 * Reports of before a reset do not outlive it. The counters do, and so does what the
 * user is told: whose device went astray is no less true for the driver's reset.
 */
void virtio_iommu_fault_reset(VirtIOIOMMU *s)
{
    QEMU_LOCK_GUARD(&s->faults.lock);

    s->faults.dropped += s->faults.count;
    s->faults.count = 0;
}

void virtio_iommu_fault_init(VirtIOIOMMU *s)
{
    qemu_mutex_init(&s->faults.lock);
    s->faults.bh = virtio_bh_new_guarded(DEVICE(s), fault_bh, s);
}

void virtio_iommu_fault_cleanup(VirtIOIOMMU *s)
{
    qemu_bh_delete(s->faults.bh);
    qemu_mutex_destroy(&s->faults.lock);
}
