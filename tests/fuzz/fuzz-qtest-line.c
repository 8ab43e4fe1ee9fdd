/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes from a qtest client. Every line gets exactly one answer, OK or FAIL (interrupts
 * come between), and nothing but the answers' memory grows.
 */
#include "qemu/osdep.h"
#include "fuzz-machine.h"
#include "../../host/qtest/qtest-internal.h"

static unsigned answers;

static void count_answer(QTestSession *s, const char *text, size_t len)
{
    g_assert(len && text[len - 1] == '\n');
    if (!g_str_has_prefix(text, "IRQ ")) {
        g_assert(g_str_has_prefix(text, "OK") || g_str_has_prefix(text, "FAIL "));
        answers++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    QTestSession s;
    unsigned lines = 0;

    fuzz_machine_init();
    answers = 0;
    for (size_t i = 0; i < size; i++) {
        lines += data[i] == '\n';
    }
    qtest_session_init(&s, count_answer);
    /* In two pieces: where a read ends must not matter. */
    qtest_session_feed(&s, (const char *)data, size / 2);
    qtest_session_feed(&s, (const char *)data + size / 2, size - size / 2);
    g_assert(answers == lines);
    qtest_session_reset(&s);
    qtest_session_destroy(&s);
    return 0;
}
