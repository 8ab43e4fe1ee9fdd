/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of callbacks. The notifier is embedded in, and owned by, who listens. */
#ifndef QEMU_NOTIFY_H
#define QEMU_NOTIFY_H

#include <stdbool.h>

#include "qemu/queue.h"
#include "qemu/typedefs.h"

typedef struct Notifier Notifier;

struct Notifier {
    void (*notify)(Notifier *notifier, void *data);
    QLIST_ENTRY(Notifier) node;
};

typedef struct NotifierList {
    QLIST_HEAD(, Notifier) notifiers;
} NotifierList;

#define NOTIFIER_LIST_INITIALIZER(head)                                                \
    {                                                                                  \
        QLIST_HEAD_INITIALIZER((head).notifiers)                                       \
    }

void notifier_list_init(NotifierList *list);
void notifier_list_add(NotifierList *list, Notifier *notifier);
void notifier_remove(Notifier *notifier);
/* Newest first. A notifier may remove itself, but no other. */
void notifier_list_notify(NotifierList *list, void *data);
bool notifier_list_empty(NotifierList *list);

#endif
