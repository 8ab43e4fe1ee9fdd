/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Data processing with one, two or three source registers: multiply, divide, variable
 * shifts, bit counting and reversal, CRC32.
 */
#include "qemu/osdep.h"
#include "internal.h"

#define X(r) c->x[o->r]
#define W(r) ((uint32_t)c->x[o->r])

#define COMPUTE(name, value)                                                           \
    OP(name)                                                                           \
    {                                                                                  \
        X(rd) = (value);                                                               \
        NEXT;                                                                          \
    }

COMPUTE(op_madd64, X(ra) + X(rn) * X(rm))
COMPUTE(op_madd32, (uint32_t)(W(ra) + W(rn) * W(rm)))
COMPUTE(op_msub64, X(ra) - X(rn) * X(rm))
COMPUTE(op_msub32, (uint32_t)(W(ra) - W(rn) * W(rm)))
COMPUTE(op_smaddl, X(ra) + (uint64_t)((int64_t)(int32_t)W(rn) * (int32_t)W(rm)))
COMPUTE(op_smsubl, X(ra) - (uint64_t)((int64_t)(int32_t)W(rn) * (int32_t)W(rm)))
COMPUTE(op_umaddl, X(ra) + (uint64_t)W(rn) * W(rm))
COMPUTE(op_umsubl, X(ra) - (uint64_t)W(rn) * W(rm))
COMPUTE(op_smulh, (uint64_t)(((__int128)(int64_t)X(rn) * (int64_t)X(rm)) >> 64))
COMPUTE(op_umulh, (uint64_t)(((unsigned __int128)X(rn) * X(rm)) >> 64))

static uint64_t sdiv64(int64_t a, int64_t b)
{
    return b == 0 ? 0 : b == -1 ? -(uint64_t)a : (uint64_t)(a / b);
}
static uint32_t sdiv32(int32_t a, int32_t b)
{
    return b == 0 ? 0 : b == -1 ? -(uint32_t)a : (uint32_t)(a / b);
}
COMPUTE(op_udiv64, X(rm) ? X(rn) / X(rm) : 0)
COMPUTE(op_udiv32, W(rm) ? W(rn) / W(rm) : 0)
COMPUTE(op_sdiv64, sdiv64(X(rn), X(rm)))
COMPUTE(op_sdiv32, sdiv32(W(rn), W(rm)))

COMPUTE(op_lslv64, X(rn) << (X(rm) & 63))
COMPUTE(op_lslv32, (uint32_t)(W(rn) << (X(rm) & 31)))
COMPUTE(op_lsrv64, X(rn) >> (X(rm) & 63))
COMPUTE(op_lsrv32, W(rn) >> (X(rm) & 31))
COMPUTE(op_asrv64, (uint64_t)((int64_t)X(rn) >> (X(rm) & 63)))
COMPUTE(op_asrv32, (uint32_t)((int32_t)W(rn) >> (X(rm) & 31)))
COMPUTE(op_rorv64, X(rn) >> (X(rm) & 63) | X(rn) << (-X(rm) & 63))
COMPUTE(op_rorv32, (uint32_t)(W(rn) >> (X(rm) & 31) | W(rn) << (-X(rm) & 31)))

static uint64_t reverse_bits(uint64_t v)
{
    v = (v >> 1 & 0x5555555555555555ull) | (v & 0x5555555555555555ull) << 1;
    v = (v >> 2 & 0x3333333333333333ull) | (v & 0x3333333333333333ull) << 2;
    v = (v >> 4 & 0x0f0f0f0f0f0f0f0full) | (v & 0x0f0f0f0f0f0f0f0full) << 4;
    return __builtin_bswap64(v);
}
static uint64_t swap_in_halves(uint64_t v)
{
    return (v >> 8 & 0x00ff00ff00ff00ffull) | (v & 0x00ff00ff00ff00ffull) << 8;
}
static unsigned clz64(uint64_t v)
{
    return v ? __builtin_clzll(v) : 64;
}
COMPUTE(op_rbit64, reverse_bits(X(rn)))
COMPUTE(op_rbit32, reverse_bits(W(rn)) >> 32)
COMPUTE(op_rev16_64, swap_in_halves(X(rn)))
COMPUTE(op_rev16_32, swap_in_halves(W(rn)))
COMPUTE(op_rev64, __builtin_bswap64(X(rn)))
COMPUTE(op_rev32, __builtin_bswap32(W(rn)))
COMPUTE(op_rev32_64,
        (uint64_t)__builtin_bswap32(X(rn) >> 32) << 32 | __builtin_bswap32(W(rn)))
