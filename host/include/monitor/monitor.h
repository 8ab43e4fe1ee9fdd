/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Monitors: how people (HMP, lines of text) and programs (QMP) control us. */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include <stdbool.h>

#include "qemu/typedefs.h"

/* Serve @chr until the process ends. False with @errp set when it is in use. */
bool monitor_init_qmp(Chardev *chr, bool pretty, Error **errp);
bool monitor_init_hmp(Chardev *chr, Error **errp);
/* Let go of the character devices. */
void monitor_cleanup(void);

#endif
