/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our own qtest client: starts the program under test (QTEST_QEMU_BINARY) with a qtest
 * and a QMP socket and speaks both. Names follow QEMU's libqtest. Whatever goes wrong
 * (no answer in time, FAIL, death of the program) ends the test with a message;
 * functions return only results.
 */
#ifndef TESTS_LIBQTEST_H
#define TESTS_LIBQTEST_H

#include <glib.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct QTestState QTestState;

/* --- life --- */

/* Start with @args (words separated by spaces) and connect. */
QTestState *qtest_init(const char *args);
QTestState *qtest_initf(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
/* The same without a QMP connection: nothing but the words of @args and -qtest. */
QTestState *qtest_init_without_qmp(const char *args);
/* End it by QMP's quit (or SIGTERM) and require exit status 0. */
void qtest_quit(QTestState *s);
/* Wait until it ends by itself; returns its exit status, or -signal. */
int qtest_wait_exit(QTestState *s);
pid_t qtest_pid(QTestState *s);

/*
 * Start with @args, without sockets, and require that it ends with a status that is not
 * 0, printing @message (a part of what it prints) on stderr.
 */
void qtest_expect_fail(const char *args, const char *message);
/* The same, given as a NULL-terminated argv without the program. */
void qtest_expect_fail_argv(const char *const *argv, const char *message);
/* Start with @args and require exit status 0; returns its stdout, to be freed. */
char *qtest_run(const char *args);
/* "aarch64" or "x86_64": what the program under test emulates. */
const char *qtest_get_arch(void);
/*
 * The device's tests run against QEMU too (docs/devel/qemu.rst), by its program's name.
 */
bool qtest_is_qemu(void);
/* A file of @size zero bytes that is removed at the end of the test program. */
char *qtest_temp_file(const char *name, uint64_t size);

/* --- memory, ports --- */

uint8_t qtest_readb(QTestState *s, uint64_t addr);
uint16_t qtest_readw(QTestState *s, uint64_t addr);
uint32_t qtest_readl(QTestState *s, uint64_t addr);
uint64_t qtest_readq(QTestState *s, uint64_t addr);
void qtest_writeb(QTestState *s, uint64_t addr, uint8_t value);
void qtest_writew(QTestState *s, uint64_t addr, uint16_t value);
void qtest_writel(QTestState *s, uint64_t addr, uint32_t value);
void qtest_writeq(QTestState *s, uint64_t addr, uint64_t value);
uint8_t qtest_inb(QTestState *s, uint16_t addr);
uint16_t qtest_inw(QTestState *s, uint16_t addr);
uint32_t qtest_inl(QTestState *s, uint16_t addr);
void qtest_outb(QTestState *s, uint16_t addr, uint8_t value);
void qtest_outw(QTestState *s, uint16_t addr, uint16_t value);
void qtest_outl(QTestState *s, uint16_t addr, uint32_t value);
void qtest_memread(QTestState *s, uint64_t addr, void *data, size_t size);
void qtest_memwrite(QTestState *s, uint64_t addr, const void *data, size_t size);
void qtest_memset(QTestState *s, uint64_t addr, uint8_t pattern, size_t size);

/* --- time, interrupts --- */

/* In nanoseconds; each returns the time reached. */
int64_t qtest_clock_step(QTestState *s, int64_t step);
int64_t qtest_clock_step_next(QTestState *s);
int64_t qtest_clock_set(QTestState *s, int64_t val);
/* From now on qtest_get_irq() knows the lines of the device at @qom_path. */
void qtest_irq_intercept_in(QTestState *s, const char *qom_path);
void qtest_irq_intercept_out(QTestState *s, const char *qom_path);
void qtest_irq_intercept_out_named(QTestState *s, const char *qom_path,
                                   const char *name);
bool qtest_get_irq(QTestState *s, int num);
/* How often line @num has been raised since it is intercepted. */
unsigned qtest_irq_raised(QTestState *s, int num);
void qtest_set_irq_in(QTestState *s, const char *qom_path, const char *name, int num,
                      int level);

/* Send a raw line (no newline) and return the answer line, to be freed. */
char *qtest_raw(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* The same for bytes that are no line. */
void qtest_send_bytes(QTestState *s, const void *buf, size_t len);
/* The next answer line, to be freed. */
char *qtest_recv_line(QTestState *s);

/* --- QMP: @fmt is JSON with printf conversions; use single quotes freely --- */

/* Send a command and return the whole answer. Events that come first are kept. */
struct json_object *qtest_qmp(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* The command must succeed: its "return", to be put. */
struct json_object *qtest_qmp_return(QTestState *s, const char *fmt, ...)
    G_GNUC_PRINTF(2, 3);
void qtest_qmp_assert_success(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* The command must fail with this class and a description that contains @desc. */
void qtest_qmp_assert_error(QTestState *s, const char *class, const char *desc,
                            const char *fmt, ...) G_GNUC_PRINTF(4, 5);
/* Wait for an event; the second returns it whole, to be put. */
void qtest_qmp_eventwait(QTestState *s, const char *event);
struct json_object *qtest_qmp_eventwait_ref(QTestState *s, const char *event);
/* Has such an event come already? It stays. */
bool qtest_qmp_has_event(QTestState *s, const char *event);
/* The greeting that QMP began with, borrowed. */
struct json_object *qtest_qmp_greeting(QTestState *s);
/* Raw bytes to the QMP socket, and the next message from it that is no event. */
void qtest_qmp_send_raw(QTestState *s, const char *buf, size_t len);
struct json_object *qtest_qmp_receive(QTestState *s);

/* device_add and device_del with DEVICE_DELETED. @fmt: ", 'name': value" or "". */
void qtest_qmp_device_add(QTestState *s, const char *driver, const char *id,
                          const char *fmt, ...) G_GNUC_PRINTF(4, 5);
void qtest_qmp_device_del(QTestState *s, const char *id);
void qtest_qmp_device_del_send(QTestState *s, const char *id);

/* obj[name], which must be there. Borrowed. */
struct json_object *qtest_get(struct json_object *obj, const char *name);
const char *qtest_get_str(struct json_object *obj, const char *name);

/* g_test_add_data_func() with "/<arch>" in front. */
void qtest_add_func(const char *path, void (*fn)(void));
void qtest_add_data_func(const char *path, const void *data, void (*fn)(const void *));

#endif
