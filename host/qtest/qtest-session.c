/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qtest-internal.h"

#define MAX_WORDS 8

void qtest_sendf(QTestSession *s, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    s->send(s, text, strlen(text));
}

bool qtest_parse_u64(QTestSession *s, const char *text, uint64_t *value)
{
    if (qemu_strtou64(text, NULL, 0, value)) {
        qtest_sendf(s, "FAIL '%.40s' is not a 64-bit number\n", text);
        return false;
    }
    return true;
}

bool qtest_parse_block(QTestSession *s, char **argv, uint64_t *addr, uint64_t *size)
{
    if (!qtest_parse_u64(s, argv[1], addr) || !qtest_parse_u64(s, argv[2], size)) {
        return false;
    }
    if (!*size || *size > QTEST_MAX_BLOCK) {
        qtest_sendf(s, "FAIL size must be 1 to %d\n", QTEST_MAX_BLOCK);
        return false;
    }
    if (*addr > UINT64_MAX - (*size - 1)) {
        qtest_sendf(s, "FAIL block reaches beyond 64-bit addresses\n");
        return false;
    }
    return true;
}

static const QTestCommand *find_command(const char *word)
{
    static const QTestCommand *const tables[] = { qtest_io_commands,
                                                  qtest_control_commands };

    for (size_t t = 0; t < ARRAY_SIZE(tables); t++) {
        for (const QTestCommand *c = tables[t]; c->word; c++) {
            if (!strcmp(c->word, word)) {
                return c;
            }
        }
    }
    return NULL;
}

/* Cuts @line up in place. Returns how many words, MAX_WORDS + 1 for too many. */
static int split(char *line, char *words[MAX_WORDS + 1])
{
    int n = 0;

    for (char *w = strtok(line, " \t\r"); w; w = strtok(NULL, " \t\r")) {
        if (n == MAX_WORDS) {
            return MAX_WORDS + 1;
        }
        words[n++] = w;
    }
    words[n] = NULL;
    return n;
}

static void execute(QTestSession *s, char *line)
{
    char *words[MAX_WORDS + 1];
    const QTestCommand *cmd;
    int n = split(line, words);

    if (!n) {
        qtest_sendf(s, "FAIL empty line\n");
        return;
    }
    cmd = n <= MAX_WORDS ? find_command(words[0]) : NULL;
    if (!cmd) {
        qtest_sendf(s, "FAIL Unknown command '%.40s'\n", words[0]);
    } else if (n - 1 < cmd->min_args || n - 1 > cmd->max_args) {
        qtest_sendf(s, "FAIL %s takes %d to %d arguments\n", cmd->word, cmd->min_args,
                    cmd->max_args);
    } else {
        cmd->fn(s, words);
    }
}

static void line_done(QTestSession *s)
{
    if (s->too_long) {
        qtest_sendf(s, "FAIL line is too long\n");
    } else if (strlen(s->line->str) != s->line->len) {
        qtest_sendf(s, "FAIL zero byte in line\n");
    } else {
        execute(s, s->line->str);
    }
    g_string_truncate(s->line, 0);
    s->too_long = false;
}

void qtest_session_feed(QTestSession *s, const char *buf, size_t len)
{
    while (len) {
        const char *newline = memchr(buf, '\n', len);
        size_t n = newline ? newline - buf : len;

        if (s->line->len + n > QTEST_MAX_LINE) {
            s->too_long = true;
            g_string_truncate(s->line, 0);
        }
        if (!s->too_long) {
            g_string_append_len(s->line, buf, n);
        }
        if (newline) {
            line_done(s);
            n++;
        }
        buf += n;
        len -= n;
    }
}

void qtest_session_init(QTestSession *s,
                        void (*send)(QTestSession *, const char *, size_t))
{
    *s = (QTestSession){ .send = send, .line = g_string_new(NULL) };
}

void qtest_session_reset(QTestSession *s)
{
    g_string_truncate(s->line, 0);
    s->too_long = false;
    qtest_irq_reset();
}

void qtest_session_destroy(QTestSession *s)
{
    g_string_free(s->line, TRUE);
}
