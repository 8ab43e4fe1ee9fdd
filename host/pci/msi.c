/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MSI: up to 32 messages that differ in the low bits of their data. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "system/memory.h"
#include "hw/pci/msi.h"

#define MSI_VECTORS_MAX 32

bool msi_nonbroken;

/* --- where the fields are: they move with the 64-bit flag --- */

static uint8_t *reg(const PCIDevice *dev, unsigned offset)
{
    return dev->config + dev->msi_cap + offset;
}

static uint16_t flags(const PCIDevice *dev)
{
    return pci_get_word(reg(dev, PCI_MSI_FLAGS));
}

static bool is_64bit(const PCIDevice *dev)
{
    return flags(dev) & PCI_MSI_FLAGS_64BIT;
}

static unsigned data_off(const PCIDevice *dev)
{
    return is_64bit(dev) ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32;
}

static unsigned mask_off(const PCIDevice *dev)
{
    return is_64bit(dev) ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32;
}

static unsigned pending_off(const PCIDevice *dev)
{
    return is_64bit(dev) ? PCI_MSI_PENDING_64 : PCI_MSI_PENDING_32;
}

static bool has_mask(const PCIDevice *dev)
{
    return flags(dev) & PCI_MSI_FLAGS_MASKBIT;
}

static unsigned cap_size(bool msi64bit, bool masks)
{
    if (masks) {
        return msi64bit ? PCI_MSI_PENDING_64 + 4 : PCI_MSI_PENDING_32 + 4;
    }
    return msi64bit ? PCI_MSI_DATA_64 + 2 : PCI_MSI_DATA_32 + 2;
}

static unsigned log2_capable(const PCIDevice *dev)
{
    return (flags(dev) & PCI_MSI_FLAGS_QMASK) >> 1;
}

static unsigned log2_enabled(const PCIDevice *dev)
{
    /* The guest may ask for more than there are: it gets what there is. */
    return MIN((unsigned)(flags(dev) & PCI_MSI_FLAGS_QSIZE) >> 4, log2_capable(dev));
}

unsigned int msi_nr_vectors_allocated(const PCIDevice *dev)
{
    return 1U << log2_enabled(dev);
}

bool msi_enabled(const PCIDevice *dev)
{
    return msi_present(dev) && (flags(dev) & PCI_MSI_FLAGS_ENABLE);
}

/* --- life --- */

int msi_init(struct PCIDevice *dev, uint8_t offset, unsigned int nr_vectors,
             bool msi64bit, bool msi_per_vector_mask, Error **errp)
{
    unsigned size = cap_size(msi64bit, msi_per_vector_mask);
    int at;

    assert(is_power_of_2(nr_vectors) && nr_vectors <= MSI_VECTORS_MAX);
    if (!msi_nonbroken) {
        error_setg(errp, "MSI is not supported by interrupt controller");
        return -ENOTSUP;
    }
    at = pci_add_capability(dev, PCI_CAP_ID_MSI, offset, size, errp);
    if (at < 0) {
        return at;
    }
    dev->msi_cap = at;
    dev->cap_present |= QEMU_PCI_CAP_MSI;
    pci_set_word(reg(dev, PCI_MSI_FLAGS),
                 ctz32(nr_vectors) << 1 | (msi64bit ? PCI_MSI_FLAGS_64BIT : 0) |
                     (msi_per_vector_mask ? PCI_MSI_FLAGS_MASKBIT : 0));
    pci_set_word(dev->wmask + at + PCI_MSI_FLAGS,
                 PCI_MSI_FLAGS_QSIZE | PCI_MSI_FLAGS_ENABLE);
    pci_set_long(dev->wmask + at + PCI_MSI_ADDRESS_LO, 0xfffffffc);
    if (msi64bit) {
        pci_set_long(dev->wmask + at + PCI_MSI_ADDRESS_HI, 0xffffffff);
    }
    pci_set_word(dev->wmask + at + data_off(dev), 0xffff);
    if (msi_per_vector_mask) {
        pci_set_long(dev->wmask + at + mask_off(dev),
                     0xffffffffU >> (MSI_VECTORS_MAX - nr_vectors));
    }
    /* Pending bits are ours to change; all else differs only where writable. */
    if (msi_per_vector_mask) {
        pci_set_long(dev->cmask + at + pending_off(dev), 0);
    }
    return 0;
}

