/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"

uintptr_t qemu_real_host_page_size(void)
{
    return sysconf(_SC_PAGESIZE);
}

intptr_t qemu_real_host_page_mask(void)
{
    return -(intptr_t)qemu_real_host_page_size();
}

int qemu_open_old(const char *name, int flags, ...)
{
    mode_t mode = 0;
    va_list ap;

    if (flags & O_CREAT) {
        va_start(ap, flags);
        mode = va_arg(ap, int);
        va_end(ap);
    }
    return RETRY_ON_EINTR(open(name, flags | O_CLOEXEC, mode));
}

int qemu_open(const char *name, int flags, Error **errp)
{
    int fd;

    assert(!(flags & O_CREAT));
    fd = qemu_open_old(name, flags);
    if (fd < 0) {
        error_setg_file_open(errp, errno, name);
    }
    return fd;
}

int qemu_create(const char *name, int flags, mode_t mode, Error **errp)
{
    int fd = qemu_open_old(name, flags | O_CREAT, mode);

    if (fd < 0) {
        error_setg_errno(errp, errno, "Could not create '%s'", name);
    }
    return fd;
}

int qemu_close(int fd)
{
    return close(fd);
}

size_t qemu_write_full(int fd, const void *buf, size_t count)
{
    size_t done = 0;

    while (done < count) {
        ssize_t n = RETRY_ON_EINTR(write(fd, (const char *)buf + done, count - done));

        if (n < 0) {
            break;
        }
        done += n;
    }
    return done;
}

void *qemu_try_memalign(size_t alignment, size_t size)
{
    void *ptr;

    if (posix_memalign(&ptr, MAX(alignment, sizeof(void *)), MAX(size, 1))) {
        return NULL;
    }
    return ptr;
}

void *qemu_memalign(size_t alignment, size_t size)
{
    void *ptr = qemu_try_memalign(alignment, size);

    if (!ptr) {
        g_error("out of memory: %zu bytes aligned to %zu", size, alignment);
    }
    return ptr;
}

void qemu_vfree(void *ptr)
{
    free(ptr);
}
