/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firmware configuration device: numbered items of bytes and named files that
 * firmware and guests read through a register or by DMA (docs/specs/fw_cfg of QEMU
 * describes the interface). Items are borrowed: their bytes must live as long as the
 * device. The host adds them while the machine is built.
 */
#ifndef HW_FW_CFG_H
#define HW_FW_CFG_H

#include "hw/core/sysbus.h"
#include "system/memory.h"

#define TYPE_FW_CFG     "fw_cfg"
#define TYPE_FW_CFG_IO  "fw_cfg_io"
#define TYPE_FW_CFG_MEM "fw_cfg_mem"
OBJECT_DECLARE_SIMPLE_TYPE(FWCfgState, FW_CFG)

enum {
    FW_CFG_SIGNATURE = 0x00,
    FW_CFG_ID = 0x01,
    FW_CFG_UUID = 0x02,
    FW_CFG_RAM_SIZE = 0x03,
    FW_CFG_NOGRAPHIC = 0x04,
    FW_CFG_NB_CPUS = 0x05,
    FW_CFG_MACHINE_ID = 0x06,
    FW_CFG_KERNEL_ADDR = 0x07,
    FW_CFG_KERNEL_SIZE = 0x08,
    FW_CFG_KERNEL_CMDLINE = 0x09,
    FW_CFG_INITRD_ADDR = 0x0a,
    FW_CFG_INITRD_SIZE = 0x0b,
    FW_CFG_BOOT_DEVICE = 0x0c,
    FW_CFG_NUMA = 0x0d,
    FW_CFG_BOOT_MENU = 0x0e,
    FW_CFG_MAX_CPUS = 0x0f,
    FW_CFG_FILE_DIR = 0x19,
    FW_CFG_FILE_FIRST = 0x20,
    FW_CFG_FILE_SLOTS = 0x20,
    FW_CFG_ARCH_LOCAL = 0x8000,
    FW_CFG_INVALID = 0xffff,
};

#define FW_CFG_MAX_FILE_PATH  56

#define FW_CFG_VERSION        0x01
#define FW_CFG_VERSION_DMA    0x02

#define FW_CFG_DMA_CTL_ERROR  0x01
#define FW_CFG_DMA_CTL_READ   0x02
#define FW_CFG_DMA_CTL_SKIP   0x04
#define FW_CFG_DMA_CTL_SELECT 0x08
#define FW_CFG_DMA_CTL_WRITE  0x10

/* Registers in memory: selector at @ctl_addr, data at @data_addr, DMA at @dma_addr. */
FWCfgState *fw_cfg_init_mem_dma(hwaddr ctl_addr, hwaddr data_addr, uint32_t data_width,
                                hwaddr dma_addr, AddressSpace *dma_as);
/* Registers in I/O ports: selector at @iobase, data one above. */
FWCfgState *fw_cfg_init_io_dma(uint32_t iobase, uint32_t dma_iobase,
                               AddressSpace *dma_as);
/* The device of this machine, NULL if it has none. */
FWCfgState *fw_cfg_find(void);
bool fw_cfg_dma_enabled(void *opaque);

/* Each key and each file name once. */
void fw_cfg_add_bytes(FWCfgState *s, uint16_t key, void *data, size_t len);
void fw_cfg_add_string(FWCfgState *s, uint16_t key, const char *value);
void fw_cfg_add_i16(FWCfgState *s, uint16_t key, uint16_t value);
void fw_cfg_add_i32(FWCfgState *s, uint16_t key, uint32_t value);
void fw_cfg_add_i64(FWCfgState *s, uint16_t key, uint64_t value);
void fw_cfg_add_file(FWCfgState *s, const char *filename, void *data, size_t len);
/* Replaces the bytes of a file, or adds it. Returns the old bytes or NULL. */
void *fw_cfg_modify_file(FWCfgState *s, const char *filename, void *data, size_t len);

#endif
