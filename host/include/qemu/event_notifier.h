/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An eventfd: one thread sets it, another waits for it or watches it. */
#ifndef QEMU_EVENT_NOTIFIER_H
#define QEMU_EVENT_NOTIFIER_H

#include <stdbool.h>

#include "qemu/typedefs.h"

struct EventNotifier {
    int rfd;
    int wfd;
    bool initialized;
};

typedef void EventNotifierHandler(EventNotifier *);

/* 0, or a negative errno. @active: set from the start. */
int event_notifier_init(EventNotifier *e, int active);
void event_notifier_cleanup(EventNotifier *e);
int event_notifier_get_fd(const EventNotifier *e);
int event_notifier_set(EventNotifier *e);
/* 1 when it was set, and it is not any more. */
int event_notifier_test_and_clear(EventNotifier *e);
/* Call @handler from the main loop whenever it is set; NULL: no more. */
void event_notifier_set_handler(EventNotifier *e, EventNotifierHandler *handler);

#endif
