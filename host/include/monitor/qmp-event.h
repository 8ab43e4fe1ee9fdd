/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages to every QMP client that finished its negotiation. Any thread. */
#ifndef MONITOR_QMP_EVENT_H
#define MONITOR_QMP_EVENT_H

#include <json-c/json.h>
#include <stdint.h>

/* Takes @data over; NULL: the event has none. */
void qapi_event_send(const char *name, struct json_object *data);

/*
 * At most one event of @name every @min_interval_ms: the first goes out at once; of
 * those that follow too early only the latest is kept and sent when it is time.
 * Takes @data over.
 */
void qapi_event_send_limited(const char *name, struct json_object *data,
                             int64_t min_interval_ms);

#endif
