/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/error-report.h"

bool message_with_timestamp;
const char *error_guest_name;

static Location no_location;
static Location *cur_loc = &no_location;

Location *loc_push_none(Location *loc)
{
    loc->kind = LOC_NONE;
    loc->prev = cur_loc;
    cur_loc = loc;
    return loc;
}

Location *loc_pop(Location *loc)
{
    assert(cur_loc == loc && loc->prev);
    cur_loc = loc->prev;
    loc->prev = NULL;
    return cur_loc;
}

void loc_set_none(void)
{
    cur_loc->kind = LOC_NONE;
}

void loc_set_cmdline(char **argv, int idx, int cnt)
{
    cur_loc->kind = LOC_CMDLINE;
    cur_loc->num = cnt;
    cur_loc->ptr = argv + idx;
}

void loc_set_file(const char *fname, int lno)
{
    cur_loc->kind = LOC_FILE;
    cur_loc->num = lno;
    cur_loc->ptr = fname;
}

static void append_location(GString *line)
{
    const char *sep = "";

    switch (cur_loc->kind) {
    case LOC_CMDLINE:
        for (int i = 0; i < cur_loc->num; i++) {
            g_string_append_printf(line, "%s%s", sep, ((char *const *)cur_loc->ptr)[i]);
            sep = " ";
        }
        g_string_append(line, ": ");
        break;
    case LOC_FILE:
        g_string_append_printf(line, "%s:", (const char *)cur_loc->ptr);
        if (cur_loc->num) {
            g_string_append_printf(line, "%d:", cur_loc->num);
        }
        g_string_append_c(line, ' ');
        break;
    case LOC_NONE:
        break;
    }
}

int error_vprintf(const char *fmt, va_list ap)
{
    return vfprintf(stderr, fmt, ap);
}

int error_printf(const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = error_vprintf(fmt, ap);
    va_end(ap);
    return n;
}

/* One write for the whole line, so that lines of threads do not mix. */
static void G_GNUC_PRINTF(2, 0) report(const char *kind, const char *fmt, va_list ap)
{
    GString *line = g_string_new(NULL);

    if (message_with_timestamp) {
        g_autoptr(GDateTime) now = g_date_time_new_now_utc();
        g_autofree char *stamp = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S");

        g_string_append_printf(line, "%s.%06dZ ", stamp,
                               g_date_time_get_microsecond(now));
    }
    if (error_guest_name) {
        g_string_append_printf(line, "%s ", error_guest_name);
    }
    if (g_get_prgname()) {
        g_string_append_printf(line, "%s: ", g_get_prgname());
    }
    append_location(line);
    g_string_append(line, kind);
    g_string_append_vprintf(line, fmt, ap);
    g_string_append_c(line, '\n');
    error_printf("%s", line->str);
    g_string_free(line, TRUE);
}

void error_vreport(const char *fmt, va_list ap)
{
    report("", fmt, ap);
}

void warn_vreport(const char *fmt, va_list ap)
{
    report("warning: ", fmt, ap);
}

void error_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vreport(fmt, ap);
    va_end(ap);
}

void warn_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    warn_vreport(fmt, ap);
    va_end(ap);
}

void info_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    report("info: ", fmt, ap);
    va_end(ap);
}

bool error_report_once_cond(bool *printed, const char *fmt, ...)
{
    va_list ap;

    if (*printed) {
        return false;
    }
    *printed = true;
    va_start(ap, fmt);
    error_vreport(fmt, ap);
    va_end(ap);
    return true;
}

bool warn_report_once_cond(bool *printed, const char *fmt, ...)
{
    va_list ap;

    if (*printed) {
        return false;
    }
    *printed = true;
    va_start(ap, fmt);
    warn_vreport(fmt, ap);
    va_end(ap);
    return true;
}

void error_init(const char *argv0)
{
    const char *slash = strrchr(argv0, '/');

    g_set_prgname(slash ? slash + 1 : argv0);
}
