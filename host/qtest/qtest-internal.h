/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The qtest protocol, knowing nothing of where its lines come from and go to. */
#ifndef HOST_QTEST_INTERNAL_H
#define HOST_QTEST_INTERNAL_H

#include <glib.h>
#include <stdbool.h>

/* The largest block that one word moves, and with it the longest line. */
#define QTEST_MAX_BLOCK (64 * 1024 * 1024)
#define QTEST_MAX_LINE  (2 * QTEST_MAX_BLOCK + 256)

typedef struct QTestSession QTestSession;
struct QTestSession {
    /* Send @text as it is; it is a whole line. */
    void (*send)(QTestSession *s, const char *text, size_t len);
    GString *line;
    bool too_long; /* the rest of the line is dropped */
};

void qtest_session_init(QTestSession *s,
                        void (*send)(QTestSession *, const char *, size_t));
void qtest_session_destroy(QTestSession *s);
/* Take bytes; every complete line is carried out and answered. */
void qtest_session_feed(QTestSession *s, const char *buf, size_t len);
/* The client went away: a new one starts with levels unknown. */
void qtest_session_reset(QTestSession *s);

/* --- for the words --- */

void G_GNUC_PRINTF(2, 3) qtest_sendf(QTestSession *s, const char *fmt, ...);

/* @argv[0] is the word. Answers exactly once. */
typedef struct QTestCommand {
    const char *word;
    int min_args, max_args;
    void (*fn)(QTestSession *s, char **argv);
} QTestCommand;

extern const QTestCommand qtest_io_commands[], qtest_control_commands[];

bool qtest_parse_u64(QTestSession *s, const char *text, uint64_t *value);
/* @addr and @size of a block that lies in the address space and is not too large. */
bool qtest_parse_block(QTestSession *s, char **argv, uint64_t *addr, uint64_t *size);

/* Interrupt lines: who gets "IRQ raise N", and letting go of it. */
void qtest_irq_reset(void);

#endif
