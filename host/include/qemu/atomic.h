/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Atomic accesses with QEMU's names. Plain names are sequentially consistent
 * unless they say otherwise; qatomic_read and qatomic_set are relaxed.
 */
#ifndef QEMU_ATOMIC_H
#define QEMU_ATOMIC_H

#define barrier()                       __asm__ __volatile__("" ::: "memory")
#define smp_mb()                        __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_mb_acquire()                __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_mb_release()                __atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_rmb()                       smp_mb_acquire()
#define smp_wmb()                       smp_mb_release()

#define qatomic_read(ptr)               __atomic_load_n(ptr, __ATOMIC_RELAXED)
#define qatomic_set(ptr, val)           __atomic_store_n(ptr, val, __ATOMIC_RELAXED)
#define qatomic_load_acquire(ptr)       __atomic_load_n(ptr, __ATOMIC_ACQUIRE)
#define qatomic_store_release(ptr, val) __atomic_store_n(ptr, val, __ATOMIC_RELEASE)
#define qatomic_set_mb(ptr, val)        ((void)__atomic_exchange_n(ptr, val, __ATOMIC_SEQ_CST))

/* Publish to, and read inside, an RCU read-side section. */
#define qatomic_rcu_read(ptr)     __atomic_load_n(ptr, __ATOMIC_ACQUIRE)
#define qatomic_rcu_set(ptr, val) __atomic_store_n(ptr, val, __ATOMIC_RELEASE)

#define qatomic_xchg(ptr, val)    __atomic_exchange_n(ptr, val, __ATOMIC_SEQ_CST)
#define qatomic_fetch_add(ptr, n) __atomic_fetch_add(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_sub(ptr, n) __atomic_fetch_sub(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_and(ptr, n) __atomic_fetch_and(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_or(ptr, n)  __atomic_fetch_or(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_inc(ptr)    qatomic_fetch_add(ptr, 1)
#define qatomic_fetch_dec(ptr)    qatomic_fetch_sub(ptr, 1)
#define qatomic_inc_fetch(ptr)    __atomic_add_fetch(ptr, 1, __ATOMIC_SEQ_CST)
#define qatomic_dec_fetch(ptr)    __atomic_sub_fetch(ptr, 1, __ATOMIC_SEQ_CST)
#define qatomic_inc(ptr)          ((void)qatomic_fetch_add(ptr, 1))
#define qatomic_dec(ptr)          ((void)qatomic_fetch_sub(ptr, 1))
#define qatomic_add(ptr, n)       ((void)qatomic_fetch_add(ptr, n))
#define qatomic_sub(ptr, n)       ((void)qatomic_fetch_sub(ptr, n))
#define qatomic_and(ptr, n)       ((void)qatomic_fetch_and(ptr, n))
#define qatomic_or(ptr, n)        ((void)qatomic_fetch_or(ptr, n))

/* Store @new if *@ptr is @old; returns what was there. */
#define qatomic_cmpxchg(ptr, old, new)                                                 \
    ({                                                                                 \
        typeof(*(ptr) + 0) seen_ = (old);                                              \
        (void)__atomic_compare_exchange_n(ptr, &seen_, new, false, __ATOMIC_SEQ_CST,   \
                                          __ATOMIC_SEQ_CST);                           \
        seen_;                                                                         \
    })

#endif