void msi_uninit(struct PCIDevice *dev)
{
    if (!msi_present(dev)) {
        return;
    }
    pci_del_capability(dev, PCI_CAP_ID_MSI, cap_size(is_64bit(dev), has_mask(dev)));
    dev->cap_present &= ~QEMU_PCI_CAP_MSI;
    dev->msi_cap = 0;
}

void msi_reset(PCIDevice *dev)
{
    if (!msi_present(dev)) {
        return;
    }
    pci_word_test_and_clear_mask(reg(dev, PCI_MSI_FLAGS),
                                 PCI_MSI_FLAGS_QSIZE | PCI_MSI_FLAGS_ENABLE);
    pci_set_long(reg(dev, PCI_MSI_ADDRESS_LO), 0);
    if (is_64bit(dev)) {
        pci_set_long(reg(dev, PCI_MSI_ADDRESS_HI), 0);
    }
    pci_set_word(reg(dev, data_off(dev)), 0);
    if (has_mask(dev)) {
        pci_set_long(reg(dev, mask_off(dev)), 0);
        pci_set_long(reg(dev, pending_off(dev)), 0);
    }
}

/* --- messages --- */

void msi_set_message(PCIDevice *dev, MSIMessage msg)
{
    if (is_64bit(dev)) {
        pci_set_quad(reg(dev, PCI_MSI_ADDRESS_LO), msg.address);
    } else {
        pci_set_long(reg(dev, PCI_MSI_ADDRESS_LO), msg.address);
    }
    pci_set_word(reg(dev, data_off(dev)), msg.data);
}

MSIMessage msi_get_message(PCIDevice *dev, unsigned int vector)
{
    unsigned nr = msi_nr_vectors_allocated(dev);
    MSIMessage msg;

    assert(vector < nr);
    msg.address = is_64bit(dev) ? pci_get_quad(reg(dev, PCI_MSI_ADDRESS_LO))
                                : pci_get_long(reg(dev, PCI_MSI_ADDRESS_LO));
    msg.data = (pci_get_word(reg(dev, data_off(dev))) & ~(nr - 1)) | vector;
    return msg;
}

bool msi_is_masked(const PCIDevice *dev, unsigned int vector)
{
    return has_mask(dev) && (pci_get_long(reg(dev, mask_off(dev))) >> vector & 1);
}

void msi_send_message(PCIDevice *dev, MSIMessage msg)
{
    MemTxAttrs attrs = { .requester_id = pci_requester_id(dev) };

    address_space_stl_le(&dev->bus_master_as, msg.address, msg.data, attrs, NULL);
}

void msi_notify(PCIDevice *dev, unsigned int vector)
{
    if (!msi_enabled(dev)) {
        return;
    }
    /* The guest enabled fewer than the device has: they share the last. */
    vector = MIN(vector, msi_nr_vectors_allocated(dev) - 1);
    if (msi_is_masked(dev, vector)) {
        pci_long_test_and_set_mask(reg(dev, pending_off(dev)), 1U << vector);
        return;
    }
    msi_send_message(dev, msi_get_message(dev, vector));
}

static void send_pending(PCIDevice *dev)
{
    unsigned nr = msi_nr_vectors_allocated(dev);

    if (!msi_enabled(dev) || !has_mask(dev)) {
        return;
    }
    for (unsigned vector = 0; vector < nr; vector++) {
        if (!msi_is_masked(dev, vector) &&
            pci_long_test_and_clear_mask(reg(dev, pending_off(dev)), 1U << vector)) {
            msi_notify(dev, vector);
        }
    }
}

void msi_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len)
{
    uint32_t end = dev->msi_cap + cap_size(is_64bit(dev), has_mask(dev));

    if (!msi_present(dev) || addr >= end || addr + len <= dev->msi_cap) {
        return;
    }
    if (msi_enabled(dev)) {
        pci_device_deassert_intx(dev);
    }
    send_pending(dev);
}
