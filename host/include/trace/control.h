/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trace events: one line each in a folder's trace-events file, from which
 * scripts/tracegen.py makes trace_<name>(...). Off, an event costs one branch.
 * They are asked for by the user (-trace), go to stderr or to a file, and are not
 * limited in rate.
 */
#ifndef TRACE_CONTROL_H
#define TRACE_CONTROL_H

#include <glib.h>
#include <inttypes.h>
#include <stdbool.h>

#include "qemu/typedefs.h"

typedef struct TraceEvent {
    const char *name;
    bool enabled;
    struct TraceEvent *next;
} TraceEvent;

/* For code that computes something only to trace it. */
#define trace_event_get_state_backends(event) ((event).enabled)
#define trace_event_get_state(event)          ((event).enabled)

/* By generated code. */
void trace_event_register(TraceEvent *event);
void trace_emit(const TraceEvent *event, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Enable, or with a leading '-' disable, what the glob matches. Returns how many. */
unsigned trace_enable_events(const char *pattern);

/*
 * The argument of -trace: [[enable=]PATTERN][,events=FILE][,file=FILE], where each line
 * of the events file is a pattern. A pattern that matches nothing is a warning,
 * because events differ between builds.
 */
bool trace_opt_parse(const char *optstr, Error **errp);
/* All names, one a line, on stdout. */
void trace_list_events(void);

#endif
