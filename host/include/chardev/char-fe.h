/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The side of a character device that a serial port or monitor holds. */
#ifndef QEMU_CHAR_FE_H
#define QEMU_CHAR_FE_H

#include "chardev/char.h"

/* How many bytes can be taken now. 0: qemu_chr_fe_accept_input() tells when. */
typedef int IOCanReadHandler(void *opaque);
typedef void IOReadHandler(void *opaque, const uint8_t *buf, int size);
typedef void IOEventHandler(void *opaque, QEMUChrEvent event);
typedef int BackendChangeHandler(void *opaque);

/* Embedded in its user. All zero: connected to nothing, which swallows writes. */
struct CharFrontend {
    Chardev *chr;
    IOCanReadHandler *chr_can_read;
    IOReadHandler *chr_read;
    IOEventHandler *chr_event;
    void *opaque;
};

/* Fails when @be (may be NULL) has a frontend. */
bool qemu_chr_fe_init(CharFrontend *c, Chardev *be, Error **errp);
void qemu_chr_fe_deinit(CharFrontend *c, bool del);
Chardev *qemu_chr_fe_get_driver(CharFrontend *c);
bool qemu_chr_fe_backend_connected(CharFrontend *c);
bool qemu_chr_fe_backend_open(CharFrontend *c);

/*
 * Start to receive; @fd_event gets CHR_EVENT_OPENED at once if the other end is
 * there already. @be_change and @context must be NULL, @set_open is QEMU's.
 */
void qemu_chr_fe_set_handlers(CharFrontend *c, IOCanReadHandler *fd_can_read,
                              IOReadHandler *fd_read, IOEventHandler *fd_event,
                              BackendChangeHandler *be_change, void *opaque,
                              GMainContext *context, bool set_open);
void qemu_chr_fe_accept_input(CharFrontend *c);

/*
 * Take @buf for sending; never blocks. Returns how many bytes were taken: all,
 * unless the other end has not read for CHR_OUT_LIMIT bytes; then none.
 */
#define CHR_OUT_LIMIT (1024 * 1024)
int qemu_chr_fe_write(CharFrontend *c, const uint8_t *buf, int len);
int qemu_chr_fe_write_all(CharFrontend *c, const uint8_t *buf, int len);
int qemu_chr_fe_printf(CharFrontend *c, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* The same without the limit, for answers: their askers wait until it drained. */
void qemu_chr_fe_write_answer(CharFrontend *c, const void *buf, size_t len);
/* Taken, not sent yet. */
size_t qemu_chr_fe_pending(const CharFrontend *c);

#endif
