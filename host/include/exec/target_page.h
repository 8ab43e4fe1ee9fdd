/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The smallest page of the targets: the unit in which RAM is tracked. */
#ifndef EXEC_TARGET_PAGE_H
#define EXEC_TARGET_PAGE_H

#include <stddef.h>

#define TARGET_PAGE_BITS        12
#define TARGET_PAGE_SIZE        (1 << TARGET_PAGE_BITS)
#define TARGET_PAGE_MASK        (-TARGET_PAGE_SIZE)
#define TARGET_PAGE_ALIGN(addr) ROUND_UP((addr), TARGET_PAGE_SIZE)

static inline size_t qemu_target_page_size(void)
{
    return TARGET_PAGE_SIZE;
}

static inline int qemu_target_page_mask(void)
{
    return TARGET_PAGE_MASK;
}

static inline int qemu_target_page_bits(void)
{
    return TARGET_PAGE_BITS;
}

/* Whole MiB in @pages. */
static inline size_t qemu_target_pages_to_MiB(size_t pages)
{
    return pages >> (20 - TARGET_PAGE_BITS);
}

#endif
