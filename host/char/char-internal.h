/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the kinds of character devices and what they share. */
#ifndef HOST_CHAR_INTERNAL_H
#define HOST_CHAR_INTERNAL_H

#include <glib.h>

#include "chardev/char-fe.h"
#include "qemu/queue.h"

struct json_object;

/* One per kind. */
typedef struct ChardevOps {
    const char *name;
    size_t instance_size;
    const char *const *options; /* what -chardev takes besides id; NULL ends */
    bool (*open)(Chardev *chr, struct json_object *opts, Error **errp);
    /* The other end is gone (the stream is closed already). May be NULL. */
    void (*hangup)(Chardev *chr);
    /* May swallow or change input in place; returns the new length. May be NULL. */
    int (*filter)(Chardev *chr, uint8_t *buf, int len);
    void (*close)(Chardev *chr);
} ChardevOps;

struct Chardev {
    const ChardevOps *ops;
    char *label;
    char *filename;
    CharFrontend *fe;
    /*
     * A multiplexer reads always, for its escape bytes: what the frontend has no room
     * for waits in @pending. A second frontend may share it; @fe has the input.
     */
    bool mux;
    CharFrontend *other_fe;
    GByteArray *pending;
    bool open; /* the other end is there */
    int in_fd; /* -1: none */
    int out_fd;
    bool polite_write; /* out_fd may block: ask before each write */
    bool reading;
    GByteArray *out;
    QTAILQ_ENTRY(Chardev) next;
};

extern const ChardevOps chardev_null_ops, chardev_file_ops, chardev_stdio_ops,
    chardev_socket_ops;

/* The stream is up: from now on the frontend talks over these descriptors. */
void chr_stream_open(Chardev *chr, int in_fd, int out_fd);
/* Down again; closes the descriptors if @close_fds. */
void chr_stream_close(Chardev *chr, bool close_fds);
void chr_send_event(Chardev *chr, QEMUChrEvent event);
/* The multiplexer's other frontend, if there is one, has the input from now on. */
void chr_mux_switch(Chardev *chr);

#endif
