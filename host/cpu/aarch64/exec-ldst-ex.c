/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exclusive and ordered loads and stores. The monitor remembers address and value; a
 * store-exclusive succeeds if memory still holds the value, by a host compare and
 * exchange, so that device threads writing RAM are seen too.
 */
#include "qemu/osdep.h"
#include "ldst.h"

enum { FAULT_EXCLUSIVE = 0x35 };

typedef unsigned __int128 Quad;

/* op: rd = Rt, ra = Rt2, rm = Rs, aux = log2 of the element size. */

static bool base_bad(A64Cpu *c, const A64Op *o)
{
    return o->rn == REG_SP && ldst_sp_bad(c, o);
}

static uint64_t value_mask(unsigned size)
{
    return size == 8 ? ~0ull : (1ull << size * 8) - 1;
}

OP(op_ldar)
{
    if (base_bad(c, o) ||
        !a64_load_slow(c, o, c->x[o->rn], 1u << o->aux, MEM_ALIGNED)) {
        return NULL;
    }
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    c->x[o->rd] = c->tmp[0];
    NEXT;
}
OP(op_stlr)
{
    if (base_bad(c, o)) {
        return NULL;
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    c->tmp[0] = c->x[o->rd];
    if (!a64_store_slow(c, o, c->x[o->rn], 1u << o->aux, MEM_ALIGNED)) {
        return NULL;
    }
    NEXT;
}

static bool load_exclusive(A64Cpu *c, const A64Op *o, unsigned size)
{
    uint64_t va = c->x[o->rn];

    if (base_bad(c, o) || !a64_load_slow(c, o, va, size, MEM_ALIGNED)) {
        return false;
    }
    c->excl_addr = va;
    c->excl_size = size;
    c->excl_value[0] = c->tmp[0];
    c->excl_value[1] = size == 16 ? c->tmp[1] : 0;
    return true;
}

OP(op_ldxr)
{
    if (!load_exclusive(c, o, 1u << o->aux)) {
        return NULL;
    }
    c->x[o->rd] = c->excl_value[0];
    NEXT;
}
OP(op_ldxp)
{
    if (!load_exclusive(c, o, 2u << o->aux)) {
        return NULL;
    }
    if (o->aux == 2) {
        c->x[o->rd] = (uint32_t)c->excl_value[0];
        c->x[o->ra] = c->excl_value[0] >> 32;
    } else {
        c->x[o->rd] = c->excl_value[0];
        c->x[o->ra] = c->excl_value[1];
    }
    NEXT;
}

#define EXCHANGE(type)                                                                 \
    {                                                                                  \
        type old = (type)c->excl_value[0];                                             \
        return __atomic_compare_exchange_n((type *)host, &old, (type)value[0], false,  \
                                           __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);        \
    }

static bool exchange(A64Cpu *c, void *host, unsigned size, const uint64_t value[2])
{
    switch (size) {
    case 1:
        EXCHANGE(uint8_t)
    case 2:
        EXCHANGE(uint16_t)
    case 4:
        EXCHANGE(uint32_t)
    case 8:
        EXCHANGE(uint64_t)
    default:
        /* 16 bytes: no device writes those, and vCPUs take turns. */
        if (memcmp(host, c->excl_value, 16)) {
            return false;
        }
        memcpy(host, value, 16);
        return true;
    }
}

/* X[rm] = 0 if stored, 1 if not; false: exception. */
static bool store_exclusive(A64Cpu *c, const A64Op *o, unsigned size,
                            const uint64_t value[2])
{
    uint64_t va = c->x[o->rn];
    bool open = c->excl_size == size && c->excl_addr == va, fault, done;
    void *host;

    if (base_bad(c, o)) {
        return false;
    }
    host = a64_ram_ptr(c, o, va, size, MEM_WRITE | MEM_ALIGNED, &fault);
    if (fault) {
        return false;
    }
    c->excl_size = 0;
    if (!host) {
        a64_data_abort(c, o, va, FAULT_EXCLUSIVE, true, 0);
        return false;
    }
    done = open && exchange(c, host, size, value);
    if (done) {
        a64_code_written(c->sys, host, size);
    }
    c->x[o->rm] = !done;
    return true;
}

OP(op_stxr)
{
    uint64_t value[2] = { c->x[o->rd] & value_mask(1u << o->aux), 0 };

    if (!store_exclusive(c, o, 1u << o->aux, value)) {
        return NULL;
    }
    NEXT;
}
OP(op_stxp)
{
    uint64_t value[2] = { c->x[o->rd], c->x[o->ra] };

    if (o->aux == 2) {
        value[0] = (uint32_t)value[0] | value[1] << 32;
    }
    if (!store_exclusive(c, o, 2u << o->aux, value)) {
        return NULL;
    }
    NEXT;
}

bool a64_decode_ldst_ex(A64Decode *d, uint32_t insn, A64Op *op)
{
    bool ordered = BIT_AT(insn, 23), load = BIT_AT(insn, 22), pair = BIT_AT(insn, 21);
    unsigned size = insn >> 30;

    if (BITS(insn, 24, 6) != 8) {
        return false;
    }
    op->aux = size;
    op->rn = reg_sp(BITS(insn, 5, 5));
    op->rm = reg_dst(BITS(insn, 16, 5));
    op->rd = load ? reg_dst(insn & 31) : insn & 31;
    op->ra = load ? reg_dst(BITS(insn, 10, 5)) : BITS(insn, 10, 5);
    if (ordered) {
        op->fn = load ? op_ldar : op_stlr;
        return !pair && BIT_AT(insn, 15);
    }
    if (pair) {
        op->fn = load ? op_ldxp : op_stxp;
        return size >= 2;
    }
    op->fn = load ? op_ldxr : op_stxr;
    return true;
}
