/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices in threads of their own against everything that changes what they see:
 * requests, bypass, resets, unplug, and a driver that takes the event queue away.
 *
 * What is checked: an access lands where the IOMMU sent it before or after a
 * change, never anywhere else; when a request that takes a page away has come
 * back, the page is out of reach; every fault is counted, once.
 */
#include "qemu/osdep.h"
#include "memory-test.h"
#include "viommu-device-fixture.h"
#include "viommu-device-pci.h"

#define PAGES 16
#define IOVA  UINT64_C(0x40000)
#define BASE  UINT64_C(0x80000) /* in RAM: page n reads as magic(n) */
#define IDLE  UINT64_C(0xc0000) /* in RAM: what a device may write to */

typedef struct Shared {
    IommuTest i;
    AddressSpace *as; /* atomic; RCU, where it may go away */
    bool stop;        /* atomic */
    unsigned done, wrong;
    unsigned writers; /* atomic: gives each its own words of the page */
} Shared;

static uint64_t magic(uint64_t phys)
{
    return (phys >> 12) * UINT64_C(0x0101010101010101);
}

static unsigned rounds(void)
{
    return g_test_slow() ? 20000 : 48;
}

static Shared shared_new(const char *const *props)
{
    Shared s = { .i = iommu_test_new(props, 2) };
    uint64_t *ram = (uint64_t *)s.i.t->ram;

    for (uint64_t addr = 0; addr < T_RAM_SIZE; addr += 8) {
        ram[addr / 8] = magic(addr);
    }
    s.as = s.i.as[0];
    return s;
}

static void start(Shared *s, QemuThread *t, unsigned n, void *(*fn)(void *))
{
    for (unsigned k = 0; k < n; k++) {
        qemu_thread_create(&t[k], "device", fn, s, QEMU_THREAD_JOINABLE);
    }
}

static void finish(Shared *s, QemuThread *t, unsigned n)
{
    qatomic_set(&s->stop, true);
    bql_unlock();
    for (unsigned k = 0; k < n; k++) {
        qemu_thread_join(&t[k]);
    }
    bql_lock();
    settle();
}

/* Until somebody got through once more: the rounds are about something. */
static void let_run(Shared *s)
{
    unsigned before = qatomic_read(&s->done);

    for (unsigned k = 0; k < 4000 && qatomic_read(&s->done) == before; k++) {
        g_thread_yield();
    }
}

/* ---- translations against everything that changes them ---- */

/* IOVA page n is mapped to page n, or n + PAGES, of BASE; in bypass it is itself. */
static bool plausible(unsigned page, uint64_t value)
{
    return value == magic(BASE + page * T_PAGE) ||
           value == magic(BASE + (page + PAGES) * T_PAGE) ||
           value == magic(IOVA + page * T_PAGE);
}

static void *reads_pages(void *opaque)
{
    Shared *s = opaque;

    for (unsigned n = 0; !qatomic_read(&s->stop); n++) {
        uint64_t value[2], iova = IOVA + n % PAGES * T_PAGE + n % 16 * 8;

        if (address_space_read(s->as, iova, UNSPEC, value, sizeof(value)) != MEMTX_OK) {
            continue;
        }
        if (!plausible(n % PAGES, value[0]) || value[0] != value[1]) {
            qatomic_inc(&s->wrong);
        }
        qatomic_inc(&s->done);
    }
    return NULL;
}

static void *looks_at_pages(void *opaque)
{
    Shared *s = opaque;

    for (unsigned n = 0; !qatomic_read(&s->stop); n++) {
        uint64_t page = n % PAGES, iova = IOVA + page * T_PAGE, to;
        IOMMUTLBEntry entry;

        RCU_READ_LOCK_GUARD();
        entry = address_space_get_iotlb_entry(s->as, iova, false, UNSPEC);
        to = entry.translated_addr + (iova & entry.addr_mask);
        if (entry.perm == IOMMU_NONE) {
            continue;
        }
        if (to != iova && to != BASE + page * T_PAGE &&
            to != BASE + (page + PAGES) * T_PAGE) {
            qatomic_inc(&s->wrong);
        }
        qatomic_inc(&s->done);
    }
    return NULL;
}

