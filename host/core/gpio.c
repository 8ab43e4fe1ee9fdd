/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device's lines by name and number. The unnamed ones have the name NULL.
 */
#include "qemu/osdep.h"
#include "hw/core/irq.h"
#include "hw/core/qdev.h"
#include "qdev-internal.h"

static NamedGPIOList *gpio_list_find(const DeviceState *dev, const char *name)
{
    NamedGPIOList *ngl;

    QLIST_FOREACH(ngl, &dev->gpios, node) {
        if (!g_strcmp0(name, ngl->name)) {
            return ngl;
        }
    }
    return NULL;
}

static NamedGPIOList *gpio_list_get(DeviceState *dev, const char *name)
{
    NamedGPIOList *ngl = gpio_list_find(dev, name);

    if (!ngl) {
        ngl = g_new0(NamedGPIOList, 1);
        ngl->name = g_strdup(name);
        QLIST_INSERT_HEAD(&dev->gpios, ngl, node);
    }
    return ngl;
}

void qdev_gpio_finalize(DeviceState *dev)
{
    NamedGPIOList *ngl, *next;

    QLIST_FOREACH_SAFE(ngl, &dev->gpios, node, next) {
        QLIST_REMOVE(ngl, node);
        for (int i = 0; i < ngl->num_out; i++) {
            object_unref(*ngl->out[i]);
        }
        g_free(ngl->in);
        g_free(ngl->out);
        g_free(ngl->name);
        g_free(ngl);
    }
}

void qdev_init_gpio_in_named_with_opaque(DeviceState *dev, qemu_irq_handler handler,
                                         void *opaque, const char *name, int n)
{
    NamedGPIOList *ngl = gpio_list_get(dev, name);

    g_assert(ngl->num_out == 0 || !name);
    ngl->in = qemu_extend_irqs(ngl->in, ngl->num_in, handler, opaque, n);
    for (int i = ngl->num_in; i < ngl->num_in + n; i++) {
        g_autofree char *prop =
            g_strdup_printf("%s[%d]", name ? name : "unnamed-gpio-in", i);

        object_property_add_child(OBJECT(dev), prop, OBJECT(ngl->in[i]));
        object_unref(ngl->in[i]);
    }
    ngl->num_in += n;
}

void qdev_init_gpio_in(DeviceState *dev, qemu_irq_handler handler, int n)
{
    qdev_init_gpio_in_named(dev, handler, NULL, n);
}

void qdev_init_gpio_out_named(DeviceState *dev, qemu_irq *pins, const char *name, int n)
{
    NamedGPIOList *ngl = gpio_list_get(dev, name);

    g_assert(ngl->num_in == 0 || !name);
    ngl->out = g_renew(qemu_irq *, ngl->out, ngl->num_out + n);
    for (int i = 0; i < n; i++) {
        pins[i] = NULL;
        ngl->out[ngl->num_out + i] = &pins[i];
    }
    ngl->num_out += n;
}

void qdev_init_gpio_out(DeviceState *dev, qemu_irq *pins, int n)
{
    qdev_init_gpio_out_named(dev, pins, NULL, n);
}

qemu_irq qdev_get_gpio_in_named(DeviceState *dev, const char *name, int n)
{
    NamedGPIOList *ngl = gpio_list_find(dev, name);

    g_assert(ngl && n >= 0 && n < ngl->num_in);
    return ngl->in[n];
}

qemu_irq qdev_get_gpio_in(DeviceState *dev, int n)
{
    return qdev_get_gpio_in_named(dev, NULL, n);
}

static qemu_irq *gpio_out(const DeviceState *dev, const char *name, int n)
{
    NamedGPIOList *ngl = gpio_list_find(dev, name);

    return ngl && n >= 0 && n < ngl->num_out ? ngl->out[n] : NULL;
}

bool qdev_has_gpio_out(const DeviceState *dev, const char *name, int n)
{
    return gpio_out(dev, name, n) != NULL;
}

void qdev_connect_gpio_out_named(DeviceState *dev, const char *name, int n,
                                 qemu_irq input_pin)
{
    qemu_irq *pin = gpio_out(dev, name, n);

    g_assert(pin);
    object_ref(input_pin);
    object_unref(*pin);
    *pin = input_pin;
}

void qdev_connect_gpio_out(DeviceState *dev, int n, qemu_irq pin)
{
    qdev_connect_gpio_out_named(dev, NULL, n, pin);
}

qemu_irq qdev_get_gpio_out_connector(const DeviceState *dev, const char *name, int n)
{
    qemu_irq *pin = gpio_out(dev, name, n);

    return pin ? *pin : NULL;
}

qemu_irq qdev_intercept_gpio_out(DeviceState *dev, qemu_irq icpt, const char *name,
                                 int n)
{
    qemu_irq *pin = gpio_out(dev, name, n), before;

    g_assert(pin);
    before = *pin; /* its reference passes to the interceptor */
    *pin = object_ref(icpt) ? icpt : NULL;
    return before;
}
