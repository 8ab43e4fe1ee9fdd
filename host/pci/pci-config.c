/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration space: plain bytes with masks that say what the guest may do
 * to each bit, and the list of capabilities.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pci_bridge.h"
#include "pci-internal.h"

void pci_config_alloc(PCIDevice *dev)
{
    size_t size = pci_config_size(dev);

    dev->config = g_malloc0(size);
    dev->cmask = g_malloc0(size);
    dev->wmask = g_malloc0(size);
    dev->w1cmask = g_malloc0(size);
    dev->used = g_malloc0(size);
}

void pci_config_free(PCIDevice *dev)
{
    g_clear_pointer(&dev->config, g_free);
    g_clear_pointer(&dev->cmask, g_free);
    g_clear_pointer(&dev->wmask, g_free);
    g_clear_pointer(&dev->w1cmask, g_free);
    g_clear_pointer(&dev->used, g_free);
}

static void init_ids(PCIDevice *dev, bool is_bridge)
{
    PCIDeviceClass *pc = PCI_DEVICE_GET_CLASS(dev);
    bool given = pc->subsystem_vendor_id || pc->subsystem_id;

    pci_config_set_vendor_id(dev->config, pc->vendor_id);
    pci_config_set_device_id(dev->config, pc->device_id);
    pci_config_set_revision(dev->config, pc->revision);
    pci_config_set_class(dev->config, pc->class_id);
    if (is_bridge) {
        assert(!given); /* a bridge tells it in a capability */
        return;
    }
    pci_set_word(dev->config + PCI_SUBSYSTEM_VENDOR_ID,
                 given ? pc->subsystem_vendor_id : PCI_SUBVENDOR_ID_REDHAT_QUMRANET);
    pci_set_word(dev->config + PCI_SUBSYSTEM_ID,
                 given ? pc->subsystem_id : PCI_SUBDEVICE_ID_QEMU);
}

static void init_bridge_masks(PCIDevice *dev)
{
    memset(dev->wmask + PCI_PRIMARY_BUS, 0xff, 4);
    dev->wmask[PCI_IO_BASE] = PCI_IO_RANGE_MASK & 0xff;
    dev->wmask[PCI_IO_LIMIT] = PCI_IO_RANGE_MASK & 0xff;
    pci_set_word(dev->wmask + PCI_MEMORY_BASE, PCI_MEMORY_RANGE_MASK & 0xffff);
    pci_set_word(dev->wmask + PCI_MEMORY_LIMIT, PCI_MEMORY_RANGE_MASK & 0xffff);
    pci_set_word(dev->wmask + PCI_PREF_MEMORY_BASE, PCI_PREF_RANGE_MASK & 0xffff);
    pci_set_word(dev->wmask + PCI_PREF_MEMORY_LIMIT, PCI_PREF_RANGE_MASK & 0xffff);
    memset(dev->wmask + PCI_PREF_BASE_UPPER32, 0xff, 8);
    pci_set_word(dev->config + PCI_PREF_MEMORY_BASE, PCI_PREF_RANGE_TYPE_64);
    pci_set_word(dev->config + PCI_PREF_MEMORY_LIMIT, PCI_PREF_RANGE_TYPE_64);
    pci_set_word(dev->wmask + PCI_BRIDGE_CONTROL,
                 PCI_BRIDGE_CTL_PARITY | PCI_BRIDGE_CTL_SERR | PCI_BRIDGE_CTL_ISA |
                     PCI_BRIDGE_CTL_BUS_RESET);
    pci_set_word(dev->w1cmask + PCI_SEC_STATUS,
                 PCI_STATUS_PARITY | PCI_STATUS_SIG_TARGET_ABORT |
                     PCI_STATUS_REC_TARGET_ABORT | PCI_STATUS_REC_MASTER_ABORT |
                     PCI_STATUS_SIG_SYSTEM_ERROR | PCI_STATUS_DETECTED_PARITY);
}

void pci_config_init_header(PCIDevice *dev, bool is_bridge)
{
    init_ids(dev, is_bridge);
    if (is_bridge) {
        dev->config[PCI_HEADER_TYPE] = PCI_HEADER_TYPE_BRIDGE;
        init_bridge_masks(dev);
    }
    dev->wmask[PCI_CACHE_LINE_SIZE] = 0xff;
    dev->wmask[PCI_INTERRUPT_LINE] = 0xff;
    pci_set_word(dev->wmask + PCI_COMMAND,
                 PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
                     PCI_COMMAND_INTX_DISABLE | PCI_COMMAND_SERR);
    pci_set_word(dev->w1cmask + PCI_STATUS,
                 PCI_STATUS_PARITY | PCI_STATUS_SIG_TARGET_ABORT |
                     PCI_STATUS_REC_TARGET_ABORT | PCI_STATUS_REC_MASTER_ABORT |
                     PCI_STATUS_SIG_SYSTEM_ERROR | PCI_STATUS_DETECTED_PARITY);

    pci_set_word(dev->cmask + PCI_VENDOR_ID, 0xffff);
    pci_set_word(dev->cmask + PCI_DEVICE_ID, 0xffff);
    dev->cmask[PCI_STATUS] = PCI_STATUS_CAP_LIST;
    dev->cmask[PCI_REVISION_ID] = 0xff;
    dev->cmask[PCI_CLASS_PROG] = 0xff;
    pci_set_word(dev->cmask + PCI_CLASS_DEVICE, 0xffff);
    dev->cmask[PCI_HEADER_TYPE] = 0xff;
    dev->cmask[PCI_CAPABILITY_LIST] = 0xff;
    memset(dev->used, 0xff, PCI_CONFIG_HEADER_SIZE);
}

