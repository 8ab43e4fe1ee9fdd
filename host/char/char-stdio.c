/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The terminal. While a device uses it, it is in raw mode; it is restored however
 * the process ends. With mux=on, Ctrl-A is an escape: x quits, h helps, c goes to the
 * monitor and back, twice sends one.
 */
#include "qemu/osdep.h"
#include <termios.h>
#include "qapi/error.h"
#include "system/cmdline.h"
#include "system/runstate.h"
#include "char-internal.h"

#define CTRL_A 1

typedef struct ChardevStdio {
    Chardev parent;
    bool escape; /* the byte before was Ctrl-A */
} ChardevStdio;

/* Restoring happens in exit handlers and fatal signals, so it is process state. */
static struct termios saved_tty;
static volatile sig_atomic_t tty_is_raw;
static bool in_use;

static void tty_restore(void)
{
    if (tty_is_raw) {
        tty_is_raw = 0;
        tcsetattr(0, TCSANOW, &saved_tty);
    }
}

static void on_fatal_signal(int sig)
{
    tty_restore();
    raise(sig); /* SA_RESETHAND: now with its default effect */
}

static void restore_on_every_exit(void)
{
    static const int fatal[] = { SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV };
    struct sigaction sa = { .sa_handler = on_fatal_signal, .sa_flags = SA_RESETHAND };

    atexit(tty_restore);
    for (size_t i = 0; i < ARRAY_SIZE(fatal); i++) {
        sigaction(fatal[i], &sa, NULL);
    }
}

static void tty_set_raw(bool signals)
{
    struct termios raw;

    if (tcgetattr(0, &saved_tty)) {
        return; /* not a terminal */
    }
    raw = saved_tty;
    raw.c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    raw.c_oflag |= OPOST;
    raw.c_lflag &= ~(ECHO | ECHONL | ICANON | IEXTEN);
    if (!signals) {
        raw.c_lflag &= ~ISIG;
    }
    raw.c_cflag = (raw.c_cflag & ~(CSIZE | PARENB)) | CS8;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    restore_on_every_exit();
    tty_is_raw = 1;
    tcsetattr(0, TCSANOW, &raw);
}

static bool stdio_open(Chardev *chr, struct json_object *opts, Error **errp)
{
    if (in_use) {
        error_setg(errp, "cannot use stdio by multiple character devices");
        return false;
    }
    in_use = true;
    chr->mux = opts_get_bool(opts, "mux", false);
    tty_set_raw(opts_get_bool(opts, "signal", true));
    chr->polite_write = true;
    chr_stream_open(chr, 0, 1);
    return true;
}

/* What follows Ctrl-A. True: the byte goes on to the frontend. */
static bool stdio_escape(Chardev *chr, uint8_t c)
{
    switch (c) {
    case CTRL_A:
        return true;
    case 'x':
        fprintf(stderr, "Terminated\r\n");
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_UI);
        return false;
    case 'b':
        chr_send_event(chr, CHR_EVENT_BREAK);
        return false;
    case 'c':
        chr_mux_switch(chr);
        return false;
    default:
        fprintf(stderr, "\r\nC-a h  this help\r\nC-a x  exit\r\nC-a b  send break\r\n"
                        "C-a c  switch between console and monitor\r\n"
                        "C-a C-a  send C-a\r\n");
        return false;
    }
}

static int stdio_filter(Chardev *chr, uint8_t *buf, int len)
{
    ChardevStdio *s = container_of(chr, ChardevStdio, parent);
    int kept = 0;

    for (int i = 0; i < len; i++) {
        if (s->escape) {
            s->escape = false;
            if (stdio_escape(chr, buf[i])) {
                buf[kept++] = buf[i];
            }
        } else if (buf[i] == CTRL_A) {
            s->escape = true;
        } else {
            buf[kept++] = buf[i];
        }
    }
    return kept;
}

static void stdio_close(Chardev *chr)
{
    chr_stream_close(chr, false);
    tty_restore();
    in_use = false;
}

static const char *const stdio_options[] = { "signal", "mux", NULL };

const ChardevOps chardev_stdio_ops = {
    .name = "stdio",
    .instance_size = sizeof(ChardevStdio),
    .options = stdio_options,
    .open = stdio_open,
    .filter = stdio_filter,
    .close = stdio_close,
};
