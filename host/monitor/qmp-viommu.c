/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * query-viommu, query-viommu-mappings and the event VIOMMU_FAULT. In the
 * monitor, so that the device needs to know neither QMP nor JSON.
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-iommu-query.h"
#include "monitor/qmp-event.h"
#include "monitor/qmp-command.h"
#include "qemu/module.h"

/* Mappings in one answer of query-viommu-mappings, unless the caller wants fewer. */
#define MAX_PAGE 1024
/* At most one VIOMMU_FAULT in so many milliseconds. */
#define FAULT_EVENT_MS 1000

/* --------------------------------------------------------- finding them -- */

static int collect_iommu(Object *obj, void *opaque)
{
    if (object_dynamic_cast(obj, TYPE_VIRTIO_IOMMU) && DEVICE(obj)->realized) {
        g_ptr_array_add(opaque, obj);
    }
    return 0;
}

static GPtrArray *find_iommus(void)
{
    GPtrArray *found = g_ptr_array_new();

    object_child_foreach_recursive(object_get_root(), collect_iommu, found);
    return found;
}

/* @path NULL: the only one there is. */
static VirtIOIOMMU *find_iommu(const char *path, Error **errp)
{
    g_autoptr(GPtrArray) all = find_iommus();

    for (guint i = 0; i < all->len; i++) {
        g_autofree char *p = object_get_canonical_path(g_ptr_array_index(all, i));

        if (path ? !strcmp(p, path) : all->len == 1) {
            return VIRTIO_IOMMU(g_ptr_array_index(all, i));
        }
    }
    if (path) {
        error_setg(errp, "'%s' is no virtio-iommu; query-viommu lists them", path);
    } else {
        error_setg(errp, "Parameter 'path' is needed: there are %u virtio-iommus",
                   all->len);
    }
    return NULL;
}

/* --------------------------------------------------------- query-viommu -- */

static json_object *range_to_json(ViommuRange range)
{
    json_object *obj = json_object_new_object();

    qmp_add_uint(obj, "start", range.start);
    qmp_add_uint(obj, "last", range.last);
    return obj;
}

static void add_endpoint(void *opaque, const VirtIOIOMMUEndpointInfo *info)
{
    json_object *obj = json_object_new_object();
    json_object *ids = json_object_new_array();

    for (size_t i = 0; i < info->n_ids; i++) {
        json_object_array_add(ids, json_object_new_int64(info->ids[i]));
    }
    qmp_add_int(obj, "endpoint", info->endpoint_id);
    json_object_object_add(obj, "ids", ids);
    if (info->path) {
        qmp_add_str(obj, "device", info->path);
    }
    if (info->attached) {
        qmp_add_int(obj, "domain", info->domain_id);
    }
    qmp_add_bool(obj, "bypass", info->bypass);
    qmp_add_uint(obj, "hits", info->hits);
    qmp_add_uint(obj, "misses", info->misses);
    json_object_array_add(opaque, obj);
}

static bool add_domain(void *opaque, const ViommuDomainInfo *info)
{
    json_object *obj = json_object_new_object();

    qmp_add_int(obj, "domain", info->domain_id);
    qmp_add_bool(obj, "bypass", info->bypass);
    qmp_add_uint(obj, "endpoints", info->n_endpoints);
    qmp_add_uint(obj, "mappings", info->n_mappings);
    qmp_add_uint(obj, "bytes", info->bytes);
    json_object_array_add(opaque, obj);
    return true;
}

static json_object *iommu_to_json(VirtIOIOMMU *s)
{
    g_autofree char *path = object_get_canonical_path(OBJECT(s));
    json_object *obj = json_object_new_object();
    json_object *endpoints = json_object_new_array();
    json_object *domains = json_object_new_array();
    VirtIOIOMMUInfo info;

    virtio_iommu_query(s, &info);
    virtio_iommu_query_endpoints(s, add_endpoint, endpoints);
    virtio_iommu_query_domains(s, add_domain, domains);
    qmp_add_str(obj, "path", path);
    qmp_add_bool(obj, "bypass", info.bypass);
    qmp_add_uint(obj, "granule", info.granule);
    json_object_object_add(obj, "input-range", range_to_json(info.input_range));
    qmp_add_uint(obj, "mappings", info.mappings);
    qmp_add_uint(obj, "bytes", info.bytes);
    qmp_add_uint(obj, "faults", info.faults);
    qmp_add_uint(obj, "faults-reported", info.faults_reported);
    qmp_add_uint(obj, "faults-dropped", info.faults_dropped);
    json_object_object_add(obj, "endpoints", endpoints);
    json_object_object_add(obj, "domains", domains);
    return obj;
}

