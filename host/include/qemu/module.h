/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that run at process start, before main(), to register types. */
#ifndef QEMU_MODULE_H
#define QEMU_MODULE_H

typedef enum module_init_type {
    MODULE_INIT_QOM,
    MODULE_INIT_MAX,
} module_init_type;

/* Queue @fn; called by module_call_init() in the order of registration. */
void register_module_init(void (*fn)(void), module_init_type type);
/* Run what is queued for @type. Later calls run only what came since. */
void module_call_init(module_init_type type);

#define module_init(function, type)                                                    \
    static void __attribute__((constructor)) do_qemu_init_##function(void)             \
    {                                                                                  \
        register_module_init(function, type);                                          \
    }

#define type_init(function) module_init(function, MODULE_INIT_QOM)

#endif
