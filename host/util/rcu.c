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
}

void call_rcu1(struct rcu_head *head, RCUCBFunc *func)
{
    urcu_memb_call_rcu(head, func);
}

void drain_call_rcu(void)
{
    urcu_memb_barrier();
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
