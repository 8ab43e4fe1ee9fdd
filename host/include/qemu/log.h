/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log: what `-d` asks for, to stderr or to the file of `-D`. What a guest can
 * provoke is bounded: after LOG_BURST lines within a second the rest of that
 * second is counted, and one line says how many were dropped.
 */
#ifndef QEMU_LOG_H
#define QEMU_LOG_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

#include "qemu/typedefs.h"

#define CPU_LOG_INT     (1u << 4)
#define CPU_LOG_EXEC    (1u << 5)
#define CPU_LOG_TB_CPU  (1u << 8)
#define CPU_LOG_RESET   (1u << 9)
#define LOG_UNIMP       (1u << 10)
#define LOG_GUEST_ERROR (1u << 11)
#define CPU_LOG_MMU     (1u << 12)
#define LOG_INVALID_MEM (1u << 23)
#define LOG_TRACE       (1u << 15)

#define LOG_BURST       100

/* A mask of the bits above. */
extern int qemu_loglevel;

static inline bool qemu_loglevel_mask(int mask)
{
    return (qemu_loglevel & mask) != 0;
}

/* The format ends with its own newline. */
#define qemu_log_mask(MASK, FMT, ...)                                                  \
    do {                                                                               \
        if (G_UNLIKELY(qemu_loglevel_mask(MASK))) {                                    \
            qemu_log(FMT, ##__VA_ARGS__);                                              \
        }                                                                              \
    } while (0)

void qemu_log(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* The stream of the log, for one writer at a time; nothing is left out for its rate. */
FILE *qemu_log_trylock(void);
void qemu_log_unlock(FILE *f);

/* For -d: a comma separated list to a mask, 0 when a word is unknown. */
int qemu_str_to_log_mask(const char *str);
void qemu_print_log_usage(FILE *f);
bool qemu_set_log(int log_flags, Error **errp);
/* For -D: NULL goes back to stderr. Nothing changes on failure. */
bool qemu_set_log_filename(const char *filename, Error **errp);
bool qemu_log_enabled(void);

#endif
