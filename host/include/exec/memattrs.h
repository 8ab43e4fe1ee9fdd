/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a memory transaction carries besides address and data, and how it ended. */
#ifndef MEMATTRS_H
#define MEMATTRS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct MemTxAttrs {
    unsigned int secure : 1;
    unsigned int space : 2;
    unsigned int user : 1;
    /* Only RAM may be reached; a device answers MEMTX_ACCESS_ERROR. */
    unsigned int memory : 1;
    /* A debugger's access: may write to ROM. */
    unsigned int debug : 1;
    /* PCI requester id, which MSI controllers look at. */
    unsigned int requester_id : 16;
    unsigned int pid : 8;
    unsigned int address_type : 1;
    /* The initiator gave no attributes. */
    bool unspecified;
    uint8_t _reserved1;
    uint16_t _reserved2;
} MemTxAttrs;

#define MEMTXATTRS_UNSPECIFIED ((MemTxAttrs){ .unspecified = true })

/* A set of bits: the results of the parts of one access are or'ed. */
typedef uint32_t MemTxResult;

#define MEMTX_OK           0
#define MEMTX_ERROR        (1U << 0) /* the device says so */
#define MEMTX_DECODE_ERROR (1U << 1) /* nothing is there */
#define MEMTX_ACCESS_ERROR (1U << 2) /* not allowed */

#endif
