/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "trace/control.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/log.h"

static TraceEvent *events;
static GMutex trace_lock; /* guards trace_file and whole lines */
static FILE *trace_file;  /* NULL: the log */

void trace_event_register(TraceEvent *event)
{
    event->next = events;
    events = event;
}

void trace_emit(const TraceEvent *event, const char *fmt, ...)
{
    FILE *log = NULL, *f;
    va_list ap;

    g_mutex_lock(&trace_lock);
    f = trace_file ? trace_file : (log = qemu_log_trylock());
    fprintf(f, "%s ", event->name);
    va_start(ap, fmt);
    vfprintf(f, fmt, ap);
    va_end(ap);
    fputc('\n', f);
    fflush(f);
    if (log) {
        qemu_log_unlock(log);
    }
    g_mutex_unlock(&trace_lock);
}

unsigned trace_enable_events(const char *pattern)
{
    bool enable = pattern[0] != '-';
    unsigned n = 0;

    for (TraceEvent *ev = events; ev; ev = ev->next) {
        if (g_pattern_match_simple(enable ? pattern : pattern + 1, ev->name)) {
            ev->enabled = enable;
            n++;
        }
    }
    return n;
}

static void enable_or_warn(const char *pattern)
{
    if (!trace_enable_events(pattern)) {
        warn_report("trace event '%s' does not exist", pattern);
    }
}

static bool enable_from_file(const char *path, Error **errp)
{
    g_autoptr(GError) gerr = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, &gerr)) {
        error_setg(errp, "Could not read trace events: %s", gerr->message);
        return false;
    }
    lines = g_strsplit(text, "\n", -1);
    for (char **l = lines; *l; l++) {
        g_strstrip(*l);
        if (**l && **l != '#') {
            enable_or_warn(*l);
        }
    }
    return true;
}

static bool set_trace_file(const char *path, Error **errp)
{
    FILE *f = fopen(path, "we");

    if (!f) {
        error_setg_errno(errp, errno, "Could not open trace file '%s'", path);
        return false;
    }
    g_mutex_lock(&trace_lock);
    if (trace_file) {
        fclose(trace_file);
    }
    trace_file = f;
    g_mutex_unlock(&trace_lock);
    return true;
}

bool trace_opt_parse(const char *optstr, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(optstr, ",", -1);

    for (char **p = parts; *p; p++) {
        const char *value = NULL;

        if (strstart(*p, "file=", &value)) {
            if (!set_trace_file(value, errp)) {
                return false;
            }
        } else if (strstart(*p, "events=", &value)) {
            if (!enable_from_file(value, errp)) {
                return false;
            }
        } else if (strstart(*p, "enable=", &value) ||
                   (p == parts && !strchr(*p, '='))) {
            enable_or_warn(value ? value : *p);
        } else {
            error_setg(errp, "Invalid parameter '%s'", *p);
            return false;
        }
    }
    return true;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void trace_list_events(void)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (TraceEvent *ev = events; ev; ev = ev->next) {
        g_ptr_array_add(names, (void *)ev->name);
    }
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        printf("%s\n", (const char *)names->pdata[i]);
    }
}
