/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every .c file of host/ and hw/ may take for granted: the C library,
 * glib and a handful of language helpers. Included first, never from a header.
 */
#ifndef QEMU_OSDEP_H
#define QEMU_OSDEP_H

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#endif