COMPUTE(op_clz64, clz64(X(rn)))
COMPUTE(op_clz32, clz64(W(rn)) - 32)
/* Leading bits equal to the sign, the sign not counted. */
COMPUTE(op_cls64, clz64((X(rn) ^ (uint64_t)((int64_t)X(rn) >> 63)) << 1 | 1))
COMPUTE(op_cls32,
        clz64((uint64_t)(W(rn) ^ (uint32_t)((int32_t)W(rn) >> 31)) << 33 | 1ull << 32))

static uint32_t crc_table[2][256];

static void __attribute__((constructor)) make_crc_tables(void)
{
    static const uint32_t poly[2] = { 0xedb88320, 0x82f63b78 };

    for (int kind = 0; kind < 2; kind++) {
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t v = i;

            for (int bit = 0; bit < 8; bit++) {
                v = v >> 1 ^ (v & 1 ? poly[kind] : 0);
            }
            crc_table[kind][i] = v;
        }
    }
}

OP(op_crc32) /* aux: 0 CRC32, 1 CRC32C; imm = bytes */
{
    uint32_t crc = W(rn);
    uint64_t v = X(rm);

    for (unsigned i = 0; i < o->imm; i++, v >>= 8) {
        crc = crc >> 8 ^ crc_table[o->aux][(crc ^ v) & 0xff];
    }
    X(rd) = crc;
    NEXT;
}

static bool decode_three_sources(uint32_t insn, A64Op *op)
{
    bool wide = insn >> 31, sub = BIT_AT(insn, 15);

    if (BITS(insn, 29, 2)) {
        return false;
    }
    op->ra = BITS(insn, 10, 5);
    switch (BITS(insn, 21, 3)) {
    case 0:
        op->fn = wide ? (sub ? op_msub64 : op_madd64) : (sub ? op_msub32 : op_madd32);
        return true;
    case 1:
        op->fn = sub ? op_smsubl : op_smaddl;
        return wide;
    case 2:
        op->fn = op_smulh;
        return wide && !sub;
    case 5:
        op->fn = sub ? op_umsubl : op_umaddl;
        return wide;
    case 6:
        op->fn = op_umulh;
        return wide && !sub;
    default:
        return false;
    }
}

static bool decode_two_sources(uint32_t insn, A64Op *op)
{
    static const A64Handler h[2][16] = {
        { NULL, NULL, op_udiv32, op_sdiv32, NULL, NULL, NULL, NULL, op_lslv32,
          op_lsrv32, op_asrv32, op_rorv32 },
        { NULL, NULL, op_udiv64, op_sdiv64, NULL, NULL, NULL, NULL, op_lslv64,
          op_lsrv64, op_asrv64, op_rorv64 },
    };
    unsigned code = BITS(insn, 10, 6);
    bool wide = insn >> 31;

    if (BIT_AT(insn, 29)) {
        return false;
    }
    if (code >> 3 == 2) {
        op->aux = code >> 2 & 1;
        op->imm = 1u << (code & 3);
        op->fn = op_crc32;
        return wide == ((code & 3) == 3);
    }
    op->fn = code < 16 ? h[wide][code] : NULL;
    return op->fn != NULL;
}

static bool decode_one_source(uint32_t insn, A64Op *op)
{
    static const A64Handler h[2][8] = {
        { op_rbit32, op_rev16_32, op_rev32, NULL, op_clz32, op_cls32 },
        { op_rbit64, op_rev16_64, op_rev32_64, op_rev64, op_clz64, op_cls64 },
    };
    unsigned code = BITS(insn, 10, 6);

    if (BIT_AT(insn, 29) || BITS(insn, 16, 5)) {
        return false;
    }
    op->fn = code < 8 ? h[insn >> 31][code] : NULL;
    return op->fn != NULL;
}

bool a64_decode_arith(A64Decode *d, uint32_t insn, A64Op *op)
{
    op->rd = reg_dst(insn & 31);
    op->rn = BITS(insn, 5, 5);
    op->rm = BITS(insn, 16, 5);
    if (BITS(insn, 24, 5) == 0x1b) {
        return decode_three_sources(insn, op);
    }
    return BIT_AT(insn, 30) ? decode_one_source(insn, op)
                            : decode_two_sources(insn, op);
}
