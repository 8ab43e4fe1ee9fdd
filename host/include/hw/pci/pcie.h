/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI Express: the express capability of a function, extended capabilities,
 * and the slot registers with native hotplug.
 */
#ifndef HW_PCI_PCIE_H
#define HW_PCI_PCIE_H

typedef struct PCIEPort PCIEPort;
typedef struct PCIESlot PCIESlot;
typedef struct PCIExpressDevice PCIExpressDevice;

#include "hw/pci/pci.h"
#include "hw/pci/pcie_regs.h"
#include "hw/core/hotplug.h"

struct PCIExpressDevice {
    uint8_t exp_cap;    /* offset of the express capability, 0 without */
    bool hpev_notified; /* a hot-plug event is enabled and pending: line is up */
    uint16_t ats_cap;
    uint16_t acs_cap;
};

/* The express capability. port is the port number shown in the link register. */
int pcie_cap_init(PCIDevice *dev, uint8_t offset, uint8_t type, uint8_t port,
                  Error **errp);
/* An endpoint's: root complex integrated when it sits on a root bus. */
int pcie_endpoint_cap_init(PCIDevice *dev, uint8_t offset);
void pcie_cap_exit(PCIDevice *dev);
uint8_t pcie_cap_get_type(const PCIDevice *dev);
void pcie_cap_flags_set_vector(PCIDevice *dev, uint8_t vector);
uint8_t pcie_cap_flags_get_vector(PCIDevice *dev);

void pcie_cap_deverr_init(PCIDevice *dev);
void pcie_cap_deverr_reset(PCIDevice *dev);
void pcie_cap_lnkctl_init(PCIDevice *dev);
void pcie_cap_lnkctl_reset(PCIDevice *dev);
void pcie_cap_root_init(PCIDevice *dev);
void pcie_cap_root_reset(PCIDevice *dev);
void pcie_cap_arifwd_init(PCIDevice *dev);
void pcie_cap_arifwd_reset(PCIDevice *dev);

/* Function level reset */
void pcie_cap_flr_init(PCIDevice *dev);
void pcie_cap_flr_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len);

/* Slots */
void pcie_cap_slot_init(PCIDevice *dev, PCIESlot *s);
void pcie_cap_slot_reset(PCIDevice *dev);
void pcie_cap_slot_get(PCIDevice *dev, uint16_t *slt_ctl, uint16_t *slt_sta);
void pcie_cap_slot_write_config(PCIDevice *dev, uint16_t old_slt_ctl,
                                uint16_t old_slt_sta, uint32_t addr, uint32_t val,
                                int len);
/* After a load: power and interrupt follow the registers. opaque is the port. */
int pcie_cap_slot_post_load(void *opaque, int version_id);
void pcie_cap_slot_push_attention_button(PCIDevice *dev);
void pcie_cap_slot_enable_power(PCIDevice *dev);
void pcie_cap_slot_pre_plug_cb(HotplugHandler *hotplug_dev, DeviceState *dev,
                               Error **errp);
void pcie_cap_slot_plug_cb(HotplugHandler *hotplug_dev, DeviceState *dev, Error **errp);
void pcie_cap_slot_unplug_cb(HotplugHandler *hotplug_dev, DeviceState *dev,
                             Error **errp);
void pcie_cap_slot_unplug_request_cb(HotplugHandler *hotplug_dev, DeviceState *dev,
                                     Error **errp);

/* Extended capabilities: offset is chosen by the caller, dword aligned, >= 0x100. */
uint16_t pcie_find_capability(PCIDevice *dev, uint16_t cap_id);
void pcie_add_capability(PCIDevice *dev, uint16_t cap_id, uint8_t cap_ver,
                         uint16_t offset, uint16_t size);
void pcie_ats_init(PCIDevice *dev, uint16_t offset, bool aligned);
bool pcie_ats_enabled(const PCIDevice *dev);
void pcie_acs_init(PCIDevice *dev, uint16_t offset);
void pcie_acs_reset(PCIDevice *dev);

#endif
