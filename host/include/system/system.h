/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Process-wide settings and moments of start-up. */
#ifndef SYSTEM_SYSTEM_H
#define SYSTEM_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

#include "qemu/notify.h"

/* -name; NULL when not given. */
extern const char *qemu_name;
/* -uuid: as text, NULL when not given. */
extern const char *qemu_uuid_str;
/* -nodefaults clears this: a machine adds its default devices only if it is set. */
extern bool defaults_enabled_flag;
bool defaults_enabled(void);

/*
 * Called when the machine is complete and before it runs; at once when added
 * later. The notifier's data is NULL.
 */
void qemu_add_machine_init_done_notifier(Notifier *notify);
void qemu_remove_machine_init_done_notifier(Notifier *notify);
/* By start-up, once. */
void qemu_run_machine_init_done_notifiers(void);

/* Called when the process ends in an orderly way. */
void qemu_add_exit_notifier(Notifier *notify);
void qemu_remove_exit_notifier(Notifier *notify);
void qemu_run_exit_notifiers(void);

/* Chardevs of -serial, in the order given; NULL when there is none. */
Chardev *serial_hd(int i);
/* The one of "mon:stdio", which a monitor shares; NULL: there is none. */
Chardev *serial_hd_monitored(void);
/* One use of -serial; "none" leaves a port without. */
bool serial_hd_add(const char *text, Error **errp);

#endif
