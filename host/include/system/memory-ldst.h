/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads and stores of one value in an address space, in the byte order of the
 * name. @result may be NULL; a load that fails returns what the device gave, or
 * zero. An aligned value in RAM is read and written in one piece.
 */
#ifndef SYSTEM_MEMORY_LDST_H
#define SYSTEM_MEMORY_LDST_H

#include "exec/memop.h"
#include "system/memory-access.h"

uint64_t address_space_ld(AddressSpace *as, hwaddr addr, MemOp op, MemTxAttrs attrs,
                          MemTxResult *result);
void address_space_st(AddressSpace *as, hwaddr addr, uint64_t val, MemOp op,
                      MemTxAttrs attrs, MemTxResult *result);

static inline uint8_t address_space_ldub(AddressSpace *as, hwaddr addr,
                                         MemTxAttrs attrs, MemTxResult *result)
{
    return address_space_ld(as, addr, MO_8, attrs, result);
}

static inline uint16_t address_space_lduw_le(AddressSpace *as, hwaddr addr,
                                             MemTxAttrs attrs, MemTxResult *result)
{
    return address_space_ld(as, addr, MO_16 | MO_LE, attrs, result);
}

static inline uint16_t address_space_lduw_be(AddressSpace *as, hwaddr addr,
                                             MemTxAttrs attrs, MemTxResult *result)
{
    return address_space_ld(as, addr, MO_16 | MO_BE, attrs, result);
}

static inline uint32_t address_space_ldl_le(AddressSpace *as, hwaddr addr,
                                            MemTxAttrs attrs, MemTxResult *result)
{
    return address_space_ld(as, addr, MO_32 | MO_LE, attrs, result);
}

static inline uint32_t address_space_ldl_be(AddressSpace *as, hwaddr addr,
                                            MemTxAttrs attrs, MemTxResult *result)
{
    return address_space_ld(as, addr, MO_32 | MO_BE, attrs, result);
}

static inline uint64_t address_space_ldq_le(AddressSpace *as, hwaddr addr,
                                            MemTxAttrs attrs, MemTxResult *result)
{
    return address_space_ld(as, addr, MO_64 | MO_LE, attrs, result);
}

static inline uint64_t address_space_ldq_be(AddressSpace *as, hwaddr addr,
                                            MemTxAttrs attrs, MemTxResult *result)
{
    return address_space_ld(as, addr, MO_64 | MO_BE, attrs, result);
}

static inline void address_space_stb(AddressSpace *as, hwaddr addr, uint8_t val,
                                     MemTxAttrs attrs, MemTxResult *result)
{
    address_space_st(as, addr, val, MO_8, attrs, result);
}

static inline void address_space_stw_le(AddressSpace *as, hwaddr addr, uint16_t val,
                                        MemTxAttrs attrs, MemTxResult *result)
{
    address_space_st(as, addr, val, MO_16 | MO_LE, attrs, result);
}

static inline void address_space_stw_be(AddressSpace *as, hwaddr addr, uint16_t val,
                                        MemTxAttrs attrs, MemTxResult *result)
{
    address_space_st(as, addr, val, MO_16 | MO_BE, attrs, result);
}

static inline void address_space_stl_le(AddressSpace *as, hwaddr addr, uint32_t val,
                                        MemTxAttrs attrs, MemTxResult *result)
{
    address_space_st(as, addr, val, MO_32 | MO_LE, attrs, result);
}

static inline void address_space_stl_be(AddressSpace *as, hwaddr addr, uint32_t val,
                                        MemTxAttrs attrs, MemTxResult *result)
{
    address_space_st(as, addr, val, MO_32 | MO_BE, attrs, result);
}

static inline void address_space_stq_le(AddressSpace *as, hwaddr addr, uint64_t val,
                                        MemTxAttrs attrs, MemTxResult *result)
{
    address_space_st(as, addr, val, MO_64 | MO_LE, attrs, result);
}

static inline void address_space_stq_be(AddressSpace *as, hwaddr addr, uint64_t val,
                                        MemTxAttrs attrs, MemTxResult *result)
{
    address_space_st(as, addr, val, MO_64 | MO_BE, attrs, result);
}

/* --- the same without attributes and result --- */

static inline uint8_t ldub_phys(AddressSpace *as, hwaddr addr)
{
    return address_space_ld(as, addr, MO_8, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint16_t lduw_le_phys(AddressSpace *as, hwaddr addr)
{
    return address_space_ld(as, addr, MO_16 | MO_LE, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint16_t lduw_be_phys(AddressSpace *as, hwaddr addr)
{
    return address_space_ld(as, addr, MO_16 | MO_BE, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint32_t ldl_le_phys(AddressSpace *as, hwaddr addr)
{
    return address_space_ld(as, addr, MO_32 | MO_LE, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint32_t ldl_be_phys(AddressSpace *as, hwaddr addr)
{
    return address_space_ld(as, addr, MO_32 | MO_BE, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint64_t ldq_le_phys(AddressSpace *as, hwaddr addr)
{
    return address_space_ld(as, addr, MO_64 | MO_LE, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline uint64_t ldq_be_phys(AddressSpace *as, hwaddr addr)
{
    return address_space_ld(as, addr, MO_64 | MO_BE, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stb_phys(AddressSpace *as, hwaddr addr, uint8_t val)
{
    address_space_st(as, addr, val, MO_8, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stw_le_phys(AddressSpace *as, hwaddr addr, uint16_t val)
{
    address_space_st(as, addr, val, MO_16 | MO_LE, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stw_be_phys(AddressSpace *as, hwaddr addr, uint16_t val)
{
    address_space_st(as, addr, val, MO_16 | MO_BE, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stl_le_phys(AddressSpace *as, hwaddr addr, uint32_t val)
{
    address_space_st(as, addr, val, MO_32 | MO_LE, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stl_be_phys(AddressSpace *as, hwaddr addr, uint32_t val)
{
    address_space_st(as, addr, val, MO_32 | MO_BE, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stq_le_phys(AddressSpace *as, hwaddr addr, uint64_t val)
{
    address_space_st(as, addr, val, MO_64 | MO_LE, MEMTXATTRS_UNSPECIFIED, NULL);
}

static inline void stq_be_phys(AddressSpace *as, hwaddr addr, uint64_t val)
{
    address_space_st(as, addr, val, MO_64 | MO_BE, MEMTXATTRS_UNSPECIFIED, NULL);
}

#endif
