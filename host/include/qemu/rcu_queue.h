/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QLIST under RCU: one writer at a time (its own lock), any number of readers.
 * What is removed keeps its forward link, so that a reader standing on it goes on;
 * free it after a grace period.
 */
#ifndef QEMU_RCU_QUEUE_H
#define QEMU_RCU_QUEUE_H

#include "qemu/atomic.h"
#include "qemu/queue.h"

#define QLIST_EMPTY_RCU(head)      (qatomic_read(&(head)->lh_first) == NULL)
#define QLIST_FIRST_RCU(head)      qatomic_rcu_read(&(head)->lh_first)
#define QLIST_NEXT_RCU(elm, field) qatomic_rcu_read(&(elm)->field.le_next)

#define QLIST_INSERT_HEAD_RCU(head, elm, field)                                        \
    do {                                                                               \
        (elm)->field.le_prev = &(head)->lh_first;                                      \
        (elm)->field.le_next = (head)->lh_first;                                       \
        qatomic_rcu_set(&(head)->lh_first, (elm));                                     \
        if ((elm)->field.le_next) {                                                    \
            (elm)->field.le_next->field.le_prev = &(elm)->field.le_next;               \
        }                                                                              \
    } while (0)
#define QLIST_REMOVE_RCU(elm, field)                                                   \
    do {                                                                               \
        if ((elm)->field.le_next) {                                                    \
            (elm)->field.le_next->field.le_prev = (elm)->field.le_prev;                \
        }                                                                              \
        qatomic_set((elm)->field.le_prev, (elm)->field.le_next);                       \
        (elm)->field.le_prev = NULL;                                                   \
    } while (0)
#define QLIST_FOREACH_RCU(var, head, field)                                            \
    for ((var) = QLIST_FIRST_RCU(head); (var); (var) = QLIST_NEXT_RCU(var, field))

#endif
