/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Being driven by a test program instead of a CPU. */
#ifndef SYSTEM_QTEST_H
#define SYSTEM_QTEST_H

#include <stdbool.h>

#include "qemu/typedefs.h"

/* -accel qtest was chosen: no CPU runs, time moves by commands. */
extern bool qtest_allowed;

static inline bool qtest_enabled(void)
{
    return qtest_allowed;
}

/*
 * Serve the protocol on @chardev (as for -serial), logging to @log: a file, "none", or
 * NULL for stderr. The rest of start-up goes on; the machine answers from the main
 * loop.
 */
bool qtest_server_init(const char *chardev, const char *log, Error **errp);
void qtest_server_cleanup(void);

/* A client speaks to us (or will): -qtest was given. */
bool qtest_driver(void);

#endif
