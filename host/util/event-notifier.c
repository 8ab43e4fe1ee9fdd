/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include <sys/eventfd.h>
#include "qemu/event_notifier.h"
#include "qemu/main-loop.h"

int event_notifier_init(EventNotifier *e, int active)
{
    int fd = eventfd(active ? 1 : 0, EFD_NONBLOCK | EFD_CLOEXEC);

    if (fd < 0) {
        return -errno;
    }
    e->rfd = e->wfd = fd;
    e->initialized = true;
    return 0;
}

void event_notifier_cleanup(EventNotifier *e)
{
    if (e->initialized) {
        close(e->rfd);
        e->rfd = e->wfd = -1;
        e->initialized = false;
    }
}

int event_notifier_get_fd(const EventNotifier *e)
{
    return e->rfd;
}

int event_notifier_set(EventNotifier *e)
{
    uint64_t one = 1;

    if (!e->initialized) {
        return -1;
    }
    /* EAGAIN: the counter is full, so it is set. */
    if (RETRY_ON_EINTR(write(e->wfd, &one, sizeof(one))) < 0 && errno != EAGAIN) {
        return -errno;
    }
    return 0;
}

int event_notifier_test_and_clear(EventNotifier *e)
{
    uint64_t count;

    return e->initialized &&
           RETRY_ON_EINTR(read(e->rfd, &count, sizeof(count))) == sizeof(count);
}

void event_notifier_set_handler(EventNotifier *e, EventNotifierHandler *handler)
{
    /* The notifier itself is the handler's argument. */
    qemu_set_fd_handler(e->rfd, (IOHandler *)handler, NULL, e);
}
