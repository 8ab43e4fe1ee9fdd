/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every .c file of host/ and hw/ may take for granted: the C library,
 * glib and a handful of language helpers. Included first, never from a header.
 */
#ifndef QEMU_OSDEP_H
#define QEMU_OSDEP_H

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "qemu/compiler.h"
#include "qemu/typedefs.h"

#define ARRAY_SIZE(x)      G_N_ELEMENTS(x)
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))

/* The next multiple of @d: any @d, and a cheaper one for powers of two. */
#define QEMU_ALIGN_DOWN(n, d)     ((n) / (d) * (d))
#define QEMU_ALIGN_UP(n, d)       QEMU_ALIGN_DOWN((n) + (d)-1, (d))
#define QEMU_IS_ALIGNED(n, d)     (((n) % (d)) == 0)
#define ROUND_DOWN(n, d)          ((n) & -(0 ? (n) : (d)))
#define ROUND_UP(n, d)            ROUND_DOWN((n) + (d)-1, (d))

#define QEMU_ALIGN_PTR_DOWN(p, n) ((typeof(p))QEMU_ALIGN_DOWN((uintptr_t)(p), (n)))
#define QEMU_ALIGN_PTR_UP(p, n)   ((typeof(p))QEMU_ALIGN_UP((uintptr_t)(p), (n)))
#define QEMU_PTR_IS_ALIGNED(p, n) QEMU_IS_ALIGNED((uintptr_t)(p), (n))

/* MIN and MAX (glib) with the zero meaning "no limit". */
#define MIN_NON_ZERO(a, b) ((a) == 0 ? (b) : (b) == 0 ? (a) : MIN(a, b))
#define MIN_CONST(a, b)    ((a) < (b) ? (a) : (b))
#define MAX_CONST(a, b)    ((a) > (b) ? (a) : (b))

/* Repeat @expr while it is interrupted by a signal. */
#define RETRY_ON_EINTR(expr) TEMP_FAILURE_RETRY(expr)

/* The page size of the machine we run on, in bytes. */
uintptr_t qemu_real_host_page_size(void);
/* Its negative: a mask that clears the offset inside a page. */
intptr_t qemu_real_host_page_mask(void);

/* open(2) that sets O_CLOEXEC. Returns -1 and errno on failure. */
int qemu_open_old(const char *name, int flags, ...);
/* The same with an Error that names the file. Returns -1 on failure. */
int qemu_open(const char *name, int flags, Error **errp);
/* open(2) with O_CREAT. Returns -1 on failure. */
int qemu_create(const char *name, int flags, mode_t mode, Error **errp);
int qemu_close(int fd);

/* Write all @count bytes to a blocking @fd; returns how many were written. */
size_t qemu_write_full(int fd, const void *buf, size_t count);

/* Page-aligned memory; freed with qemu_vfree(). Never NULL. */
void *qemu_memalign(size_t alignment, size_t size);
void *qemu_try_memalign(size_t alignment, size_t size);
void qemu_vfree(void *ptr);

#endif
