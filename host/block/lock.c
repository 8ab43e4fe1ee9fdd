/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Open-file-description locks on single bytes of the image, in the places and
 * with the meaning that QEMU's tools use, so that theirs and ours respect each
 * other: a shared lock on USED + p says "I do p", one on DENIED + p says
 * "nobody else may do p".
 */
#include "qemu/osdep.h"
#include "lock.h"

#define USED            100
#define DENIED          200

#define CONSISTENT_READ 0
#define WRITE           1
#define N_PERMS         2

static const char *const perm_names[N_PERMS] = { "consistent read", "write" };

static bool lock_byte(int fd, off_t byte)
{
    struct flock fl = {
        .l_whence = SEEK_SET, .l_start = byte, .l_len = 1, .l_type = F_RDLCK
    };

    return fcntl(fd, F_OFD_SETLK, &fl) == 0;
}

/* True if somebody else holds a lock on the byte. */
static bool held_by_others(int fd, off_t byte)
{
    struct flock fl = {
        .l_whence = SEEK_SET, .l_start = byte, .l_len = 1, .l_type = F_WRLCK
    };

    return fcntl(fd, F_OFD_GETLK, &fl) == 0 && fl.l_type != F_UNLCK;
}

static bool conflict(Error **errp, const char *kind, int perm, const char *filename)
{
    error_setg(errp, "Failed to get %s\"%s\" lock", kind, perm_names[perm]);
    error_append_hint(errp, "Is another process using the image [%s]?\n", filename);
    return false;
}

bool block_file_lock(int fd, const BlockOptions *opts, Error **errp)
{
    bool uses[N_PERMS] = { true, !opts->read_only };
    bool denies[N_PERMS] = { false, !opts->share_write };

    if (opts->locking == ON_OFF_AUTO_OFF) {
        return true;
    }
    /* First say what is wanted, then look: of two that start at once one fails. */
    for (int p = 0; p < N_PERMS; p++) {
        if ((uses[p] && !lock_byte(fd, USED + p)) ||
            (denies[p] && !lock_byte(fd, DENIED + p))) {
            if (opts->locking == ON_OFF_AUTO_ON) {
                error_setg_errno(errp, errno, "Failed to lock '%s'", opts->filename);
                return false;
            }
            return true; /* this file system has no locks */
        }
    }
    for (int p = 0; p < N_PERMS; p++) {
        if (uses[p] && held_by_others(fd, DENIED + p)) {
            return conflict(errp, "", p, opts->filename);
        }
        if (denies[p] && held_by_others(fd, USED + p)) {
            return conflict(errp, "shared ", p, opts->filename);
        }
    }
    return true;
}
