/* SPDX-License-Identifier: GPL-2.0-or-later */
/* virtio-iommu from outside: query-viommu and query-viommu-mappings, field by field. */
#include "qemu/osdep.h"
#include "libqos/virtio-iommu.h"

#define OK     VIRTIO_IOMMU_S_OK
#define R      VIRTIO_IOMMU_MAP_F_READ
#define W      VIRTIO_IOMMU_MAP_F_WRITE
#define RW     (R | W)
#define P      QIOMMU_PAGE
#define IOVA   0x70000000u
#define OTHER  QPCI_DEVFN(3, 0)
#define BYPASS QPCI_DEVFN(5, 0)

static int64_t number(struct json_object *obj, const char *name)
{
    return json_object_get_int64(qtest_get(obj, name));
}

static bool truth(struct json_object *obj, const char *name)
{
    g_assert_true(json_object_is_type(qtest_get(obj, name), json_type_boolean));
    return json_object_get_boolean(qtest_get(obj, name));
}

/* The element of @list whose member @name is @value; the list ascends by it. */
static struct json_object *find(struct json_object *list, const char *name,
                                int64_t value)
{
    struct json_object *found = NULL;
    int64_t last = -1;

    for (size_t k = 0; k < json_object_array_length(list); k++) {
        struct json_object *one = json_object_array_get_idx(list, k);

        g_assert_cmpint(number(one, name), >, last);
        last = number(one, name);
        found = last == value ? one : found;
    }
    return found;
}

/* edu in domain 7 with two pages, 00:05.0 in a bypass domain, 00:03.0 in none. */
static QIommuWorld *world(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, ",boot-bypass=off,aw-bits=40",
                                  "-device edu,id=b,addr=0x5 -device edu,id=o,addr=3");

    g_assert_cmpint(qiommu_attach(w->iommu, 9, BYPASS, VIRTIO_IOMMU_ATTACH_F_BYPASS),
                    ==, OK);
    g_assert_cmpint(qiommu_attach(w->iommu, 7, QIOMMU_EDU, 0), ==, OK);
    g_assert_cmpint(qiommu_map(w->iommu, 7, IOVA, IOVA + P - 1, w->scratch, RW), ==,
                    OK);
    qiommu_map_scratch(w, 7);
    return w;
}

static void test_device(const char *transport)
{
    QIommuWorld *w = world(transport);
    struct json_object *one = qiommu_query(w), *type;
    int64_t bytes = number(one, "bytes");

    type = qtest_qmp_return(w->qts,
                            "{'execute': 'qom-get', 'arguments': "
                            "{'path': '%s', 'property': 'type'}}",
                            qtest_get_str(one, "path"));
    g_assert_cmpstr(json_object_get_string(type), ==, "virtio-iommu-device");
    json_object_put(type);
    g_assert_false(truth(one, "bypass"));
    g_assert_cmpint(number(one, "granule"), ==, P);
    g_assert_cmpint(number(qtest_get(one, "input-range"), "start"), ==, 0);
    g_assert_cmpint(number(qtest_get(one, "input-range"), "last"), ==,
                    (INT64_C(1) << 40) - 1);
    g_assert_cmpint(number(one, "mappings"), ==, 2);
    json_object_put(one);

    for (unsigned n = 0; n < 200; n++) {
        g_assert_cmpint(qiommu_map(w->iommu, 7, n * 2 * P, n * 2 * P + P - 1, 0, R), ==,
                        OK);
    }
    one = qiommu_query(w);
    g_assert_cmpint(number(one, "bytes"), >, bytes);
    json_object_put(one);
    qiommu_world_free(w);
}

