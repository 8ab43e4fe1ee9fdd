/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Short names for what gcc and clang both offer beyond the language. */
#ifndef QEMU_COMPILER_H
#define QEMU_COMPILER_H

#include <glib.h>
#include <stddef.h>

#define HOST_BIG_ENDIAN    (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
#define HOST_LONG_BITS     (__SIZEOF_POINTER__ * 8)

#define QEMU_PACKED        __attribute__((packed))
#define QEMU_ALIGNED(x)    __attribute__((aligned(x)))
#define QEMU_ALWAYS_INLINE inline __attribute__((always_inline))
#define QEMU_USED          __attribute__((used))
#define QEMU_NONSTRING

/* Set in a build with the thread sanitizer. */
#ifdef __SANITIZE_THREAD__
#define QEMU_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define QEMU_TSAN 1
#endif
#endif

#ifndef likely
#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

#ifndef container_of
#define container_of(ptr, type, member)                                                \
    ({                                                                                 \
        const typeof(((type *)0)->member) *member_ptr_ = (ptr);                        \
        (type *)((char *)member_ptr_ - offsetof(type, member));                        \
    })
#endif

#define sizeof_field(type, field) sizeof(((type *)0)->field)
#define typeof_field(type, field) typeof(((type *)0)->field)
#define endof(container, field)                                                        \
    (offsetof(container, field) + sizeof_field(container, field))

/* Zero when @t1 and @t2 are the same type, an error when they are not. */
#define type_check(t1, t2) ((t1 *)0 - (t2 *)0)

#ifndef glue
#define xglue(x, y)  x##y
#define glue(x, y)   xglue(x, y)
#define stringify(s) tostring(s)
#define tostring(s)  #s
#endif
/* An identifier nobody else has: for the variables that guards declare. */
#define MAKE_IDENTIFIER(stem)      glue(stem, __COUNTER__)

#define QEMU_BUILD_BUG_MSG(x, msg) _Static_assert(!(x), msg)
#define QEMU_BUILD_BUG_ON(x)       QEMU_BUILD_BUG_MSG(x, "not expecting: " #x)
#define QEMU_BUILD_BUG_ON_ZERO(x)  (sizeof(struct { int : (x) ? -1 : 1; }) * 0)

#ifndef fallthrough
#define fallthrough __attribute__((fallthrough))
#endif

/* Documentation only: names the lock that protects a field. */
#define TSA_GUARDED_BY(lock)
#define TSA_NO_TSA
#define coroutine_fn

#endif
