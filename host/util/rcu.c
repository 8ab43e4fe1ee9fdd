/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/rcu.h"

static __thread bool registered;

void rcu_register_thread(void)
{
    if (!registered) {
        urcu_memb_register_thread();
        registered = true;
    }
}

void rcu_unregister_thread(void)
{
    if (registered) {
        urcu_memb_unregister_thread();
        registered = false;
    }
}

void synchronize_rcu(void)
{
    urcu_memb_synchronize_rcu();
    RCU_TSAN(__tsan_acquire(&rcu_tsan_readers));
}

#ifdef QEMU_TSAN
char rcu_tsan_readers;
static char tsan_callbacks;

typedef struct TsanCall {
    struct rcu_head rcu;
    struct rcu_head *head;
    RCUCBFunc *func;
} TsanCall;

static void tsan_run(struct rcu_head *rcu)
{
    TsanCall *call = (TsanCall *)rcu;

    __tsan_acquire(call);
    __tsan_acquire(&rcu_tsan_readers);
    call->func(call->head);
    g_free(call);
    __tsan_release(&tsan_callbacks);
}

void call_rcu1(struct rcu_head *head, RCUCBFunc *func)
{
    TsanCall *call = g_new(TsanCall, 1);

    call->head = head;
    call->func = func;
    __tsan_release(call);
    urcu_memb_call_rcu(&call->rcu, tsan_run);
}
#else
void call_rcu1(struct rcu_head *head, RCUCBFunc *func)
{
    urcu_memb_call_rcu(head, func);
}
#endif

void drain_call_rcu(void)
{
    urcu_memb_barrier();
    RCU_TSAN(__tsan_acquire(&tsan_callbacks));
}

void rcu_gfree_(struct rcu_head *head)
{
    g_free(head);
}

/* The main thread may read from the first line of main() on. */
static void __attribute__((constructor)) rcu_init(void)
{
    rcu_register_thread();
}
