/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device's state as a stream: to save, to load, and to make one up. */
#ifndef TESTS_UNIT_VIOMMU_DEVICE_STREAM_H
#define TESTS_UNIT_VIOMMU_DEVICE_STREAM_H

#include <sys/mman.h>
#include "migration/vmstate.h"
#include "viommu-device-fixture.h"

/* Everything that error_report() says between these two. */
typedef struct Capture {
    int saved;
    int file;
} Capture;

static inline Capture capture_start(void)
{
    Capture c = { dup(STDERR_FILENO), memfd_create("stderr", MFD_CLOEXEC) };

    g_assert_cmpint(c.file, >=, 0);
    fflush(stderr);
    g_assert_cmpint(dup2(c.file, STDERR_FILENO), >=, 0);
    return c;
}

static inline char *capture_end(Capture c)
{
    char *text = g_malloc0(65536);

    fflush(stderr);
    g_assert_cmpint(dup2(c.saved, STDERR_FILENO), >=, 0);
    g_assert_cmpint(pread(c.file, text, 65535, 0), >=, 0);
    close(c.file);
    close(c.saved);
    return text;
}

static inline GByteArray *save(IommuTest i)
{
    QEMUFile *f = qemu_file_new_output();
    GByteArray *bytes = g_byte_array_new();
    const uint8_t *data;
    size_t size;

    vmstate_save_state(f, &virtio_iommu_vmstate, i.s, NULL, &error_abort);
    data = qemu_file_data(f, &size);
    g_byte_array_append(bytes, data, size);
    qemu_file_free(f);
    return bytes;
}

/* @said: what it reported on stderr and in its Error. */
static inline int load(IommuTest i, const uint8_t *data, size_t size, char **said)
{
    QEMUFile *f = qemu_file_new_input(data, size);
    Capture c = capture_start();
    Error *err = NULL;
    int ret = vmstate_load_state(f, &virtio_iommu_vmstate, i.s,
                                 virtio_iommu_vmstate.version_id, &err);
    g_autofree char *text = capture_end(c);

    *said = g_strconcat(text, err ? error_get_pretty(err) : "", NULL);
    error_free(err);
    qemu_file_free(f);
    return ret;
}

/* ---- a state, as bytes ---- */

static inline void put32(GByteArray *b, uint32_t v)
{
    v = GUINT32_TO_BE(v);
    g_byte_array_append(b, (uint8_t *)&v, 4);
}

static inline void put64(GByteArray *b, uint64_t v)
{
    put32(b, v >> 32);
    put32(b, v);
}

static inline void put_attachment(GByteArray *b, uint32_t endpoint, uint32_t domain,
                                  uint32_t flags)
{
    put32(b, endpoint);
    put32(b, domain);
    put32(b, flags);
}

static inline void put_mapping(GByteArray *b, uint32_t domain, uint64_t start,
                               uint64_t last, uint64_t phys, uint32_t flags)
{
    put32(b, domain);
    put64(b, start);
    put64(b, last);
    put64(b, phys);
    put32(b, flags);
}

static inline void put_end(GByteArray *b)
{
    g_byte_array_append(b, (const uint8_t[]){ 0 }, 1);
}

#endif
