/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages for the person at the terminal: "<program>: [<where>: ]<message>" on
 * stderr. The location stack says where in the command line or in which file
 * the thing being worked on comes from.
 */
#ifndef QEMU_ERROR_REPORT_H
#define QEMU_ERROR_REPORT_H

#include <glib.h>
#include <stdbool.h>

typedef struct Location {
    enum { LOC_NONE, LOC_CMDLINE, LOC_FILE } kind;
    int num;         /* arguments, or line */
    const void *ptr; /* argv element, or file name */
    struct Location *prev;
} Location;

/* @loc lives in the caller's frame until loc_pop(). Returns @loc. */
Location *loc_push_none(Location *loc);
/* Makes the location before @loc current again. Returns it. */
Location *loc_pop(Location *loc);
void loc_set_none(void);
/* @cnt arguments from argv[@idx]; argv must outlive the location. */
void loc_set_cmdline(char **argv, int idx, int cnt);
/* @fname must outlive the location; @lno 0: no line number. */
void loc_set_file(const char *fname, int lno);

/* Without prefix and newline. */
int error_printf(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
int error_vprintf(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);

/* One line; the newline is added. */
void error_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void warn_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void info_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void error_vreport(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);
void warn_vreport(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);

/* Only while *@printed is false, which becomes true. Returns whether it printed. */
bool error_report_once_cond(bool *printed, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
bool warn_report_once_cond(bool *printed, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* At most once for each place in the source. */
#define error_report_once(...)                                                         \
    ({                                                                                 \
        static bool printed_;                                                          \
        error_report_once_cond(&printed_, __VA_ARGS__);                                \
    })
#define warn_report_once(...)                                                          \
    ({                                                                                 \
        static bool printed_;                                                          \
        warn_report_once_cond(&printed_, __VA_ARGS__);                                 \
    })

/* The name messages start with: the last component of @argv0. */
void error_init(const char *argv0);
/* -msg timestamp=on: every line starts with the UTC time. */
extern bool message_with_timestamp;
/* -msg guest-name=on: then comes this name. NULL: none. */
extern const char *error_guest_name;

#endif
