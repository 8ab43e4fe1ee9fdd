/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The QMP engine, knowing nothing of where bytes come from: a parser that cuts a
 * stream into messages, a session that answers them, events to all sessions.
 */
#ifndef HOST_MONITOR_QMP_INTERNAL_H
#define HOST_MONITOR_QMP_INTERNAL_H

#include "monitor/qmp-command.h"
#include "qemu/queue.h"

/* --- parser --- */

#define QMP_MAX_DEPTH   64
#define QMP_MAX_MESSAGE (4 * 1024 * 1024)

typedef struct QmpParser {
    struct json_tokener *tok;
    size_t size;    /* of the message so far */
    bool skip_line; /* after an error: up to the next newline */
} QmpParser;

void qmp_parser_init(QmpParser *p);
void qmp_parser_destroy(QmpParser *p);
/* Forget what came so far. */
void qmp_parser_reset(QmpParser *p);
/*
 * Take at most @len bytes and stop behind the first message or error. Returns how many
 * were taken; *@msg (owned by the caller) or @errp is set, or neither: more is needed.
 */
size_t qmp_parser_feed(QmpParser *p, const char *buf, size_t len,
                       struct json_object **msg, Error **errp);

/* --- sessions --- */

typedef struct QmpSession QmpSession;
struct QmpSession {
    QmpParser parser;
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
