/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The qtest protocol's words as functions. */
#include <stdlib.h>
#include <string.h>

#include "libqos/libqtest-internal.h"

/* Blocks are moved in pieces of this size. */
#define BLOCK (1024 * 1024)

static void note_irq(QTestState *s, const char *line)
{
    bool raise = g_str_has_prefix(line, "IRQ raise ");
    int num = atoi(strrchr(line, ' ') + 1);

    g_assert_cmpint(num, <, QTEST_MAX_IRQ);
    s->irq_level[num] = raise;
    s->irq_raised[num] += raise;
}

char *qtest_recv_line(QTestState *s)
{
    for (;;) {
        char *line = qtest_stream_line(s, &s->qtest);

        if (!g_str_has_prefix(line, "IRQ ")) {
            return line;
        }
        note_irq(s, line);
        g_free(line);
    }
}

void qtest_send_bytes(QTestState *s, const void *buf, size_t len)
{
    qtest_stream_send(s, &s->qtest, buf, len);
}

G_GNUC_PRINTF(2, 0)
static char *send_line(QTestState *s, const char *fmt, va_list ap)
{
    g_autoptr(GString) line = g_string_new(NULL);

    g_string_vprintf(line, fmt, ap);
    g_string_append_c(line, '\n');
    qtest_send_bytes(s, line->str, line->len);
    return qtest_recv_line(s);
}

char *qtest_raw(QTestState *s, const char *fmt, ...)
{
    char *answer;
    va_list ap;

    va_start(ap, fmt);
    answer = send_line(s, fmt, ap);
    va_end(ap);
    return answer;
}

/* What follows "OK " (empty if nothing does), to be freed. */
static char *G_GNUC_PRINTF(2, 3) ask(QTestState *s, const char *fmt, ...)
{
    g_autofree char *answer = NULL;
    va_list ap;

    va_start(ap, fmt);
    answer = send_line(s, fmt, ap);
    va_end(ap);
    if (!g_str_has_prefix(answer, "OK")) {
        g_error("qtest: %s (asked: %.60s)", answer, fmt);
    }
    return g_strdup(answer[2] ? answer + 3 : "");
}

static uint64_t read_one(QTestState *s, const char *word, uint64_t addr)
{
    g_autofree char *value = ask(s, "%s 0x%" G_GINT64_MODIFIER "x", word, addr);

    return g_ascii_strtoull(value, NULL, 0);
}

static void write_one(QTestState *s, const char *word, uint64_t addr, uint64_t value)
{
    g_free(ask(s, "%s 0x%" G_GINT64_MODIFIER "x 0x%" G_GINT64_MODIFIER "x", word, addr,
               value));
}

uint8_t qtest_readb(QTestState *s, uint64_t addr)
{
    return read_one(s, "readb", addr);
}

uint16_t qtest_readw(QTestState *s, uint64_t addr)
{
    return read_one(s, "readw", addr);
}

uint32_t qtest_readl(QTestState *s, uint64_t addr)
{
    return read_one(s, "readl", addr);
}

uint64_t qtest_readq(QTestState *s, uint64_t addr)
{
    return read_one(s, "readq", addr);
}

void qtest_writeb(QTestState *s, uint64_t addr, uint8_t value)
{
    write_one(s, "writeb", addr, value);
}

void qtest_writew(QTestState *s, uint64_t addr, uint16_t value)
{
    write_one(s, "writew", addr, value);
}

void qtest_writel(QTestState *s, uint64_t addr, uint32_t value)
{
    write_one(s, "writel", addr, value);
}

void qtest_writeq(QTestState *s, uint64_t addr, uint64_t value)
{
    write_one(s, "writeq", addr, value);
}

uint8_t qtest_inb(QTestState *s, uint16_t addr)
{
    return read_one(s, "inb", addr);
}

uint16_t qtest_inw(QTestState *s, uint16_t addr)
{
    return read_one(s, "inw", addr);
}

uint32_t qtest_inl(QTestState *s, uint16_t addr)
{
    return read_one(s, "inl", addr);
}

void qtest_outb(QTestState *s, uint16_t addr, uint8_t value)
{
    write_one(s, "outb", addr, value);
}

void qtest_outw(QTestState *s, uint16_t addr, uint16_t value)
{
    write_one(s, "outw", addr, value);
}

void qtest_outl(QTestState *s, uint16_t addr, uint32_t value)
{
    write_one(s, "outl", addr, value);
}

void qtest_memread(QTestState *s, uint64_t addr, void *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        size_t len = MIN(size - done, BLOCK);
        g_autofree char *text = ask(s, "b64read 0x%" G_GINT64_MODIFIER "x %zu",
                                    (uint64_t)(addr + done), len);
        gsize got;

        g_base64_decode_inplace(text, &got);
        g_assert_cmpuint(got, ==, len);
        memcpy((char *)data + done, text, len);
        done += len;
    }
}

void qtest_memwrite(QTestState *s, uint64_t addr, const void *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        size_t len = MIN(size - done, BLOCK);
        g_autofree char *text = g_base64_encode((const guchar *)data + done, len);

        g_free(ask(s, "b64write 0x%" G_GINT64_MODIFIER "x %zu %s",
                   (uint64_t)(addr + done), len, text));
        done += len;
    }
}

void qtest_memset(QTestState *s, uint64_t addr, uint8_t pattern, size_t size)
{
    g_free(ask(s, "memset 0x%" G_GINT64_MODIFIER "x %zu 0x%02x", addr, size, pattern));
}

static int64_t reached(char *text)
{
    int64_t ns = g_ascii_strtoll(text, NULL, 0);

    g_free(text);
    return ns;
}

int64_t qtest_clock_step(QTestState *s, int64_t step)
{
    return reached(ask(s, "clock_step %" G_GINT64_FORMAT, step));
}

int64_t qtest_clock_step_next(QTestState *s)
{
    return reached(ask(s, "clock_step"));
}

int64_t qtest_clock_set(QTestState *s, int64_t val)
{
    return reached(ask(s, "clock_set %" G_GINT64_FORMAT, val));
}

void qtest_irq_intercept_in(QTestState *s, const char *qom_path)
{
    g_free(ask(s, "irq_intercept_in %s", qom_path));
}

void qtest_irq_intercept_out(QTestState *s, const char *qom_path)
{
    g_free(ask(s, "irq_intercept_out %s", qom_path));
}

void qtest_irq_intercept_out_named(QTestState *s, const char *qom_path,
                                   const char *name)
{
    g_free(ask(s, "irq_intercept_out %s %s", qom_path, name));
}

bool qtest_get_irq(QTestState *s, int num)
{
    g_free(ask(s, "endianness")); /* what came before the answer is known now */
    return s->irq_level[num];
}

unsigned qtest_irq_raised(QTestState *s, int num)
{
    g_free(ask(s, "endianness"));
    return s->irq_raised[num];
}

void qtest_set_irq_in(QTestState *s, const char *qom_path, const char *name, int num,
                      int level)
{
    g_free(ask(s, "set_irq_in %s %s %d %d", qom_path, name ? name : "unnamed-gpio-in",
               num, level));
}