static void renegotiate(IommuTest i)
{
    virtio_test_negotiate(i.t, T_VERSION_1 | VIOMMU_F_ALL);
    viommu_db_set_features(i.s->db, VIOMMU_F_ALL);
}

static void set_bypass(IommuTest i, bool bypass)
{
    struct virtio_iommu_config config = { .bypass = bypass };

    VIRTIO_DEVICE_GET_CLASS(i.t->vdev)->set_config(i.t->vdev, (uint8_t *)&config);
}

/* One change of everything that can change; most are legal at any time. */
static void change(IommuTest i, unsigned n)
{
    uint64_t page = g_test_rand_int_range(0, PAGES), iova = IOVA + page * T_PAGE;
    uint64_t phys = BASE + page * T_PAGE + (n & 1 ? PAGES * T_PAGE : 0);

    switch (g_test_rand_int_range(0, 12)) {
    case 0:
        iommu_detach(i, 1, 0);
        break;
    case 1:
        iommu_attach(i, 1 + g_test_rand_int_range(0, 2), 1, 0);
        break;
    case 2:
        set_bypass(i, g_test_rand_bit());
        break;
    case 3:
        renegotiate(i);
        break;
    case 4:
        iommu_unmap(i, 1, 0, UINT64_MAX);
        break;
    case 5:
    case 6:
        iommu_unmap(i, 1, iova, iova + T_PAGE - 1);
        break;
    default:
        iommu_attach(i, 1, 0, 0);
        iommu_map(i, 1, iova, iova + T_PAGE - 1, phys, T_RW);
    }
}

static void test_changes(gconstpointer data)
{
    Shared s = shared_new(NULL);
    void *(*fn)(void *) = data;
    QemuThread t[2];

    start(&s, t, 2, fn);
    for (unsigned n = 0; n < rounds(); n++) {
        change(s.i, n);
        if (n % 8 == 0) {
            let_run(&s);
            main_loop_wait(true);
        }
    }
    finish(&s, t, 2);
    g_assert_cmpuint(s.wrong, ==, 0);
    g_assert_cmpuint(s.done, >, 0);
    iommu_test_free(s.i);
}

/* ---- a page that was taken away is out of reach ---- */

static void *writes_rw(void *opaque)
{
    Shared *s = opaque;
    uint64_t value[4] = { 1, 1, 1, 1 };
    uint64_t addr = IDLE + qatomic_fetch_inc(&s->writers) * sizeof(value);

    while (!qatomic_read(&s->stop)) {
        if (address_space_write(s->as, addr, UNSPEC, value, sizeof(value)) ==
            MEMTX_OK) {
            qatomic_inc(&s->done);
        }
    }
    return NULL;
}

static void *writes_mapped(void *opaque)
{
    Shared *s = opaque;

    while (!qatomic_read(&s->stop)) {
        hwaddr len = T_PAGE;
        uint64_t *p = address_space_map(s->as, IDLE, &len, true, UNSPEC);

        if (p) {
            qatomic_set(&p[0], 1);
            qatomic_set(&p[3], 1);
            qatomic_inc(&s->done);
            address_space_unmap(s->as, p, len, true, len);
        }
    }
    return NULL;
}

static void grant(IommuTest i, unsigned how)
{
    if (how == 3) {
        set_bypass(i, true);
        return;
    }
    g_assert_cmpint(iommu_attach(i, 1, 0, how == 4 ? VIOMMU_ATTACH_F_BYPASS : 0), ==,
                    VIOMMU_S_OK);
    if (how != 4) {
        g_assert_cmpint(iommu_map(i, 1, IDLE, IDLE + T_PAGE - 1, IDLE, T_RW), ==,
                        VIOMMU_S_OK);
    }
}

