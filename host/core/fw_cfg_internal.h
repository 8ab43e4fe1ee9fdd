/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the items of fw_cfg and the registers through which a guest reads them. */
#ifndef HOST_CORE_FW_CFG_INTERNAL_H
#define HOST_CORE_FW_CFG_INTERNAL_H

#include "hw/nvram/fw_cfg.h"

void fw_cfg_select(FWCfgState *s, uint16_t key);
/*
 * The next bytes of the selected item, at most @len; the offset moves on. Returns how
 * many there are, 0 at the end.
 */
uint32_t fw_cfg_take(FWCfgState *s, const uint8_t **data, uint32_t len);
/* The next @size bytes, the first in the highest place; zeros after the end. */
uint64_t fw_cfg_read_data(FWCfgState *s, unsigned size);
AddressSpace *fw_cfg_dma_as(FWCfgState *s);
/* The register in which the guest writes where its request is. */
hwaddr *fw_cfg_dma_addr(FWCfgState *s);

extern const MemoryRegionOps fw_cfg_ctl_ops;
extern const MemoryRegionOps fw_cfg_data_ops;
extern const MemoryRegionOps fw_cfg_port_ops;
extern const MemoryRegionOps fw_cfg_dma_ops;

#endif
