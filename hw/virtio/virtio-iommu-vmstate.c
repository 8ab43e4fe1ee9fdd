/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Migration. What is attached to what, and the mappings; all else follows from
 * the properties. A stream is as little trusted as a guest: it is read into
 * lists, played through the functions that serve requests on a database of its
 * own, and only when all of it was accepted on the real one. Until then the old
 * state is intact.
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

typedef struct Stream {
    bool bypass;
    GArray *attachments; /* of ViommuAttachment */
    GArray *mappings;    /* of StreamMapping */
} Stream;

static void stream_init(Stream *stream)
{
    stream->attachments = g_array_new(false, false, sizeof(ViommuAttachment));
    stream->mappings = g_array_new(false, false, sizeof(StreamMapping));
}

static void stream_clear(Stream *stream)
{
    g_array_unref(stream->attachments);
    g_array_unref(stream->mappings);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stream, stream_clear)

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

static void collect(VirtIOIOMMU *s, Stream *stream)
{
    g_autoptr(GArray) domains = g_array_new(false, false, sizeof(uint32_t));

    QEMU_LOCK_GUARD(&s->lock);
    stream->bypass = viommu_db_bypass(s->db);
    viommu_db_for_each_attachment(s->db, add_attachment, stream);
    viommu_db_for_each_domain(s->db, add_domain_id, domains);
    for (guint i = 0; i < domains->len; i++) {
        add_mappings(s, stream, g_array_index(domains, uint32_t, i));
    }
}

static int put_state(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                     JSONWriter *vmdesc)
{
    g_auto(Stream) stream = {};

    stream_init(&stream);
    collect(pv, &stream);
    qemu_put_be32(f, stream.bypass);
    qemu_put_be32(f, stream.attachments->len);
    for (guint i = 0; i < stream.attachments->len; i++) {
        ViommuAttachment *a = &g_array_index(stream.attachments, ViommuAttachment, i);

        qemu_put_be32(f, a->endpoint_id);
        qemu_put_be32(f, a->domain_id);
        qemu_put_be32(f, a->flags);
    }
    qemu_put_be32(f, stream.mappings->len);
    for (guint i = 0; i < stream.mappings->len; i++) {
        StreamMapping *m = &g_array_index(stream.mappings, StreamMapping, i);

        qemu_put_be32(f, m->domain_id);
        qemu_put_be64(f, m->mapping.iova.start);
        qemu_put_be64(f, m->mapping.iova.last);
        qemu_put_be64(f, m->mapping.phys);
        qemu_put_be32(f, m->mapping.flags);
    }
    return 0;
}

/* --------------------------------------------------------------- load ---- */

/* A list in a stream that ends too early is found out at its first missing item. */
static bool read_attachments(QEMUFile *f, Stream *stream)
{
    uint32_t n = qemu_get_be32(f);

    if (n > MAX_ATTACHMENTS) {
        error_report("virtio-iommu: the stream has %u attachments", n);
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
    return !qemu_file_get_error(f);
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
    return !qemu_file_get_error(f);
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

/* A database like the real one, without anybody who listens. */
static ViommuDb *rehearsal_db(VirtIOIOMMU *s)
{
    ViommuDb *db = viommu_db_new(viommu_db_config(s->db), NULL, NULL, NULL);
    VirtIOIOMMUEndpoint *ep;

    viommu_db_set_features(db, VIRTIO_DEVICE(s)->guest_features & VIOMMU_F_ALL);
    QLIST_FOREACH (ep, &s->endpoints, next) {
        viommu_db_register(db, (uint32_t *)ep->ids->data, ep->ids->len,
                           (ViommuRegion *)s->regions->data, s->regions->len, NULL);
    }
    return db;
}

static int load_state(VirtIOIOMMU *s, const Stream *stream)
{
    ViommuDb *rehearsal;
    bool ok;

    virtio_iommu_endpoints_refresh(s);
    rehearsal = rehearsal_db(s);
    ok = play(rehearsal, stream);
    viommu_db_free(rehearsal);
    if (!ok) {
        return -EINVAL;
    }
    virtio_iommu_lock(s);
    viommu_db_reset(s->db);
    viommu_db_set_features(s->db, VIRTIO_DEVICE(s)->guest_features & VIOMMU_F_ALL);
    viommu_db_set_bypass(s->db, stream->bypass);
    ok = play(s->db, stream);
    virtio_iommu_unlock(s);
    return ok ? 0 : -EIO; /* only a listener can have refused */
}

static int get_state(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    VirtIOIOMMU *s = pv;
    g_auto(Stream) stream = {};
    uint32_t bypass = qemu_get_be32(f);

    stream_init(&stream);
    if (bypass > 1) {
        error_report("virtio-iommu: the stream has bypass %u, it is 0 or 1", bypass);
        return -EINVAL;
    }
    stream.bypass = bypass;
    if (!read_attachments(f, &stream) || !read_mappings(f, &stream, s->max_mappings)) {
        return -EINVAL;
    }
    return load_state(s, &stream);
}

static const VMStateInfo vmstate_info_state = {
    .name = "virtio-iommu-state",
    .get = get_state,
    .put = put_state,
};

const VMStateDescription virtio_iommu_vmstate = {
    .name = TYPE_VIRTIO_IOMMU,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]){ {
                                          .name = "state",
                                          .info = &vmstate_info_state,
                                          .flags = VMS_SINGLE,
                                      },
                                      VMSTATE_END_OF_LIST() },
};
