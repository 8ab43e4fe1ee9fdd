/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Migration. What is attached to what, and the mappings; all else follows from
 * the properties. A stream is as little trusted as a guest: it is read into
 * lists, played through the functions that serve requests on a database of its
 * own, and only when all of it was accepted on the real one. Until then the old
 * state is intact; and it comes back if somebody who shadows the mappings refuses
 * what the database took.
 *
 * Layout, big endian: u32 bypass; u32 count, then attachments (u32 endpoint, u32
 * domain, u32 flags); u32 count, then mappings (u32 domain, u64 start, u64 last,
 * u64 phys, u32 flags).
 */
#include "qemu/osdep.h"
#include "hw/virtio/virtio-iommu.h"
#include "migration/qemu-file-types.h"
#include "migration/vmstate.h"
#include "qemu/error-report.h"
#include "viommu-req.h"
#include "virtio-iommu-internal.h"

/* Aliases may attach more than once; more than every id there can be is nonsense. */
#define MAX_ATTACHMENTS (1 << 17)
#define PAGE            1024

typedef struct StreamMapping {
    uint32_t domain_id;
    ViommuMapping mapping;
} StreamMapping;

typedef struct VirtIOIOMMUStream {
    bool bypass;
    GArray *attachments; /* of ViommuAttachment */
    GArray *mappings;    /* of StreamMapping */
} Stream;

static Stream *stream_new(void)
{
    Stream *stream = g_new0(Stream, 1);

    stream->attachments = g_array_new(false, false, sizeof(ViommuAttachment));
    stream->mappings = g_array_new(false, false, sizeof(StreamMapping));
    return stream;
}

static void stream_free(Stream *stream)
{
    g_array_unref(stream->attachments);
    g_array_unref(stream->mappings);
    g_free(stream);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stream, stream_free)

/* --------------------------------------------------------------- save ---- */

static bool add_attachment(void *opaque, const ViommuAttachment *attachment)
{
    Stream *stream = opaque;

    g_array_append_vals(stream->attachments, attachment, 1);
    return true;
}

static void add_mappings(VirtIOIOMMU *s, Stream *stream, uint32_t domain_id)
{
    g_autofree ViommuMapping *page = g_new(ViommuMapping, PAGE);
    uint64_t from = 0;
    size_t n;

    do {
        n = viommu_db_mappings(s->db, domain_id, from, page, PAGE);
        for (size_t i = 0; i < n; i++) {
            StreamMapping m = { domain_id, page[i] };

            g_array_append_val(stream->mappings, m);
        }
        from = n ? page[n - 1].iova.last + 1 : 0;
    } while (n == PAGE && from);
}

static bool add_domain_id(void *opaque, const ViommuDomainInfo *domain)
{
    g_array_append_val((GArray *)opaque, domain->domain_id);
    return true;
}

static Stream *collect_locked(VirtIOIOMMU *s)
{
    g_autoptr(GArray) domains = g_array_new(false, false, sizeof(uint32_t));
    Stream *stream = stream_new();

    stream->bypass = viommu_db_bypass(s->db);
    viommu_db_for_each_attachment(s->db, add_attachment, stream);
    viommu_db_for_each_domain(s->db, add_domain_id, domains);
    for (guint i = 0; i < domains->len; i++) {
        add_mappings(s, stream, g_array_index(domains, uint32_t, i));
    }
    return stream;
}

static int put_state(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                     JSONWriter *vmdesc)
{
    g_autoptr(Stream) stream = NULL;
    VirtIOIOMMU *s = pv;

    WITH_QEMU_LOCK_GUARD(&s->lock)
    {
        stream = collect_locked(s);
    }
    qemu_put_be32(f, stream->bypass);
    qemu_put_be32(f, stream->attachments->len);
    for (guint i = 0; i < stream->attachments->len; i++) {
        ViommuAttachment *a = &g_array_index(stream->attachments, ViommuAttachment, i);

        qemu_put_be32(f, a->endpoint_id);
        qemu_put_be32(f, a->domain_id);
        qemu_put_be32(f, a->flags);
    }
    qemu_put_be32(f, stream->mappings->len);
    for (guint i = 0; i < stream->mappings->len; i++) {
        StreamMapping *m = &g_array_index(stream->mappings, StreamMapping, i);

        qemu_put_be32(f, m->domain_id);
        qemu_put_be64(f, m->mapping.iova.start);
        qemu_put_be64(f, m->mapping.iova.last);
        qemu_put_be64(f, m->mapping.phys);
        qemu_put_be32(f, m->mapping.flags);
    }
    return 0;
}

