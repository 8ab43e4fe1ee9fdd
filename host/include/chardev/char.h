/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Character devices: byte streams to the outside (terminal, socket, file), each
 * with at most one frontend (a serial port, a monitor, qtest). Main loop only,
 * except qemu_chr_fe_write(), which needs just the big lock.
 */
#ifndef QEMU_CHAR_H
#define QEMU_CHAR_H

#include <stdbool.h>
#include <stdint.h>

#include "qemu/main-loop.h"
#include "qemu/typedefs.h"

struct json_object;
typedef struct CharFrontend CharFrontend;

typedef enum {
    CHR_EVENT_BREAK,
    CHR_EVENT_OPENED, /* somebody listens at the other end */
    CHR_EVENT_CLOSED,
    CHR_EVENT_DRAINED, /* everything written so far is sent */
} QEMUChrEvent;

/*
 * From the options of -chardev ("backend", "id", ...). NULL with @errp set. The
 * device is owned by the table of devices, where its id is unique.
 */
Chardev *qemu_chr_new_from_opts(struct json_object *opts, Error **errp);
/*
 * From the short form of -serial, -monitor, -qmp and -qtest:
 *   null  stdio  mon:stdio  file:PATH  chardev:ID  fd:N
 *   unix:PATH[,server=on|off][,wait=on|off]
 *   tcp:HOST:PORT[,server=on|off][,wait=on|off][,nodelay=on|off]
 * The new device is named @label; "chardev:" finds one that exists.
 */
Chardev *qemu_chr_new(const char *label, const char *text, Error **errp);
Chardev *qemu_chr_find(const char *id);
const char *qemu_chr_label(const Chardev *chr);
/* Where it leads, for query-chardev: "unix:/tmp/s,server=on" and the like. */
const char *qemu_chr_filename(const Chardev *chr);
bool qemu_chr_is_fe_open(const Chardev *chr);
void qemu_chr_foreach(void (*fn)(Chardev *chr, void *opaque), void *opaque);
/* Flush what can be flushed at once, close all, remove socket files. */
void qemu_chr_cleanup(void);

#endif