/* What becomes of faults: of four, two are told, one finds a buffer that is small. */
static void test_faults(const char *transport)
{
    QIommuWorld *w = world(transport);
    struct json_object *one, *edu;

    qiommu_add_event_buffers(w->iommu, 2, 24);
    qiommu_add_event_buffers(w->iommu, 1, 8);
    for (unsigned n = 0; n < 4; n++) {
        qedu_dma_to_ram(w->edu, 0x10000000 + n * P, 0, 4);
    }
    one = qiommu_query(w);
    g_assert_cmpint(number(one, "faults"), ==, 4);
    g_assert_cmpint(number(one, "faults-reported"), ==, 2);
    g_assert_cmpint(number(one, "faults-dropped"), ==, 1);
    edu = find(qtest_get(one, "endpoints"), "endpoint", QIOMMU_EDU);
    g_assert_cmpint(number(edu, "misses"), ==, 4);
    g_assert_cmpint(number(edu, "hits"), ==, 0);
    json_object_put(one);
    qedu_dma_to_ram(w->edu, IOVA, 0, 4);
    one = qiommu_query(w);
    edu = find(qtest_get(one, "endpoints"), "endpoint", QIOMMU_EDU);
    g_assert_cmpint(number(edu, "misses"), ==, 4);
    g_assert_cmpint(number(edu, "hits"), >, 0);
    json_object_put(one);
    qiommu_world_free(w);
}

static void expect_endpoint(struct json_object *one, int64_t id, const char *device,
                            int64_t domain, bool bypass)
{
    struct json_object *ep = find(qtest_get(one, "endpoints"), "endpoint", id), *ids;
    struct json_object *of = NULL;

    g_assert_nonnull(ep);
    ids = qtest_get(ep, "ids");
    g_assert_cmpuint(json_object_array_length(ids), ==, 1);
    g_assert_cmpint(json_object_get_int64(json_object_array_get_idx(ids, 0)), ==, id);
    if (device) {
        g_assert_cmpstr(qtest_get_str(ep, "device"), ==, device);
    }
    g_assert_cmpint(json_object_object_get_ex(ep, "domain", &of), ==, domain >= 0);
    if (of) {
        g_assert_cmpint(json_object_get_int64(of), ==, domain);
    }
    g_assert_cmpint(truth(ep, "bypass"), ==, bypass);
}

static void test_endpoints(const char *transport)
{
    QIommuWorld *w = world(transport);
    struct json_object *one = qiommu_query(w);
    QVirtio *vio = w->iommu->vio;

    expect_endpoint(one, QIOMMU_EDU, NULL, 7, false);
    expect_endpoint(one, OTHER, "/machine/peripheral/o", -1, false);
    expect_endpoint(one, BYPASS, "/machine/peripheral/b", 9, true);
    json_object_put(one);
    vio->ops->config_write(vio, offsetof(struct virtio_iommu_config, bypass), 1, 1);
    one = qiommu_query(w);
    g_assert_true(truth(one, "bypass"));
    expect_endpoint(one, QIOMMU_EDU, NULL, 7, false);
    expect_endpoint(one, OTHER, "/machine/peripheral/o", -1, true);
    json_object_put(one);
    qiommu_world_free(w);
}

static void expect_domain(struct json_object *one, int64_t id, bool bypass,
                          int64_t endpoints, int64_t mappings)
{
    struct json_object *domain = find(qtest_get(one, "domains"), "domain", id);

    g_assert_nonnull(domain);
    g_assert_cmpint(truth(domain, "bypass"), ==, bypass);
    g_assert_cmpint(number(domain, "endpoints"), ==, endpoints);
    g_assert_cmpint(number(domain, "mappings"), ==, mappings);
    g_assert_cmpint(number(domain, "bytes"), >, 0);
}

static void test_domains(const char *transport)
{
    QIommuWorld *w = world(transport);
    struct json_object *one;

    g_assert_cmpint(qiommu_attach(w->iommu, 7, OTHER, 0), ==, OK);
    one = qiommu_query(w);
    g_assert_cmpuint(json_object_array_length(qtest_get(one, "domains")), ==, 2);
    expect_domain(one, 7, false, 2, 2);
    expect_domain(one, 9, true, 1, 0);
    json_object_put(one);
    qiommu_world_free(w);
}

