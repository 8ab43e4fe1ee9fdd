/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * announce-self: each card tells its network where it is, by a RARP frame, some
 * rounds with growing intervals. One announcement at a time for each id.
 */
#include "qemu/osdep.h"
#include "monitor/qmp-command.h"
#include "net-int.h"
#include "qemu/bswap.h"
#include "qemu/timer.h"

#define FRAME_SIZE  60
#define ETH_P_RARP  0x8035
#define MAX_ROUNDS  1000
#define MAX_DELAY   100000
#define MAX_RUNNING 64

typedef struct Announcement {
    QEMUTimer *timer;
    int64_t delay, max, step; /* ms */
    int64_t rounds;
} Announcement;

static GHashTable *running; /* id: Announcement, both owned */

static void announce_card(NetClientState *nc, void *opaque)
{
    uint8_t f[FRAME_SIZE] = { 0 };
    struct iovec iov = { f, sizeof(f) };
    MACAddr mac;

    if (!nc->card_ops || !nc->card_ops->address) {
        return;
    }
    mac = nc->card_ops->address(nc->card);
    memset(f, 0xff, 6);
    memcpy(f + 6, mac.a, 6);
    stw_be_p(f + 12, ETH_P_RARP);
    stw_be_p(f + 14, 1);      /* Ethernet */
    stw_be_p(f + 16, 0x0800); /* IPv4 */
    f[18] = 6;
    f[19] = 4;
    stw_be_p(f + 20, 3); /* request reverse */
    memcpy(f + 22, mac.a, 6);
    memcpy(f + 32, mac.a, 6);
    net_card_send(nc, &iov, 1);
}

static void announce_round(void *opaque)
{
    Announcement *a = opaque;

    net_backend_foreach(announce_card, NULL);
    if (--a->rounds > 0) {
        timer_mod(a->timer, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + a->delay);
        a->delay = MIN(a->delay + a->step, a->max);
    }
}

static void announcement_free(void *opaque)
{
    Announcement *a = opaque;

    timer_free(a->timer);
    g_free(a);
}

static bool take_number(struct json_object *args, const char *name, int64_t max,
                        int64_t *out, Error **errp)
{
    *out = qmp_arg_int(args, name, 0);
    if (*out < 0 || *out > max) {
        error_setg(errp, "Parameter '%s' expects a number from 0 to %" PRId64, name,
                   max);
        return false;
    }
    return true;
}

static struct json_object *announce_self(struct json_object *args, Error **errp)
{
    const char *id = qmp_arg_str(args, "id");
    Announcement *a = g_new0(Announcement, 1);

    if (!take_number(args, "initial", MAX_DELAY, &a->delay, errp) ||
        !take_number(args, "max", MAX_DELAY, &a->max, errp) ||
        !take_number(args, "rounds", MAX_ROUNDS, &a->rounds, errp) ||
        !take_number(args, "step", MAX_DELAY, &a->step, errp)) {
        g_free(a);
        return NULL;
    }
    if (!running) {
        running =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, announcement_free);
    }
    if (g_hash_table_size(running) >= MAX_RUNNING) {
        g_hash_table_remove_all(running);
    }
    a->timer = timer_new_ms(QEMU_CLOCK_REALTIME, announce_round, a);
    g_hash_table_replace(running, g_strdup(id ? id : ""), a);
    if (a->rounds > 0) {
        announce_round(a);
    }
    return NULL;
}

static const QmpArg announce_self_args[] = {
    { "initial", QMP_INT },
    { "max", QMP_INT },
    { "rounds", QMP_INT },
    { "step", QMP_INT },
    { "id", QMP_STR, .optional = true },
    {},
};

static const QmpCommand announce_commands[] = {
    { "announce-self", announce_self, announce_self_args },
};
QMP_COMMANDS(announce_commands)
