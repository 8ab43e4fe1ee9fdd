/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/module.h"

typedef struct ModuleInit {
    void (*fn)(void);
    struct ModuleInit *next;
} ModuleInit;

static ModuleInit *first[MODULE_INIT_MAX];
static ModuleInit **last[MODULE_INIT_MAX];

void register_module_init(void (*fn)(void), module_init_type type)
{
    ModuleInit *e = g_new0(ModuleInit, 1);

    e->fn = fn;
    if (!last[type]) {
        last[type] = &first[type];
    }
    *last[type] = e;
    last[type] = &e->next;
}

void module_call_init(module_init_type type)
{
    while (first[type]) {
        ModuleInit *e = first[type];

        first[type] = e->next;
        if (!first[type]) {
            last[type] = &first[type];
        }
        e->fn();
        g_free(e);
    }
}
