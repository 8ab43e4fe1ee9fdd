/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AdvSIMD: a general engine that takes any shape of operation lane by lane through a
 * function, and the description of those shapes. What matters for speed has handlers
 * of its own (simd-fast.c), which simd decoding prefers.
 */
#ifndef HOST_CPU_AARCH64_SIMD_H
#define HOST_CPU_AARCH64_SIMD_H

#include "internal.h"

/* One lane: operands extended to 64 bits, @log the log2 of the bytes of an element. */
typedef struct Lane {
    uint64_t d, a, b;
    unsigned log; /* of the result where sizes differ, else of all */
    bool is_signed;
    unsigned shift;
} Lane;

typedef uint64_t (*LaneFn)(A64Cpu *c, const Lane *l);

/* The shape of an operation. */
typedef struct Shape {
    uint8_t dlog, alog, blog; /* element sizes */
    uint8_t lanes;
    bool is_signed;
    bool a_high, b_high; /* operands in the upper half */
    bool d_high;         /* result goes to the upper half, the lower one stays */
    bool pairs;          /* a and b are neighbours of rn:rm */
    bool fixed;          /* b is lane @index of rm throughout */
    uint8_t index;
    uint8_t shift;
} Shape;

/* Makes @op run @fn over @shape. */
void a64_simd_lanes(A64Op *op, const Shape *shape, LaneFn fn);

static inline unsigned lane_bits(const Lane *l)
{
    return 8u << l->log;
}

static inline FpFmt lane_fmt(const Lane *l)
{
    return (FpFmt)(l->log - 1);
}

uint64_t lane_mask(unsigned log);
/* Clamps to the element's range and notes it in FPSR.QC. */
uint64_t lane_sat_signed(A64Cpu *c, __int128 v, unsigned log);
uint64_t lane_sat_unsigned(A64Cpu *c, __int128 v, unsigned log);
/* SSHL and relatives: by a signed amount, rounding, saturating. */
uint64_t lane_shift(A64Cpu *c, uint64_t v, int by, unsigned log, bool is_signed,
                    bool round, bool saturate);

uint64_t lane_mla(A64Cpu *c, const Lane *l);
uint64_t lane_mls(A64Cpu *c, const Lane *l);
uint64_t lane_mul(A64Cpu *c, const Lane *l);
uint64_t lane_sqdmulh(A64Cpu *c, const Lane *l);
uint64_t lane_sqrdmulh(A64Cpu *c, const Lane *l);
uint64_t lane_fmla(A64Cpu *c, const Lane *l);
uint64_t lane_fmls(A64Cpu *c, const Lane *l);
uint64_t lane_fmul(A64Cpu *c, const Lane *l);
uint64_t lane_fmulx(A64Cpu *c, const Lane *l);

/* One decoder per encoding group; rd, rn and rm are set. */
bool a64_simd_three_same(uint32_t insn, A64Op *op, bool scalar);
bool a64_simd_three_diff(uint32_t insn, A64Op *op, bool scalar);
bool a64_simd_by_element(uint32_t insn, A64Op *op, bool scalar);
bool a64_simd_two_misc(uint32_t insn, A64Op *op, bool scalar);
bool a64_simd_shift_imm(uint32_t insn, A64Op *op, bool scalar);
bool a64_simd_across(uint32_t insn, A64Op *op);
bool a64_simd_pairwise(uint32_t insn, A64Op *op);
bool a64_simd_copy(uint32_t insn, A64Op *op, bool scalar);
bool a64_simd_permute(uint32_t insn, A64Op *op);
bool a64_simd_ext(uint32_t insn, A64Op *op);
bool a64_simd_table(uint32_t insn, A64Op *op);
bool a64_simd_mod_imm(uint32_t insn, A64Op *op);
/* A quicker handler for what was decoded, if there is one. */
bool a64_simd_fast(uint32_t insn, A64Op *op);

#endif
