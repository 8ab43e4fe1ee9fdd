/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The QMP engine, knowing nothing of where bytes come from: a session that
 * answers what comes in a stream, events to all sessions.
 */
#ifndef HOST_MONITOR_QMP_INTERNAL_H
#define HOST_MONITOR_QMP_INTERNAL_H

#include "monitor/qmp-command.h"
#include "qemu/json-stream.h"
#include "qemu/queue.h"

/* --- sessions --- */

typedef struct QmpSession QmpSession;
struct QmpSession {
    JsonStream *json;
    bool negotiated;
    /* Borrows @msg. */
    void (*send)(QmpSession *s, struct json_object *msg);
    QLIST_ENTRY(QmpSession) next;
};

/* A client came; sends the greeting. */
void qmp_session_open(QmpSession *s, void (*send)(QmpSession *, struct json_object *));
void qmp_session_close(QmpSession *s);
/* Take bytes up to the end of one message and answer it. Returns how many. */
size_t qmp_session_feed(QmpSession *s, const char *buf, size_t len);

/* By qmp-event.c: to every session that is negotiated. Borrows. */
void qmp_sessions_broadcast(struct json_object *msg);

/* {"qemu": {...}, "package": "..."} */
struct json_object *qmp_version(void);

#endif
