/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A raw image file: opening, and carrying out requests synchronously. */
#include "qemu/osdep.h"
#include <linux/falloc.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include "block-int.h"
#include "lock.h"

/* ---- opening ---- */

static bool check_kind(const char *path, Error **errp)
{
    struct stat st;

    if (stat(path, &st) < 0) {
        error_setg_file_open(errp, errno, path);
        return false;
    }
    if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) {
        error_setg(errp, "'file' driver requires '%s' to be a regular file", path);
        return false;
    }
    return true;
}

static bool find_size(BlockNode *node, Error **errp)
{
    struct stat st;
    uint64_t size = 0;
    bool ok = fstat(node->fd, &st) == 0;

    if (ok && S_ISBLK(st.st_mode)) {
        ok = ioctl(node->fd, BLKGETSIZE64, &size) == 0;
    } else if (ok) {
        size = st.st_size;
    }
    if (!ok) {
        error_setg_errno(errp, errno, "Could not determine size of '%s'",
                         node->opts.filename);
        return false;
    }
    /* Room to round up to a sector and to add a request's length. */
    if (size > INT64_MAX - (1ULL << 33)) {
        error_setg(errp, "'%s' is too large", node->opts.filename);
        return false;
    }
    node->size = size;
    return true;
}

/* cache.direct is accepted and means nothing: the page cache is always used. */
static int open_file(const BlockOptions *opts)
{
    return open(opts->filename, (opts->read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
}

bool block_file_open(BlockNode *node, Error **errp)
{
    BlockOptions *opts = &node->opts;

    node->fd = -1;
    if (!check_kind(opts->filename, errp)) {
        return false;
    }
    node->fd = open_file(opts);
    if (node->fd < 0 && opts->auto_read_only && !opts->read_only &&
        (errno == EACCES || errno == EROFS || errno == EPERM)) {
        opts->read_only = true;
        node->fd = open_file(opts);
    }
    if (node->fd < 0) {
        error_setg_file_open(errp, errno, opts->filename);
        return false;
    }
    if (!find_size(node, errp) || !block_file_lock(node->fd, opts, errp)) {
        block_file_close(node);
        return false;
    }
    return true;
}

void block_file_close(BlockNode *node)
{
    if (node->fd >= 0) {
        close(node->fd);
        node->fd = -1;
    }
}

/* ---- transfers ---- */

/* A copy of the iovecs from byte @skip on, at most IOV_MAX of them; the count. */
static unsigned iov_tail(const BlockRequest *req, uint64_t skip, struct iovec *out)
{
    unsigned n = 0;

    for (unsigned i = 0; i < req->niov && n < IOV_MAX; i++) {
        if (skip >= req->iov[i].iov_len) {
            skip -= req->iov[i].iov_len;
            continue;
        }
        out[n].iov_base = (char *)req->iov[i].iov_base + skip;
        out[n++].iov_len = req->iov[i].iov_len - skip;
        skip = 0;
    }
    return n;
}

static void zero_iov(const struct iovec *iov, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        memset(iov[i].iov_base, 0, iov[i].iov_len);
    }
}

int block_file_transfer(const BlockNode *file, const BlockRequest *req, uint64_t done)
{
    struct iovec iov[IOV_MAX];

    while (done < req->bytes) {
        unsigned n = iov_tail(req, done, iov);
        uint64_t offset = req->offset + done;
        ssize_t got = req->op == BLOCK_OP_READ ? preadv(file->fd, iov, n, offset)
                                               : pwritev(file->fd, iov, n, offset);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -errno;
        }
        if (got == 0 && req->op == BLOCK_OP_WRITE) {
            return -ENOSPC;
        }
        if (got == 0) {
            /* Behind the end: the last sector is not whole, or the file shrank. */
            zero_iov(iov, n);
            for (unsigned i = 0; i < n; i++) {
                got += iov[i].iov_len;
            }
        }
        done += got;
    }
    return 0;
}

/* ---- the other requests ---- */

static int write_zeroes_by_hand(const BlockNode *file, const BlockRequest *req)
{
    static const uint8_t zeroes[64 * 1024] __attribute__((aligned(4096)));
    uint64_t done = 0;

    while (done < req->bytes) {
        size_t len = MIN(req->bytes - done, sizeof(zeroes));
        ssize_t got = pwrite(file->fd, zeroes, len, req->offset + done);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got < 0 ? -errno : -ENOSPC;
        }
        done += got;
    }
    return 0;
}

static bool not_supported(int err)
{
    return err == EOPNOTSUPP || err == ENOSYS || err == EINVAL || err == ENODEV;
}

static int punch_hole(const BlockNode *file, const BlockRequest *req)
{
    int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;

    return fallocate(file->fd, mode, req->offset, req->bytes) < 0 ? -errno : 0;
}

static int write_zeroes(const BlockNode *file, const BlockRequest *req)
{
    int ret;

    /* A hole is zeroes, too; behind the end of the file it would not be there. */
    ret = req->may_unmap && file->opts.discard ? punch_hole(file, req) : -EOPNOTSUPP;
    if (ret && not_supported(-ret)) {
        ret = fallocate(file->fd, FALLOC_FL_ZERO_RANGE, req->offset, req->bytes) < 0
                  ? -errno
                  : 0;
    }
    return ret && not_supported(-ret) ? write_zeroes_by_hand(file, req) : ret;
}

static int discard(const BlockNode *file, const BlockRequest *req)
{
    int ret = file->opts.discard ? punch_hole(file, req) : 0;

    return ret && not_supported(-ret) ? 0 : ret; /* a discard is a hint */
}

int block_file_execute(const BlockNode *file, const BlockRequest *req)
{
    switch (req->op) {
    case BLOCK_OP_READ:
    case BLOCK_OP_WRITE:
        return block_file_transfer(file, req, 0);
    case BLOCK_OP_FLUSH:
        return fdatasync(file->fd) < 0 ? -errno : 0;
    case BLOCK_OP_DISCARD:
        return discard(file, req);
    case BLOCK_OP_WRITE_ZEROES:
        return write_zeroes(file, req);
    default:
        return -ENOTSUP;
    }
}
