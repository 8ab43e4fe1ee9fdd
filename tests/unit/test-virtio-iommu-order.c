/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who caches translations, as a vhost backend's IOTLB or a host's IOMMU, hears that
 * they are void before the driver sees the answer to the request that voids them: to
 * the driver the page is its own again then (D4).
 */
#include "qemu/osdep.h"
#include "memory-test.h"
#include "viommu-device-fixture.h"

#define REQUEST UINT64_C(0x8000)
#define TAIL    UINT64_C(0x9000)
#define IOVA    UINT64_C(0x40000)
#define PHYS    UINT64_C(0x80000)
#define P       T_PAGE

typedef struct Cache {
    IOMMUNotifier n;
    IommuTest i;
    unsigned voided;    /* how often it heard that IOVA is void */
    uint16_t used_then; /* index of the used ring, as the driver saw it then */
} Cache;

static void hear(IOMMUNotifier *n, IOMMUTLBEntry *entry)
{
    Cache *c = container_of(n, Cache, n);

    if (entry->perm == IOMMU_NONE && entry->iova <= IOVA &&
        entry->iova + entry->addr_mask >= IOVA + P - 1) {
        c->voided++;
        c->used_then = split_used_idx(c->i.t);
    }
}

static const ViommuReq attach = { .type = VIOMMU_T_ATTACH,
                                  .domain_id = 1,
                                  .endpoint_id = T_ENDPOINT };
static const ViommuReq map = { .type = VIOMMU_T_MAP,
                               .domain_id = 1,
                               .virt_start = IOVA,
                               .virt_last = IOVA + P - 1,
                               .phys_start = PHYS,
                               .flags = T_RW };

static void send(IommuTest i, const ViommuReq *req)
{
    VirtioTest *t = i.t;
    size_t len = viommu_req_encode(req, t->ram + REQUEST);
    uint16_t used = split_used_idx(t);

    split_desc(t, T_DESC, 0, REQUEST, len, NEXT, 1);
    split_desc(t, T_DESC, 1, TAIL, VIOMMU_REQ_TAIL_SIZE, WRITE, 0);
    stw_le_p(t->ram + T_DRIVER + 4 + t->avail_idx * 2, 0);
    stw_le_p(t->ram + T_DRIVER + 2, ++t->avail_idx);
    t->ram[TAIL] = 0xa5;
    virtio_queue_notify(t->vdev, 0);
    g_assert_cmpuint(split_used_idx(t), ==, used + 1);
    g_assert_cmpuint(t->ram[TAIL], ==, VIOMMU_S_OK);
}

/* Whoever listens, and to whatever: it heard of it before there was an answer. */
static void test_void_before_answer(gconstpointer data)
{
    static const char *const props[] = { "boot-bypass", "off", NULL };
    static const IOMMUNotifierFlag flags[] = { IOMMU_NOTIFIER_UNMAP,
                                               IOMMU_NOTIFIER_IOTLB_EVENTS,
                                               IOMMU_NOTIFIER_DEVIOTLB_EVENTS };
    const ViommuReq *req = data;

    for (unsigned k = 0; k < G_N_ELEMENTS(flags); k++) {
        IommuTest i = iommu_test_new(props, 1);
        Cache c = { .i = i };
        MemoryRegion *mr = i.as[0]->root;

        virtio_test_set_rings(i.t, T_DESC, T_DRIVER, T_DEVICE);
        iommu_notifier_init(&c.n, hear, flags[k], 0, UINT64_MAX, 0);
        memory_region_register_iommu_notifier(mr, &c.n, &error_abort);
        send(i, &attach);
        send(i, &map);
        c.voided = 0;
        send(i, req);
        g_assert_cmpuint(c.voided, >, 0);
        g_assert_cmpuint(c.used_then, ==, 2);
        memory_region_unregister_iommu_notifier(mr, &c.n);
        iommu_test_free(i);
    }
}

int main(int argc, char **argv)
{
    static const ViommuReq detach = { .type = VIOMMU_T_DETACH,
                                      .domain_id = 1,
                                      .endpoint_id = T_ENDPOINT };
    static const ViommuReq move = { .type = VIOMMU_T_ATTACH,
                                    .domain_id = 2,
                                    .endpoint_id = T_ENDPOINT };
    static const ViommuReq unmap = { .type = VIOMMU_T_UNMAP,
                                     .domain_id = 1,
                                     .virt_last = UINT64_MAX };

    virtio_test_init(&argc, &argv);
    g_test_add_data_func("/virtio-iommu-order/D4-detach", &detach,
                         test_void_before_answer);
    g_test_add_data_func("/virtio-iommu-order/A6-attach-elsewhere", &move,
                         test_void_before_answer);
    g_test_add_data_func("/virtio-iommu-order/U5-unmap", &unmap,
                         test_void_before_answer);
    return g_test_run();
}