/* @how grant() gave it: by each way that there is to take it back. */
static void take(IommuTest i, unsigned how)
{
    switch (how) {
    case 0:
        g_assert_cmpint(iommu_unmap(i, 1, 0, UINT64_MAX), ==, VIOMMU_S_OK);
        g_assert_cmpint(iommu_detach(i, 1, 0), ==, VIOMMU_S_OK);
        break;
    case 1:
    case 4:
        g_assert_cmpint(iommu_detach(i, 1, 0), ==, VIOMMU_S_OK);
        break;
    case 2:
        renegotiate(i);
        break;
    case 3:
        set_bypass(i, false);
        break;
    default:
        g_assert_cmpint(iommu_attach(i, 2, 0, 0), ==, VIOMMU_S_OK);
        g_assert_cmpint(iommu_detach(i, 2, 0), ==, VIOMMU_S_OK);
    }
}

#define WAYS 6

static void test_out_of_reach(gconstpointer data)
{
    static const char *const props[] = { "boot-bypass", "off", NULL };
    Shared s = shared_new(props);
    uint64_t *page = (uint64_t *)(s.i.t->ram + IDLE);
    QemuThread t[2];

    start(&s, t, 2, (void *(*)(void *))data);
    for (unsigned n = 0; n < rounds(); n++) {
        grant(s.i, n % WAYS);
        let_run(&s);
        take(s.i, n % WAYS);
        for (unsigned k = 0; k < 8; k++) {
            qatomic_set(&page[k], 0);
        }
        for (unsigned k = 0; k < 16; k++) {
            g_thread_yield();
            s.wrong += qatomic_read(&page[k % 8]) != 0;
        }
    }
    finish(&s, t, 2);
    g_assert_cmpuint(s.wrong, ==, 0);
    g_assert_cmpuint(s.done, >, 0);
    g_assert_cmpuint(memory_dma_drain_timeouts(), ==, 0);
    iommu_test_free(s.i);
}

/* ---- faults against a driver that takes the event queue away ---- */

#define EVT_DESC   UINT64_C(0x5000)
#define EVT_AVAIL  UINT64_C(0x6000)
#define EVT_USED   UINT64_C(0x7000)
#define EVT_BUFFER UINT64_C(0x8000)
#define EVT_SIZE   16

static void *raises_faults(void *opaque)
{
    Shared *s = opaque;
    uint64_t value;

    while (!qatomic_read(&s->stop)) {
        if (address_space_read(s->as, IOVA, UNSPEC, &value, sizeof(value)) !=
            MEMTX_OK) {
            qatomic_inc(&s->done);
        }
    }
    return NULL;
}

/* A driver up to DRIVER_OK, with @n event buffers, some of them too small. */
static void drive(IommuTest i, unsigned n)
{
    VirtIODevice *vdev = i.t->vdev;
    uint8_t *ram = i.t->ram;

    renegotiate(i);
    memset(ram + EVT_DESC, 0, 3 * T_PAGE);
    for (unsigned k = 0; k < n; k++) {
        split_desc(i.t, EVT_DESC, k, EVT_BUFFER + k * 64, k % 3 ? 24 : 8, WRITE, 0);
        stw_le_p(ram + EVT_AVAIL + 4 + k * 2, k);
    }
    stw_le_p(ram + EVT_AVAIL + 2, n);
    virtio_queue_set_num(vdev, 1, EVT_SIZE);
    virtio_queue_set_rings(vdev, 1, EVT_DESC, EVT_AVAIL, EVT_USED);
    virtio_set_status(vdev, vdev->status | VIRTIO_CONFIG_S_DRIVER_OK);
    virtio_queue_notify(vdev, 1);
}

static void take_event_queue_away(IommuTest i)
{
    switch (g_test_rand_int_range(0, 5)) {
    case 0:
        virtio_reset(i.t->vdev);
        break;
    case 1:
        virtio_queue_reset(i.t->vdev, 1);
        break;
    case 2:
        virtio_set_status(i.t->vdev, 0);
        break;
    case 3:
        renegotiate(i); /* and never set up again */
        break;
    default:
        /* rings where there is no memory */
        virtio_queue_set_rings(i.t->vdev, 1, T_RAM_SIZE, T_RAM_SIZE, T_RAM_SIZE);
    }
}