static void test_mapping(const char *transport)
{
    QIommuWorld *w = world(transport);
    struct json_object *page, *m;

    g_assert_cmpint(
        qiommu_map(w->iommu, 7, 0x1000, 0x2fff, 0x9000, W | VIRTIO_IOMMU_MAP_F_MMIO),
        ==, OK);
    page = qtest_qmp_return(w->qts, "{'execute': 'query-viommu-mappings', "
                                    "'arguments': {'domain': 7}}");
    m = json_object_array_get_idx(qtest_get(page, "mappings"), 0);
    g_assert_cmpint(number(m, "start"), ==, 0x1000);
    g_assert_cmpint(number(m, "last"), ==, 0x2fff);
    g_assert_cmpint(number(m, "phys"), ==, 0x9000);
    g_assert_false(truth(m, "read"));
    g_assert_true(truth(m, "write"));
    g_assert_true(truth(m, "mmio"));
    m = json_object_array_get_idx(qtest_get(page, "mappings"), 1);
    g_assert_cmpint(number(m, "start"), ==, IOVA);
    g_assert_true(truth(m, "read"));
    g_assert_false(truth(m, "mmio"));
    json_object_put(page);
    /* A bypass domain is one, and has none. */
    page = qtest_qmp_return(w->qts, "{'execute': 'query-viommu-mappings', "
                                    "'arguments': {'domain': 9}}");
    g_assert_cmpuint(json_object_array_length(qtest_get(page, "mappings")), ==, 0);
    json_object_put(page);
    qtest_qmp_assert_error(w->qts, "GenericError", "'/machine' is no virtio-iommu",
                           "{'execute': 'query-viommu-mappings', 'arguments': "
                           "{'domain': 7, 'path': '/machine'}}");
    qiommu_world_free(w);
}

/* query-viommu-mappings: pages, limits, what is wrong. */
static void test_query_mappings(const char *transport)
{
    QIommuWorld *w = qiommu_world(transport, "", "");
    struct json_object *page, *list;
    int64_t next = 0;
    unsigned seen = 0;

    g_assert_cmpint(qiommu_attach(w->iommu, 7, QIOMMU_EDU, 0), ==, OK);
    for (unsigned n = 0; n < 10; n++) {
        g_assert_cmpint(qiommu_map(w->iommu, 7, 2 * n * P, (2 * n + 1) * P - 1, P, RW),
                        ==, OK);
    }
    for (;;) {
        page = qtest_qmp_return(w->qts,
                                "{'execute': 'query-viommu-mappings', 'arguments': "
                                "{'domain': 7, 'from': %" PRId64 ", 'limit': 3}}",
                                next);
        list = qtest_get(page, "mappings");
        for (size_t k = 0; k < json_object_array_length(list); k++, seen++) {
            struct json_object *m = json_object_array_get_idx(list, k);

            g_assert_cmpint(json_object_get_int64(qtest_get(m, "start")), ==,
                            2 * seen * P);
        }
        if (!json_object_object_get_ex(page, "next", &list)) {
            break;
        }
        next = json_object_get_int64(list);
        json_object_put(page);
    }
    json_object_put(page);
    g_assert_cmpuint(seen, ==, 10);
    qtest_qmp_assert_error(w->qts, "GenericError", "There is no domain 8",
                           "{'execute': 'query-viommu-mappings', 'arguments': "
                           "{'domain': 8}}");
    qtest_qmp_assert_error(w->qts, "GenericError", "limit",
                           "{'execute': 'query-viommu-mappings', 'arguments': "
                           "{'domain': 7, 'limit': 0}}");
    qiommu_world_free(w);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qiommu_add_own("/virtio-iommu-query/device", test_device);
    qiommu_add_own("/virtio-iommu-query/faults", test_faults);
    qiommu_add_own("/virtio-iommu-query/endpoints", test_endpoints);
    qiommu_add_own("/virtio-iommu-query/domains", test_domains);
    qiommu_add_own("/virtio-iommu-query/mapping", test_mapping);
    qiommu_add_own("/virtio-iommu-query/pages-of-mappings", test_query_mappings);
    return g_test_run();
}
