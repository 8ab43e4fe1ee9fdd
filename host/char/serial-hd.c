/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The character devices of -serial, which a machine's serial ports take in turn. */
#include "qemu/osdep.h"
#include "chardev/char.h"
#include "system/system.h"

static GPtrArray *serials;
static Chardev *monitored;

bool serial_hd_add(const char *text, Error **errp)
{
    g_autofree char *label = NULL;
    Chardev *chr = NULL;

    if (!serials) {
        serials = g_ptr_array_new();
    }
    label = g_strdup_printf("serial%u", serials->len);
    if (strcmp(text, "none")) {
        chr = qemu_chr_new(label, text, errp);
        if (!chr) {
            return false;
        }
        if (!strcmp(text, "mon:stdio")) {
            monitored = chr;
        }
    }
    g_ptr_array_add(serials, chr);
    return true;
}

Chardev *serial_hd(int i)
{
    return serials && i < serials->len ? serials->pdata[i] : NULL;
}

Chardev *serial_hd_monitored(void)
{
    return monitored;
}
