/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Being driven by a test program instead of a CPU. */
#ifndef SYSTEM_QTEST_H
#define SYSTEM_QTEST_H

#include <stdbool.h>

/* -accel qtest was chosen: no CPU runs, time moves by commands. */
extern bool qtest_allowed;

static inline bool qtest_enabled(void)
{
    return qtest_allowed;
}

/* A client speaks to us (or will): -qtest was given. */
bool qtest_driver(void);

#endif