/* --------------------------------------------------------------- load ---- */

static bool ended(QEMUFile *f)
{
    if (!qemu_file_get_error(f)) {
        return false;
    }
    error_report("virtio-iommu: the stream ends too early");
    return true;
}

/* A list in a stream that ends too early is found out at its first missing item. */
static bool read_attachments(QEMUFile *f, Stream *stream)
{
    uint32_t n = qemu_get_be32(f);

    if (n > MAX_ATTACHMENTS) {
        error_report("virtio-iommu: the stream has %u attachments, %u are possible", n,
                     MAX_ATTACHMENTS);
        return false;
    }
    while (n-- && !qemu_file_get_error(f)) {
        ViommuAttachment a = {
            .endpoint_id = qemu_get_be32(f),
        };

        a.domain_id = qemu_get_be32(f);
        a.flags = qemu_get_be32(f);
        g_array_append_val(stream->attachments, a);
    }
    return !ended(f);
}

static bool read_mappings(QEMUFile *f, Stream *stream, uint32_t max)
{
    uint32_t n = qemu_get_be32(f);

    if (n > max) {
        error_report("virtio-iommu: the stream has %u mappings, max-mappings is %u", n,
                     max);
        return false;
    }
    while (n-- && !qemu_file_get_error(f)) {
        StreamMapping m = { .domain_id = qemu_get_be32(f) };

        m.mapping.iova.start = qemu_get_be64(f);
        m.mapping.iova.last = qemu_get_be64(f);
        m.mapping.phys = qemu_get_be64(f);
        m.mapping.flags = qemu_get_be32(f);
        g_array_append_val(stream->mappings, m);
    }
    return !ended(f);
}

static bool read_stream(QEMUFile *f, Stream *stream, uint32_t max_mappings)
{
    uint32_t bypass = qemu_get_be32(f);

    if (ended(f)) {
        return false;
    }
    if (bypass > 1) {
        error_report("virtio-iommu: the stream has bypass %u, it is 0 or 1", bypass);
        return false;
    }
    stream->bypass = bypass;
    return read_attachments(f, stream) && read_mappings(f, stream, max_mappings);
}

/*
 * An endpoint is in one domain. Those with aliases are named once for each id that
 * was attached, always with the same domain.
 */
static bool check_attachments(ViommuDb *db, const Stream *stream)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) domains = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < stream->attachments->len; i++) {
        ViommuAttachment *a = &g_array_index(stream->attachments, ViommuAttachment, i);
        gpointer domain = GUINT_TO_POINTER(a->domain_id), had;
        ViommuEndpoint *ep = viommu_db_find(db, a->endpoint_id);

        if (!g_hash_table_add(seen, GUINT_TO_POINTER(a->endpoint_id)) ||
            (g_hash_table_lookup_extended(domains, ep, NULL, &had) && had != domain)) {
            error_report("virtio-iommu: the stream attaches endpoint 0x%x twice",
                         a->endpoint_id);
            return false;
        }
        if (ep) {
            g_hash_table_insert(domains, ep, domain);
        }
    }
    return true;
}

/* What a guest could have asked for, and nothing else, can be in a stream. */
static bool play(ViommuDb *db, const Stream *stream)
{
    ViommuStatus status;

    for (guint i = 0; i < stream->attachments->len; i++) {
        ViommuAttachment *a = &g_array_index(stream->attachments, ViommuAttachment, i);

        status = viommu_db_attach(db, a->domain_id, a->endpoint_id, a->flags);
        if (status != VIOMMU_S_OK) {
            error_report(
                "virtio-iommu: the stream attaches endpoint 0x%x to domain %u: "
                "status %d",
                a->endpoint_id, a->domain_id, status);
            return false;
        }
    }
    for (guint i = 0; i < stream->mappings->len; i++) {
        StreamMapping *m = &g_array_index(stream->mappings, StreamMapping, i);

        status = viommu_db_map(db, m->domain_id, &m->mapping);
        if (status != VIOMMU_S_OK) {
            error_report("virtio-iommu: the stream maps 0x%" PRIx64 "-0x%" PRIx64
                         " in domain %u: status %d",
                         m->mapping.iova.start, m->mapping.iova.last, m->domain_id,
                         status);
            return false;
        }
    }
    return true;
}

