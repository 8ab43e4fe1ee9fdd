/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIBQTEST_INTERNAL_H
#define TESTS_LIBQTEST_INTERNAL_H

#include "libqos/libqtest.h"

#define QTEST_TIMEOUT_MS 30000
#define QTEST_MAX_IRQ    256

/* A socket and what was read from it beyond what was asked for. */
typedef struct QTestStream {
    int fd; /* -1: none */
    GString *in;
} QTestStream;

struct QTestState {
    pid_t pid;
    QTestStream qtest, qmp;
    struct json_object *greeting;
    GQueue events; /* of json_object, oldest first */
    bool irq_level[QTEST_MAX_IRQ];
    unsigned irq_raised[QTEST_MAX_IRQ];
};

void qtest_stream_send(QTestState *s, QTestStream *st, const void *buf, size_t len);
/* The next line without its end, to be freed. */
char *qtest_stream_line(QTestState *s, QTestStream *st);

/* Greeting and capabilities. */
void qtest_qmp_handshake(QTestState *s);

#endif