static void reset_bars(PCIDevice *dev)
{
    for (int i = 0; i < PCI_NUM_REGIONS; i++) {
        const PCIIORegion *r = &dev->io_regions[i];
        uint8_t *reg = dev->config + pci_bar(dev, i);

        if (!r->size) {
            continue;
        }
        if (r->type & PCI_BASE_ADDRESS_MEM_TYPE_64) {
            pci_set_quad(reg, r->type);
        } else {
            pci_set_long(reg, r->type);
        }
    }
}

void pci_config_reset(PCIDevice *dev)
{
    uint8_t *config = dev->config;

    pci_word_test_and_clear_mask(config + PCI_COMMAND,
                                 pci_get_word(dev->wmask + PCI_COMMAND) |
                                     pci_get_word(dev->w1cmask + PCI_COMMAND));
    pci_word_test_and_clear_mask(config + PCI_STATUS,
                                 pci_get_word(dev->wmask + PCI_STATUS) |
                                     pci_get_word(dev->w1cmask + PCI_STATUS));
    config[PCI_CACHE_LINE_SIZE] = 0;
    config[PCI_INTERRUPT_LINE] = 0;
    if (dev->pm_cap) {
        pci_word_test_and_clear_mask(config + dev->pm_cap + PCI_PM_CTRL,
                                     PCI_PM_CTRL_STATE_MASK);
    }
    reset_bars(dev);
    pci_update_mappings(dev);
    pci_set_master(dev, false);
    msi_reset(dev);
    msix_reset(dev);
}

/* --- access --- */

uint32_t pci_default_read_config(PCIDevice *d, uint32_t address, int len)
{
    uint8_t val[4] = { 0 };

    assert(len >= 1 && len <= 4 && address + len <= pci_config_size(d));
    memcpy(val, d->config + address, len);
    return pci_get_long(val);
}

static void write_masked(PCIDevice *d, uint32_t address, uint32_t val, int len)
{
    for (int i = 0; i < len; i++, val >>= 8) {
        uint8_t *reg = d->config + address + i;
        uint8_t wmask = d->wmask[address + i];
        uint8_t w1c = d->w1cmask[address + i];

        assert(!(wmask & w1c));
        *reg = (*reg & ~wmask) | (val & wmask);
        *reg &= ~(val & w1c);
    }
}

static bool touches(uint32_t address, int len, uint32_t reg, uint32_t size)
{
    return address < reg + size && reg < address + len;
}

void pci_default_write_config(PCIDevice *d, uint32_t address, uint32_t val, int len)
{
    bool was_disabled = pci_irq_disabled(d);
    bool command = touches(address, len, PCI_COMMAND, 2);

    assert(len >= 1 && len <= 4 && address + len <= pci_config_size(d));
    write_masked(d, address, val, len);
    if (command || touches(address, len, PCI_BASE_ADDRESS_0, 24) ||
        touches(address, len, PCI_ROM_ADDRESS, 4) ||
        (d->pm_cap && touches(address, len, d->pm_cap + PCI_PM_CTRL, 2))) {
        pci_update_mappings(d);
    }
    if (command) {
        pci_update_irq_disabled(d, was_disabled);
        pci_set_master(d, pci_get_word(d->config + PCI_COMMAND) & PCI_COMMAND_MASTER);
    }
    msi_write_config(d, address, val, len);
    msix_write_config(d, address, val, len);
}

/* --- capabilities --- */

static uint8_t find_capability(PCIDevice *dev, uint8_t cap_id, uint8_t *prev)
{
    uint8_t at = PCI_CAPABILITY_LIST;

    if (!(dev->config[PCI_STATUS] & PCI_STATUS_CAP_LIST)) {
        return 0;
    }
    while (dev->config[at]) {
        uint8_t next = dev->config[at];

        if (dev->config[next + PCI_CAP_LIST_ID] == cap_id) {
            *prev = at;
            return next;
        }
        at = next + PCI_CAP_LIST_NEXT;
    }
    return 0;
}

