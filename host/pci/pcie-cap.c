/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The express capability of a function and the list of extended capabilities.
 * The slot part of it has a file of its own.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_device.h"

#define DEVICE_ERROR_ENABLES                                                           \
    (PCI_EXP_DEVCTL_CERE | PCI_EXP_DEVCTL_NFERE | PCI_EXP_DEVCTL_FERE |                \
     PCI_EXP_DEVCTL_URRE)
#define DEVICE_ERRORS                                                                  \
    (PCI_EXP_DEVSTA_CED | PCI_EXP_DEVSTA_NFED | PCI_EXP_DEVSTA_FED | PCI_EXP_DEVSTA_URD)
#define ROOT_ERROR_ENABLES                                                             \
    (PCI_EXP_RTCTL_SECEE | PCI_EXP_RTCTL_SENFEE | PCI_EXP_RTCTL_SEFEE)

static uint8_t *reg(const PCIDevice *dev, unsigned offset)
{
    return dev->config + dev->exp.exp_cap + offset;
}

static uint8_t *wmask(const PCIDevice *dev, unsigned offset)
{
    return dev->wmask + dev->exp.exp_cap + offset;
}

static void init_link(PCIDevice *dev, uint8_t port)
{
    pci_set_long(reg(dev, PCI_EXP_LNKCAP), QEMU_PCI_EXP_LNK_2_5GT |
                                               QEMU_PCI_EXP_LNK_X1 << 4 |
                                               (uint32_t)port << 24);
    pci_set_word(reg(dev, PCI_EXP_LNKSTA),
                 QEMU_PCI_EXP_LNK_2_5GT | QEMU_PCI_EXP_LNK_X1 << 4);
    pci_set_word(reg(dev, PCI_EXP_LNKCTL2), QEMU_PCI_EXP_LNK_2_5GT);
}

int pcie_cap_init(PCIDevice *dev, uint8_t offset, uint8_t type, uint8_t port,
                  Error **errp)
{
    int pos;

    assert(pci_is_express(dev));
    pos = pci_add_capability(dev, PCI_CAP_ID_EXP, offset, PCI_EXP_VER2_SIZEOF, errp);
    if (pos < 0) {
        return pos;
    }
    dev->exp.exp_cap = pos;
    pci_set_word(reg(dev, PCI_EXP_FLAGS), type << 4 | PCI_EXP_FLAGS_VER2);
    pci_set_long(reg(dev, PCI_EXP_DEVCAP), PCI_EXP_DEVCAP_RBER);
    if (type != PCI_EXP_TYPE_RC_END) {
        init_link(dev, port);
    }
    return pos;
}

int pcie_endpoint_cap_init(PCIDevice *dev, uint8_t offset)
{
    PCIBus *bus = pci_get_bus(dev);
    bool root = pci_bus_is_root(bus) && pci_bus_is_express(bus);

    return pcie_cap_init(dev, offset,
                         root ? PCI_EXP_TYPE_RC_END : PCI_EXP_TYPE_ENDPOINT, 0,
                         &error_abort);
}

void pcie_cap_exit(PCIDevice *dev)
{
    pci_del_capability(dev, PCI_CAP_ID_EXP, PCI_EXP_VER2_SIZEOF);
    dev->exp.exp_cap = 0;
}

uint8_t pcie_cap_get_type(const PCIDevice *dev)
{
    assert(dev->exp.exp_cap);
    return (pci_get_word(reg(dev, PCI_EXP_FLAGS)) & PCI_EXP_FLAGS_TYPE) >> 4;
}

void pcie_cap_flags_set_vector(PCIDevice *dev, uint8_t vector)
{
    uint16_t flags = pci_get_word(reg(dev, PCI_EXP_FLAGS)) & ~PCI_EXP_FLAGS_IRQ;

    assert(vector < 32);
    pci_set_word(reg(dev, PCI_EXP_FLAGS), flags | vector << ctz32(PCI_EXP_FLAGS_IRQ));
}

uint8_t pcie_cap_flags_get_vector(PCIDevice *dev)
{
    return (pci_get_word(reg(dev, PCI_EXP_FLAGS)) & PCI_EXP_FLAGS_IRQ) >>
           ctz32(PCI_EXP_FLAGS_IRQ);
}

void pcie_cap_deverr_init(PCIDevice *dev)
{
    pci_word_test_and_set_mask(wmask(dev, PCI_EXP_DEVCTL), DEVICE_ERROR_ENABLES);
    pci_word_test_and_set_mask(dev->w1cmask + dev->exp.exp_cap + PCI_EXP_DEVSTA,
                               DEVICE_ERRORS);
}

void pcie_cap_deverr_reset(PCIDevice *dev)
{
    pci_word_test_and_clear_mask(reg(dev, PCI_EXP_DEVCTL), DEVICE_ERROR_ENABLES);
}

void pcie_cap_lnkctl_init(PCIDevice *dev)
{
    pci_word_test_and_set_mask(wmask(dev, PCI_EXP_LNKCTL),
                               PCI_EXP_LNKCTL_CCC | PCI_EXP_LNKCTL_ES);
}

void pcie_cap_lnkctl_reset(PCIDevice *dev)
{
    pci_word_test_and_clear_mask(reg(dev, PCI_EXP_LNKCTL),
                                 PCI_EXP_LNKCTL_CCC | PCI_EXP_LNKCTL_ES);
}

