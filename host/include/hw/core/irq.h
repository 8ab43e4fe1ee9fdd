/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupt and GPIO lines: a qemu_irq is the receiving end of one line.
 */
#ifndef QEMU_IRQ_H
#define QEMU_IRQ_H

#include "qom/object.h"

#define TYPE_IRQ "irq"
OBJECT_DECLARE_SIMPLE_TYPE(IRQState, IRQ)

typedef struct IRQState *qemu_irq;
typedef void (*qemu_irq_handler)(void *opaque, int n, int level);

struct IRQState {
    Object parent_obj;

    qemu_irq_handler handler;
    void *opaque;
    int n;
};

/* A line that nobody receives (NULL) may be driven: nothing happens. */
void qemu_set_irq(qemu_irq irq, int level);

static inline void qemu_irq_raise(qemu_irq irq)
{
    qemu_set_irq(irq, 1);
}

static inline void qemu_irq_lower(qemu_irq irq)
{
    qemu_set_irq(irq, 0);
}

static inline void qemu_irq_pulse(qemu_irq irq)
{
    qemu_set_irq(irq, 1);
    qemu_set_irq(irq, 0);
}

static inline bool qemu_irq_is_connected(qemu_irq irq)
{
    return irq != NULL;
}

/* In memory of the caller. */
void qemu_init_irq(IRQState *irq, qemu_irq_handler handler, void *opaque, int n);
void qemu_init_irq_child(Object *parent, const char *propname, IRQState *irq,
                         qemu_irq_handler handler, void *opaque, int n);
void qemu_init_irqs(IRQState irq[], size_t count, qemu_irq_handler handler,
                    void *opaque);
/* Freed with qemu_free_irq(s). */
qemu_irq *qemu_allocate_irqs(qemu_irq_handler handler, void *opaque, int n);
qemu_irq qemu_allocate_irq(qemu_irq_handler handler, void *opaque, int n);
qemu_irq *qemu_extend_irqs(qemu_irq *old, int n_old, qemu_irq_handler handler,
                           void *opaque, int n);
void qemu_free_irqs(qemu_irq *s, int n);
void qemu_free_irq(qemu_irq irq);
qemu_irq qemu_irq_invert(qemu_irq irq);
/*
 * For qtest: @handler now sees every change of these @n lines. Its opaque is a
 * qemu_irq *: the line as it was, which it may drive on.
 */
void qemu_irq_intercept_in(qemu_irq *gpio_in, qemu_irq_handler handler, int n);

#endif