uint8_t pci_find_capability(PCIDevice *pci_dev, uint8_t cap_id)
{
    uint8_t prev;

    return find_capability(pci_dev, cap_id, &prev);
}

static uint8_t find_space(PCIDevice *dev, unsigned size)
{
    unsigned start = PCI_CONFIG_HEADER_SIZE;

    for (unsigned i = start; i < PCI_CONFIG_SPACE_SIZE; i++) {
        if (dev->used[i]) {
            start = ROUND_UP(i + 1, 4);
        } else if (i - start + 1 == size) {
            return start;
        }
    }
    return 0;
}

/* Which capability has the byte at offset, for the error message. */
static uint8_t capability_at(PCIDevice *dev, uint8_t offset)
{
    uint8_t found = 0;

    if (!(dev->config[PCI_STATUS] & PCI_STATUS_CAP_LIST)) {
        return 0;
    }
    for (uint8_t at = dev->config[PCI_CAPABILITY_LIST]; at;
         at = dev->config[at + PCI_CAP_LIST_NEXT]) {
        if (at <= offset && at > found) {
            found = at;
        }
    }
    return found;
}

static bool check_overlap(PCIDevice *dev, uint8_t cap_id, uint8_t offset, uint8_t size,
                          Error **errp)
{
    for (unsigned i = offset; i < offset + size; i++) {
        uint8_t other = dev->used[i] ? capability_at(dev, i) : 0;

        if (other) {
            error_setg(errp,
                       "%s:%02x:%02x.%x Attempt to add PCI capability %x at offset %x "
                       "overlaps existing capability %x at offset %x",
                       "0000", pci_dev_bus_num(dev), PCI_SLOT(dev->devfn),
                       PCI_FUNC(dev->devfn), cap_id, offset, dev->config[other], i);
            return false;
        }
    }
    return true;
}

int pci_add_capability(PCIDevice *pdev, uint8_t cap_id, uint8_t offset, uint8_t size,
                       Error **errp)
{
    uint8_t *config;

    if (!offset) {
        offset = find_space(pdev, size);
        if (!offset) {
            error_setg(errp, "%s: no space of %u bytes for PCI capability %x",
                       pdev->name, size, cap_id);
            return -ENOSPC;
        }
    } else if (!check_overlap(pdev, cap_id, offset, size, errp)) {
        return -EINVAL;
    }
    assert(offset >= PCI_CONFIG_HEADER_SIZE &&
           (unsigned)offset + size <= PCI_CONFIG_SPACE_SIZE);

    config = pdev->config + offset;
    config[PCI_CAP_LIST_ID] = cap_id;
    config[PCI_CAP_LIST_NEXT] = pdev->config[PCI_CAPABILITY_LIST];
    pdev->config[PCI_CAPABILITY_LIST] = offset;
    pdev->config[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
    memset(pdev->used + offset, 0xff, ROUND_UP(size, 4));
    /* Read-only and to be the same after migration until the owner opens bits. */
    memset(pdev->wmask + offset, 0, size);
    memset(pdev->cmask + offset, 0xff, size);
    return offset;
}

void pci_del_capability(PCIDevice *pci_dev, uint8_t cap_id, uint8_t cap_size)
{
    uint8_t prev;
    uint8_t offset = find_capability(pci_dev, cap_id, &prev);

    if (!offset) {
        return;
    }
    pci_dev->config[prev] = pci_dev->config[offset + PCI_CAP_LIST_NEXT];
    memset(pci_dev->config + offset, 0, cap_size);
    memset(pci_dev->wmask + offset, 0, cap_size);
    memset(pci_dev->w1cmask + offset, 0, cap_size);
    memset(pci_dev->cmask + offset, 0, cap_size);
    memset(pci_dev->used + offset, 0, ROUND_UP(cap_size, 4));
    if (!pci_dev->config[PCI_CAPABILITY_LIST]) {
        pci_dev->config[PCI_STATUS] &= ~PCI_STATUS_CAP_LIST;
    }
}

int pci_pm_init(PCIDevice *pci_dev, uint8_t offset, Error **errp)
{
    int cap = pci_add_capability(pci_dev, PCI_CAP_ID_PM, offset, PCI_PM_SIZEOF, errp);

    if (cap < 0) {
        return cap;
    }
    pci_dev->pm_cap = cap;
    pci_dev->cap_present |= QEMU_PCI_CAP_PM;
    pci_set_word(pci_dev->config + cap + PCI_PM_PMC, PCI_PM_CAP_VER_1_2);
    pci_set_word(pci_dev->wmask + cap + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK);
    pci_word_test_and_clear_mask(pci_dev->cmask + cap + PCI_PM_CTRL,
                                 PCI_PM_CTRL_STATE_MASK);
    return cap;
}
