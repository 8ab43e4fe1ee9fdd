/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copying to, from and between scatter lists. Every function stops at the end
 * of the list and says how much it did; none writes past an element. Most lists
 * have one element: the functions ending in _full are for the others.
 */
#ifndef QEMU_IOV_H
#define QEMU_IOV_H

#include <stddef.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>

size_t iov_size_full(const struct iovec *iov, const unsigned int iov_cnt);

/* Bytes in all elements, saturating at SIZE_MAX. */
static inline size_t iov_size(const struct iovec *iov, const unsigned int iov_cnt)
{
    return iov_cnt == 1 ? iov->iov_len : iov_size_full(iov, iov_cnt);
}

size_t iov_from_buf_full(const struct iovec *iov, unsigned int iov_cnt, size_t offset,
                         const void *buf, size_t bytes);
size_t iov_to_buf_full(const struct iovec *iov, const unsigned int iov_cnt,
                       size_t offset, void *buf, size_t bytes);

/* How many of @bytes from @offset there are, if the first element has all; else 0. */
static inline size_t iov_first_has(const struct iovec *iov, unsigned int iov_cnt,
                                   size_t offset, size_t bytes)
{
    size_t len = iov_cnt && offset < iov->iov_len ? iov->iov_len - offset : 0;

    return bytes <= len ? bytes : iov_cnt == 1 ? len : 0;
}

/* Copy at most @bytes from @offset of the list. Returns the bytes copied. */
static inline size_t iov_from_buf(const struct iovec *iov, unsigned int iov_cnt,
                                  size_t offset, const void *buf, size_t bytes)
{
    size_t len = iov_first_has(iov, iov_cnt, offset, bytes);

    if (len) {
        memcpy((char *)iov->iov_base + offset, buf, len);
        return len;
    }
    return iov_from_buf_full(iov, iov_cnt, offset, buf, bytes);
}

static inline size_t iov_to_buf(const struct iovec *iov, const unsigned int iov_cnt,
                                size_t offset, void *buf, size_t bytes)
{
    size_t len = iov_first_has(iov, iov_cnt, offset, bytes);

    if (len) {
        memcpy(buf, (const char *)iov->iov_base + offset, len);
        return len;
    }
    return iov_to_buf_full(iov, iov_cnt, offset, buf, bytes);
}

size_t iov_memset(const struct iovec *iov, const unsigned int iov_cnt, size_t offset,
                  int fillc, size_t bytes);

/*
 * Describe @bytes from @offset of @iov by elements of @dst_iov. Returns how many
 * were filled; it is short when either list ends.
 */
unsigned iov_copy(struct iovec *dst_iov, unsigned int dst_iov_cnt,
                  const struct iovec *iov, unsigned int iov_cnt, size_t offset,
                  size_t bytes);

/* Shorten the list at one end, in place. Returns the bytes taken off. */
size_t iov_discard_front(struct iovec **iov, unsigned int *iov_cnt, size_t bytes);
size_t iov_discard_back(struct iovec *iov, unsigned int *iov_cnt, size_t bytes);

/* A list that grows, for building one element at a time. */
typedef struct QEMUIOVector {
    struct iovec *iov;
    int niov;
    int nalloc; /* -1: iov belongs to somebody else */
    size_t size;
} QEMUIOVector;

void qemu_iovec_init(QEMUIOVector *qiov, int alloc_hint);
void qemu_iovec_init_external(QEMUIOVector *qiov, struct iovec *iov, int niov);
void qemu_iovec_add(QEMUIOVector *qiov, void *base, size_t len);
void qemu_iovec_reset(QEMUIOVector *qiov);
void qemu_iovec_destroy(QEMUIOVector *qiov);
size_t qemu_iovec_to_buf(QEMUIOVector *qiov, size_t offset, void *buf, size_t bytes);
size_t qemu_iovec_from_buf(QEMUIOVector *qiov, size_t offset, const void *buf,
                           size_t bytes);
size_t qemu_iovec_memset(QEMUIOVector *qiov, size_t offset, int fillc, size_t bytes);

#endif