static json_object *qmp_query_viommu(json_object *args, Error **errp)
{
    g_autoptr(GPtrArray) all = find_iommus();
    json_object *list = json_object_new_array();

    for (guint i = 0; i < all->len; i++) {
        json_object_array_add(list,
                              iommu_to_json(VIRTIO_IOMMU(g_ptr_array_index(all, i))));
    }
    return list;
}

/* ------------------------------------------------- query-viommu-mappings -- */

static json_object *mapping_to_json(const ViommuMapping *m)
{
    json_object *obj = range_to_json(m->iova);

    qmp_add_uint(obj, "phys", m->phys);
    qmp_add_bool(obj, "read", m->flags & VIOMMU_PERM_READ);
    qmp_add_bool(obj, "write", m->flags & VIOMMU_PERM_WRITE);
    qmp_add_bool(obj, "mmio", m->flags & VIOMMU_PERM_MMIO);
    return obj;
}

/* { "mappings": [...], "next": IOVA to go on from, absent on the last page } */
static json_object *mappings_to_json(const ViommuMapping *mappings, size_t n, bool full)
{
    json_object *list = json_object_new_array();
    json_object *obj = json_object_new_object();

    for (size_t i = 0; i < n; i++) {
        json_object_array_add(list, mapping_to_json(&mappings[i]));
    }
    json_object_object_add(obj, "mappings", list);
    if (full && mappings[n - 1].iova.last != UINT64_MAX) {
        qmp_add_uint(obj, "next", mappings[n - 1].iova.last + 1);
    }
    return obj;
}

static json_object *qmp_query_viommu_mappings(json_object *args, Error **errp)
{
    VirtIOIOMMU *s = find_iommu(qmp_arg_str(args, "path"), errp);
    int64_t domain = qmp_arg_int(args, "domain", 0);
    json_object *from = qmp_arg(args, "from");
    int64_t limit = qmp_arg_int(args, "limit", MAX_PAGE);
    g_autofree ViommuMapping *mappings = NULL;
    size_t n;

    if (!s) {
        return NULL;
    }
    if (limit < 1 || limit > MAX_PAGE) {
        error_setg(errp, "Parameter 'limit' expects a value from 1 to %u", MAX_PAGE);
        return NULL;
    }
    n = limit;
    mappings = g_new(ViommuMapping, n);
    if (domain < 0 || domain > UINT32_MAX ||
        !virtio_iommu_query_mappings(s, domain, from ? json_object_get_uint64(from) : 0,
                                     mappings, &n)) {
        error_setg(errp, "There is no domain %" PRId64, domain);
        return NULL;
    }
    return mappings_to_json(mappings, n, n == limit);
}

static const QmpArg mappings_args[] = {
    { "path", QMP_STR, .optional = true },
    { "domain", QMP_INT },
    { "from", QMP_INT, .optional = true },
    { "limit", QMP_INT, .optional = true },
    {},
};

static const QmpCommand viommu_commands[] = {
    { "query-viommu", qmp_query_viommu },
    { "query-viommu-mappings", qmp_query_viommu_mappings, mappings_args },
};
QMP_COMMANDS(viommu_commands)

/* ---------------------------------------------------------- VIOMMU_FAULT -- */

static const char *reason_name(uint8_t reason)
{
    switch (reason) {
    case VIRTIO_IOMMU_FAULT_R_DOMAIN:
        return "domain";
    case VIRTIO_IOMMU_FAULT_R_MAPPING:
        return "mapping";
    default:
        return "unknown";
    }
}

static void send_fault(Notifier *notifier, void *data)
{
    VirtIOIOMMUFaultNotice *notice = data;
    const VirtIOIOMMUFault *fault = &notice->fault;
    g_autofree char *path = object_get_canonical_path(OBJECT(notice->iommu));
    json_object *obj = json_object_new_object();

    qmp_add_str(obj, "path", path);
    qmp_add_str(obj, "reason", reason_name(fault->reason));
    qmp_add_int(obj, "endpoint", fault->endpoint_id);
    qmp_add_uint(obj, "address", fault->address);
    qmp_add_bool(obj, "read", fault->flags & VIRTIO_IOMMU_FAULT_F_READ);
    qmp_add_bool(obj, "write", fault->flags & VIRTIO_IOMMU_FAULT_F_WRITE);
    qmp_add_uint(obj, "total", notice->total);
    qapi_event_send_limited("VIOMMU_FAULT", obj, FAULT_EVENT_MS);
}

static Notifier fault_notifier = { .notify = send_fault };

static void register_fault_event(void)
{
    virtio_iommu_add_fault_notifier(&fault_notifier);
}

type_init(register_fault_event)