static bool add_endpoint(void *opaque, ViommuEndpoint *core)
{
    VirtIOIOMMUEndpoint *ep = viommu_endpoint_owner(core);
    const ViommuRegion *regions;
    size_t n;

    regions = viommu_endpoint_regions(core, &n);
    viommu_db_register(opaque, (uint32_t *)ep->ids->data, ep->ids->len, regions, n,
                       NULL);
    return true;
}

/* A database like the real one, without anybody who listens. */
static ViommuDb *rehearsal_db(VirtIOIOMMU *s)
{
    ViommuDb *db = viommu_db_new(viommu_db_config(s->db), NULL, NULL, NULL);

    viommu_db_set_features(db, VIRTIO_DEVICE(s)->guest_features & VIOMMU_F_ALL);
    viommu_db_for_each_endpoint(s->db, add_endpoint, db);
    return db;
}

static bool rehearse(VirtIOIOMMU *s, const Stream *stream)
{
    ViommuDb *db = rehearsal_db(s);
    bool ok = check_attachments(db, stream) && play(db, stream);

    viommu_db_free(db);
    return ok;
}

static bool perform_locked(VirtIOIOMMU *s, const Stream *stream)
{
    VirtIOIOMMUEndpoint *ep;

    viommu_db_reset(s->db);
    viommu_db_set_features(s->db, VIRTIO_DEVICE(s)->guest_features & VIOMMU_F_ALL);
    viommu_db_set_bypass(s->db, stream->bypass);
    QLIST_FOREACH(ep, &s->endpoints, next) {
        virtio_iommu_void_all_locked(ep);
    }
    return play(s->db, stream);
}

/* After all of the device's state was read: from here on nothing can be missing. */
static int post_load(void *opaque, int version_id)
{
    VirtIOIOMMU *s = opaque;
    g_autoptr(Stream) stream = g_steal_pointer(&s->incoming);
    g_autoptr(Stream) old = NULL;
    bool ok;

    virtio_iommu_endpoints_refresh(s);
    if (!rehearse(s, stream)) {
        virtio_iommu_refresh_config(s);
        return -EINVAL;
    }
    virtio_iommu_lock(s);
    old = collect_locked(s);
    ok = perform_locked(s, stream);
    if (!ok && !perform_locked(s, old)) {
        error_report("virtio-iommu: what was mapped before is refused now, too");
    }
    virtio_iommu_unlock(s);
    virtio_iommu_refresh_config(s); /* the core's came with the stream */
    return ok ? 0 : -EIO;           /* only a listener can have refused */
}

static int get_state(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    VirtIOIOMMU *s = pv;
    g_autoptr(Stream) stream = stream_new();

    if (!read_stream(f, stream, s->max_mappings)) {
        return -EINVAL;
    }
    virtio_iommu_vmstate_cleanup(s);
    s->incoming = g_steal_pointer(&stream);
    return 0;
}

void virtio_iommu_vmstate_cleanup(VirtIOIOMMU *s)
{
    g_clear_pointer(&s->incoming, stream_free);
}

static const VMStateInfo vmstate_info_state = {
    .name = "virtio-iommu-state",
    .get = get_state,
    .put = put_state,
};

const VMStateDescription virtio_iommu_vmstate = {
    .name = TYPE_VIRTIO_IOMMU,
    .version_id = VIRTIO_IOMMU_STREAM_VERSION,
    .minimum_version_id = VIRTIO_IOMMU_STREAM_VERSION,
    .post_load = post_load,
    .fields = (const VMStateField[]){ {
                                          .name = "state",
                                          .info = &vmstate_info_state,
                                          .flags = VMS_SINGLE,
                                      },
                                      VMSTATE_END_OF_LIST() },
};