static void test_faults_against_event_queue(void)
{
    static const char *const props[] = { "boot-bypass", "off", NULL };
    Shared s = shared_new(props);
    VirtIOIOMMUFaults *f = &s.i.s->faults;
    QemuThread t[2];

    start(&s, t, 2, raises_faults);
    for (unsigned n = 0; n < rounds(); n++) {
        drive(s.i, g_test_rand_int_range(0, EVT_SIZE + 1));
        let_run(&s);
        main_loop_wait(true);
        take_event_queue_away(s.i);
        main_loop_wait(true);
    }
    finish(&s, t, 2);
    /* Where each of them went: nothing is lost, nothing is there twice. */
    g_assert_cmpuint(f->total, ==, s.done);
    g_assert_cmpuint(f->reported + f->dropped + f->count, ==, f->total);
    g_assert_cmpuint(f->reported, >, 0);
    iommu_test_free(s.i);
}

/* ---- endpoints that retire while threads look ---- */

/* As a device must: once it is gone, it does not start anything new. */
static void *reads_while_plugged(void *opaque)
{
    Shared *s = opaque;

    while (!qatomic_read(&s->stop)) {
        uint64_t value;
        AddressSpace *as;

        RCU_READ_LOCK_GUARD();
        as = qatomic_load_acquire(&s->as);
        if (as && address_space_read(as, IOVA, UNSPEC, &value, 8) == MEMTX_OK) {
            if (value != magic(IOVA)) {
                qatomic_inc(&s->wrong);
            }
            qatomic_inc(&s->done);
        }
    }
    return NULL;
}

static void test_retire(void)
{
    PCIBus *bus = pci_test_new_root();
    g_autofree char *path = object_get_canonical_path(OBJECT(bus));
    const char *const props[] = { "primary-bus", path, NULL };
    Shared s = shared_new(props);
    VirtIOIOMMUEndpoint *ep;
    QemuThread t[2];

    qatomic_set(&s.as, NULL);
    start(&s, t, 2, reads_while_plugged);
    for (unsigned n = 0; n < rounds() / 2; n++) {
        DeviceState *dev = qdev_new("edu");

        qdev_realize(dev, BUS(bus), &error_abort);
        qatomic_store_release(&s.as, pci_device_iommu_address_space(PCI_DEVICE(dev)));
        let_run(&s);
        qatomic_set(&s.as, NULL);
        qdev_unrealize(dev);
        object_unparent(OBJECT(dev));
        object_unref(dev);
        main_loop_wait(true);
    }
    finish(&s, t, 2);
    g_assert_cmpuint(s.wrong, ==, 0);
    g_assert_cmpuint(s.done, >, 0);
    g_assert_true(QLIST_EMPTY(&s.i.s->retired));
    QLIST_FOREACH(ep, &s.i.s->endpoints, next) {
        g_assert_null(ep->bus); /* none of theirs is left */
    }
    iommu_test_free(s.i);
}

int main(int argc, char **argv)
{
    virtio_test_init(&argc, &argv);
    g_test_add_data_func("/virtio-iommu-threads/read-against-changes",
                         (gconstpointer)reads_pages, test_changes);
    g_test_add_data_func("/virtio-iommu-threads/translate-against-changes",
                         (gconstpointer)looks_at_pages, test_changes);
    g_test_add_data_func("/virtio-iommu-threads/out-of-reach-of-writes",
                         (gconstpointer)writes_rw, test_out_of_reach);
    g_test_add_data_func("/virtio-iommu-threads/out-of-reach-of-maps",
                         (gconstpointer)writes_mapped, test_out_of_reach);
    g_test_add_func("/virtio-iommu-threads/faults-against-event-queue",
                    test_faults_against_event_queue);
    g_test_add_func("/virtio-iommu-threads/retire", test_retire);
    return g_test_run();
}
