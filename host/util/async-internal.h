/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the main loop needs of loops and timers beyond aio.h and timer.h. */
#ifndef HOST_UTIL_ASYNC_INTERNAL_H
#define HOST_UTIL_ASYNC_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "qemu/aio.h"
#include "qemu/timer.h"

/* Called around the wait: the main loop drops the big lock there. */
typedef struct AioWaitHooks {
    void (*before_wait)(void);
    void (*after_wait)(void);
} AioWaitHooks;

/* Wait at most @timeout ns (negative: for ever), serve descriptors, bottom halves. */
bool aio_context_iterate(AioContext *ctx, int64_t timeout, const AioWaitHooks *hooks);
bool aio_bh_poll(AioContext *ctx);
bool aio_bh_pending(AioContext *ctx);

/* How long the main loop may sleep for the clock's timers; negative: for ever. */
int64_t timers_wait_ns(QEMUClockType type);

#endif
