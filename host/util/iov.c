/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/iov.h"

size_t iov_size_full(const struct iovec *iov, const unsigned int iov_cnt)
{
    size_t sum = 0;

    for (unsigned i = 0; i < iov_cnt; i++) {
        if (__builtin_add_overflow(sum, iov[i].iov_len, &sum)) {
            return SIZE_MAX;
        }
    }
    return sum;
}

/* A walk over [offset, offset + bytes) of a list, one contiguous piece a step. */
typedef struct IovWalk {
    const struct iovec *iov;
    unsigned left;
    size_t offset;
    size_t bytes;
} IovWalk;

static bool iov_walk_next(IovWalk *w, char **base, size_t *len)
{
    while (w->left && w->bytes) {
        const struct iovec *v = w->iov;

        w->iov++;
        w->left--;
        if (w->offset >= v->iov_len) {
            w->offset -= v->iov_len;
            continue;
        }
        *base = (char *)v->iov_base + w->offset;
        *len = MIN(v->iov_len - w->offset, w->bytes);
        w->offset = 0;
        w->bytes -= *len;
        return true;
    }
    return false;
}

size_t iov_from_buf_full(const struct iovec *iov, unsigned int iov_cnt, size_t offset,
                         const void *buf, size_t bytes)
{
    IovWalk w = { iov, iov_cnt, offset, bytes };
    size_t done = 0, len;
    char *base;

    while (iov_walk_next(&w, &base, &len)) {
        memcpy(base, (const char *)buf + done, len);
        done += len;
    }
    return done;
}

size_t iov_to_buf_full(const struct iovec *iov, const unsigned int iov_cnt,
                       size_t offset, void *buf, size_t bytes)
{
    IovWalk w = { iov, iov_cnt, offset, bytes };
    size_t done = 0, len;
    char *base;

    while (iov_walk_next(&w, &base, &len)) {
        memcpy((char *)buf + done, base, len);
        done += len;
    }
    return done;
}

size_t iov_memset(const struct iovec *iov, const unsigned int iov_cnt, size_t offset,
                  int fillc, size_t bytes)
{
    IovWalk w = { iov, iov_cnt, offset, bytes };
    size_t done = 0, len;
    char *base;

    while (iov_walk_next(&w, &base, &len)) {
        memset(base, fillc, len);
        done += len;
    }
    return done;
}

unsigned iov_copy(struct iovec *dst_iov, unsigned int dst_iov_cnt,
                  const struct iovec *iov, unsigned int iov_cnt, size_t offset,
                  size_t bytes)
{
    IovWalk w = { iov, iov_cnt, offset, bytes };
    unsigned n = 0;
    size_t len;
    char *base;

    while (n < dst_iov_cnt && iov_walk_next(&w, &base, &len)) {
        dst_iov[n++] = (struct iovec){ .iov_base = base, .iov_len = len };
    }
    return n;
}

size_t iov_discard_front(struct iovec **iov, unsigned int *iov_cnt, size_t bytes)
{
    size_t done = 0;

    while (*iov_cnt && done < bytes) {
        struct iovec *v = *iov;
        size_t len = MIN(v->iov_len, bytes - done);

        done += len;
        if (len < v->iov_len) {
            v->iov_base = (char *)v->iov_base + len;
            v->iov_len -= len;
            break;
        }
        (*iov)++;
        (*iov_cnt)--;
    }
    return done;
}

size_t iov_discard_back(struct iovec *iov, unsigned int *iov_cnt, size_t bytes)
{
    size_t done = 0;

    while (*iov_cnt && done < bytes) {
        struct iovec *v = &iov[*iov_cnt - 1];
        size_t len = MIN(v->iov_len, bytes - done);

        done += len;
        if (len < v->iov_len) {
            v->iov_len -= len;
            break;
        }
        (*iov_cnt)--;
    }
    return done;
}

void qemu_iovec_init(QEMUIOVector *qiov, int alloc_hint)
{
    qiov->iov = g_new(struct iovec, alloc_hint);
    qiov->niov = 0;
    qiov->nalloc = alloc_hint;
    qiov->size = 0;
}

void qemu_iovec_init_external(QEMUIOVector *qiov, struct iovec *iov, int niov)
{
    qiov->iov = iov;
    qiov->niov = niov;
    qiov->nalloc = -1;
    qiov->size = iov_size(iov, niov);
}

void qemu_iovec_add(QEMUIOVector *qiov, void *base, size_t len)
{
    assert(qiov->nalloc != -1);
    if (qiov->niov == qiov->nalloc) {
        qiov->nalloc = 2 * qiov->nalloc + 1;
        qiov->iov = g_renew(struct iovec, qiov->iov, qiov->nalloc);
    }
    qiov->iov[qiov->niov++] = (struct iovec){ .iov_base = base, .iov_len = len };
    qiov->size += len;
}

void qemu_iovec_reset(QEMUIOVector *qiov)
{
    assert(qiov->nalloc != -1);
    qiov->niov = 0;
    qiov->size = 0;
}

void qemu_iovec_destroy(QEMUIOVector *qiov)
{
    if (qiov->nalloc != -1) {
        g_free(qiov->iov);
    }
    memset(qiov, 0, sizeof(*qiov));
}

size_t qemu_iovec_to_buf(QEMUIOVector *qiov, size_t offset, void *buf, size_t bytes)
{
    return iov_to_buf(qiov->iov, qiov->niov, offset, buf, bytes);
}

size_t qemu_iovec_from_buf(QEMUIOVector *qiov, size_t offset, const void *buf,
                           size_t bytes)
{
    return iov_from_buf(qiov->iov, qiov->niov, offset, buf, bytes);
}

size_t qemu_iovec_memset(QEMUIOVector *qiov, size_t offset, int fillc, size_t bytes)
{
    return iov_memset(qiov->iov, qiov->niov, offset, fillc, bytes);
}
