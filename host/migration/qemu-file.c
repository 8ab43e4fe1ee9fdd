/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "migration/qemu-file-types.h"
#include "qemu/bswap.h"

struct QEMUFile {
    GByteArray *out; /* NULL: an input stream */
    const uint8_t *in;
    size_t size;
    size_t pos;
    int error;
};

QEMUFile *qemu_file_new_output(void)
{
    QEMUFile *f = g_new0(QEMUFile, 1);

    f->out = g_byte_array_new();
    return f;
}

QEMUFile *qemu_file_new_input(const uint8_t *data, size_t size)
{
    QEMUFile *f = g_new0(QEMUFile, 1);

    f->in = data;
    f->size = size;
    return f;
}

void qemu_file_free(QEMUFile *f)
{
    if (f && f->out) {
        g_byte_array_unref(f->out);
    }
    g_free(f);
}

const uint8_t *qemu_file_data(QEMUFile *f, size_t *size)
{
    *size = f->out->len;
    return f->out->data;
}

size_t qemu_file_left(QEMUFile *f)
{
    return f->size - f->pos;
}

int qemu_file_get_error(QEMUFile *f)
{
    return f->error;
}

void qemu_file_set_error(QEMUFile *f, int error)
{
    if (!f->error) {
        f->error = error;
    }
}

void qemu_put_buffer(QEMUFile *f, const uint8_t *buf, size_t size)
{
    g_byte_array_append(f->out, buf, size);
}

void qemu_put_byte(QEMUFile *f, int v)
{
    uint8_t byte = v;

    qemu_put_buffer(f, &byte, 1);
}

void qemu_put_be16(QEMUFile *f, unsigned v)
{
    uint8_t bytes[2];

    stw_be_p(bytes, v);
    qemu_put_buffer(f, bytes, sizeof(bytes));
}

void qemu_put_be32(QEMUFile *f, unsigned v)
{
    uint8_t bytes[4];

    stl_be_p(bytes, v);
    qemu_put_buffer(f, bytes, sizeof(bytes));
}

void qemu_put_be64(QEMUFile *f, uint64_t v)
{
    uint8_t bytes[8];

    stq_be_p(bytes, v);
    qemu_put_buffer(f, bytes, sizeof(bytes));
}

size_t qemu_get_buffer(QEMUFile *f, uint8_t *buf, size_t size)
{
    size_t n = MIN(size, qemu_file_left(f));

    if (n) {
        memcpy(buf, f->in + f->pos, n);
        f->pos += n;
    }
    if (n < size) {
        memset(buf + n, 0, size - n);
        qemu_file_set_error(f, -EIO);
    }
    return n;
}

int qemu_get_byte(QEMUFile *f)
{
    uint8_t byte;

    qemu_get_buffer(f, &byte, 1);
    return byte;
}

unsigned qemu_get_be16(QEMUFile *f)
{
    uint8_t bytes[2];

    qemu_get_buffer(f, bytes, sizeof(bytes));
    return lduw_be_p(bytes);
}

unsigned qemu_get_be32(QEMUFile *f)
{
    uint8_t bytes[4];

    qemu_get_buffer(f, bytes, sizeof(bytes));
    return ldl_be_p(bytes);
}

uint64_t qemu_get_be64(QEMUFile *f)
{
    uint8_t bytes[8];

    qemu_get_buffer(f, bytes, sizeof(bytes));
    return ldq_be_p(bytes);
}