void pcie_cap_root_init(PCIDevice *dev)
{
    pci_set_word(wmask(dev, PCI_EXP_RTCTL), ROOT_ERROR_ENABLES);
}

void pcie_cap_root_reset(PCIDevice *dev)
{
    pci_set_word(reg(dev, PCI_EXP_RTCTL), 0);
}

void pcie_cap_arifwd_init(PCIDevice *dev)
{
    pci_long_test_and_set_mask(reg(dev, PCI_EXP_DEVCAP2), PCI_EXP_DEVCAP2_ARI);
    pci_word_test_and_set_mask(wmask(dev, PCI_EXP_DEVCTL2), PCI_EXP_DEVCTL2_ARI);
}

void pcie_cap_arifwd_reset(PCIDevice *dev)
{
    pci_word_test_and_clear_mask(reg(dev, PCI_EXP_DEVCTL2), PCI_EXP_DEVCTL2_ARI);
}

/* --- function level reset --- */

void pcie_cap_flr_init(PCIDevice *dev)
{
    pci_long_test_and_set_mask(reg(dev, PCI_EXP_DEVCAP), PCI_EXP_DEVCAP_FLR);
    pci_word_test_and_set_mask(wmask(dev, PCI_EXP_DEVCTL), PCI_EXP_DEVCTL_BCR_FLR);
}

void pcie_cap_flr_write_config(PCIDevice *dev, uint32_t addr, uint32_t val, int len)
{
    uint8_t *devctl = reg(dev, PCI_EXP_DEVCTL);

    if (pci_get_word(devctl) & PCI_EXP_DEVCTL_BCR_FLR) {
        /* The bit stays up meanwhile: the device can tell which reset it is. */
        pci_device_reset(dev);
        pci_word_test_and_clear_mask(devctl, PCI_EXP_DEVCTL_BCR_FLR);
    }
}

/* --- extended capabilities --- */

/* The capability, or 0; *prev is the one before, the last one if none is found. */
static uint16_t find_extended(PCIDevice *dev, uint16_t cap_id, uint16_t *prev)
{
    uint16_t at = PCI_CONFIG_SPACE_SIZE;

    *prev = 0;
    if (!pci_get_long(dev->config + at)) {
        return 0;
    }
    while (at) {
        uint32_t header = pci_get_long(dev->config + at);

        if (PCI_EXT_CAP_ID(header) == cap_id) {
            return at;
        }
        *prev = at;
        at = PCI_EXT_CAP_NEXT(header);
    }
    return 0;
}

uint16_t pcie_find_capability(PCIDevice *dev, uint16_t cap_id)
{
    uint16_t prev;

    return find_extended(dev, cap_id, &prev);
}

void pcie_add_capability(PCIDevice *dev, uint16_t cap_id, uint8_t cap_ver,
                         uint16_t offset, uint16_t size)
{
    uint16_t prev;

    assert(offset >= PCI_CONFIG_SPACE_SIZE && !(offset & 3) && size >= 8);
    assert(offset + size <= PCIE_CONFIG_SPACE_SIZE && pci_is_express(dev));
    assert(!find_extended(dev, cap_id, &prev));
    if (prev) {
        uint32_t header = pci_get_long(dev->config + prev) & ~PCI_EXT_CAP_NEXT_MASK;

        pci_set_long(dev->config + prev, header | (uint32_t)offset << 20);
    } else {
        assert(offset == PCI_CONFIG_SPACE_SIZE); /* the list starts there */
    }
    pci_set_long(dev->config + offset, PCI_EXT_CAP(cap_id, cap_ver, 0));
    memset(dev->wmask + offset, 0, size);
    memset(dev->w1cmask + offset, 0, size);
    memset(dev->cmask + offset, 0xff, size);
}

void pcie_ats_init(PCIDevice *dev, uint16_t offset, bool aligned)
{
    pcie_add_capability(dev, PCI_EXT_CAP_ID_ATS, 1, offset, PCI_EXT_CAP_ATS_SIZEOF);
    dev->exp.ats_cap = offset;
    pci_set_word(dev->config + offset + PCI_ATS_CAP,
                 aligned ? PCI_ATS_CAP_PAGE_ALIGNED : 0);
    pci_set_word(dev->wmask + offset + PCI_ATS_CTRL, PCI_ATS_CTRL_ENABLE | 0x1f);
}

bool pcie_ats_enabled(const PCIDevice *dev)
{
    return dev->exp.ats_cap &&
           (pci_get_word(dev->config + dev->exp.ats_cap + PCI_ATS_CTRL) &
            PCI_ATS_CTRL_ENABLE);
}

void pcie_acs_init(PCIDevice *dev, uint16_t offset)
{
    uint16_t caps = PCI_ACS_SV | PCI_ACS_TB | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF;

    pcie_add_capability(dev, PCI_EXT_CAP_ID_ACS, PCI_ACS_VER, offset, PCI_ACS_SIZEOF);
    dev->exp.acs_cap = offset;
    pci_set_word(dev->config + offset + PCI_ACS_CAP, caps);
    pci_set_word(dev->wmask + offset + PCI_ACS_CTRL, caps);
}

void pcie_acs_reset(PCIDevice *dev)
{
    if (dev->exp.acs_cap) {
        pci_set_word(dev->config + dev->exp.acs_cap + PCI_ACS_CTRL, 0);
    }
}
