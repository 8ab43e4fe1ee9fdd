/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hw/core/irq.h"

void qemu_set_irq(qemu_irq irq, int level)
{
    if (irq) {
        irq->handler(irq->opaque, irq->n, level);
    }
}

static void irq_fill(IRQState *irq, qemu_irq_handler handler, void *opaque, int n)
{
    irq->handler = handler;
    irq->opaque = opaque;
    irq->n = n;
}

void qemu_init_irq(IRQState *irq, qemu_irq_handler handler, void *opaque, int n)
{
    object_initialize(irq, sizeof(*irq), TYPE_IRQ);
    irq_fill(irq, handler, opaque, n);
}

void qemu_init_irq_child(Object *parent, const char *propname, IRQState *irq,
                         qemu_irq_handler handler, void *opaque, int n)
{
    object_initialize_child(parent, propname, irq, TYPE_IRQ);
    irq_fill(irq, handler, opaque, n);
}

void qemu_init_irqs(IRQState irq[], size_t count, qemu_irq_handler handler,
                    void *opaque)
{
    for (size_t i = 0; i < count; i++) {
        qemu_init_irq(&irq[i], handler, opaque, i);
    }
}

qemu_irq qemu_allocate_irq(qemu_irq_handler handler, void *opaque, int n)
{
    IRQState *irq = IRQ(object_new(TYPE_IRQ));

    irq_fill(irq, handler, opaque, n);
    return irq;
}

qemu_irq *qemu_extend_irqs(qemu_irq *old, int n_old, qemu_irq_handler handler,
                           void *opaque, int n)
{
    qemu_irq *s = g_renew(qemu_irq, old, n + n_old);

    for (int i = n_old; i < n + n_old; i++) {
        s[i] = qemu_allocate_irq(handler, opaque, i);
    }
    return s;
}

qemu_irq *qemu_allocate_irqs(qemu_irq_handler handler, void *opaque, int n)
{
    return qemu_extend_irqs(NULL, 0, handler, opaque, n);
}

void qemu_free_irq(qemu_irq irq)
{
    object_unref(irq);
}

void qemu_free_irqs(qemu_irq *s, int n)
{
    for (int i = 0; i < n; i++) {
        qemu_free_irq(s[i]);
    }
    g_free(s);
}

static void invert_handler(void *opaque, int n, int level)
{
    qemu_set_irq(opaque, !level);
}

qemu_irq qemu_irq_invert(qemu_irq irq)
{
    /* A line is low until told otherwise: its inverse is high from now on. */
    qemu_irq_raise(irq);
    return qemu_allocate_irq(invert_handler, irq, 0);
}

/* The former lines live on: interception lasts as long as the process. */
static GSList *intercepted;

void qemu_irq_intercept_in(qemu_irq *gpio_in, qemu_irq_handler handler, int n)
{
    qemu_irq *before = qemu_allocate_irqs(NULL, NULL, n);

    intercepted = g_slist_prepend(intercepted, before);
    for (int i = 0; i < n; i++) {
        irq_fill(before[i], gpio_in[i]->handler, gpio_in[i]->opaque, gpio_in[i]->n);
        gpio_in[i]->handler = handler;
        gpio_in[i]->opaque = &before[i];
    }
}

/* Whose line it was goes away; who is still connected drives it into nothing. */
static void nobody_handler(void *opaque, int n, int level)
{
}

static void irq_unparent(Object *obj)
{
    irq_fill(IRQ(obj), nobody_handler, NULL, 0);
}

static void irq_class_init(ObjectClass *oc, const void *data)
{
    oc->unparent = irq_unparent;
}

static const TypeInfo irq_types[] = {
    {
        .name = TYPE_IRQ,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(IRQState),
        .class_init = irq_class_init,
    },
};

DEFINE_TYPES(irq_types)
