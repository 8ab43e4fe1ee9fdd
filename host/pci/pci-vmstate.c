/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Migration of a function. A stream is guest data: it may set what the guest may
 * write and what a capability declares to vary; where it differs in anything else
 * that must be equal, the load fails and nothing has changed.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "migration/vmstate.h"
#include "pci-internal.h"

/* Bits that the stream decides. */
static uint8_t loadable(const PCIDevice *d, uint32_t i)
{
    uint8_t bits = d->wmask[i] | d->w1cmask[i];
    bool in_capability =
        i >= PCI_CONFIG_HEADER_SIZE && i < PCI_CONFIG_SPACE_SIZE && d->used[i];

    return in_capability ? bits | (uint8_t)~d->cmask[i] : bits;
}

static int get_config(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    PCIDevice *d = container_of(pv, PCIDevice, config);
    uint32_t n = pci_config_size(d);
    g_autofree uint8_t *config = g_malloc(n);

    if (qemu_get_buffer(f, config, n) != n) {
        return -EINVAL;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint8_t bits = loadable(d, i);

        if ((config[i] ^ d->config[i]) & d->cmask[i] & ~bits) {
            error_report(
                "%s: bad config data: offset 0x%x is 0x%02x here and 0x%02x in "
                "the stream",
                d->name, i, d->config[i], config[i]);
            return -EINVAL;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        uint8_t bits = loadable(d, i);

        d->config[i] = (d->config[i] & ~bits) | (config[i] & bits);
    }
    return 0;
}

static int put_config(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    PCIDevice *d = container_of(pv, PCIDevice, config);

    qemu_put_buffer(f, d->config, pci_config_size(d));
    return 0;
}

static const VMStateInfo config_info = {
    .name = "pci config",
    .get = get_config,
    .put = put_config,
};

/* Levels of the pins: one word each, as in QEMU's stream. */
static int get_irqs(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    PCIDevice *d = container_of(pv, PCIDevice, irq_state);
    int own = pci_intx(d);
    uint32_t level[PCI_NUM_PINS];

    for (int pin = 0; pin < PCI_NUM_PINS; pin++) {
        level[pin] = qemu_get_be32(f);
        if (level[pin] > (pin == own)) {
            error_report("%s: interrupt pin %d cannot be at level %u", d->name, pin,
                         level[pin]);
            return -EINVAL;
        }
    }
    if (own >= 0) {
        pci_set_irq(d, level[own]);
    }
    return 0;
}

static int put_irqs(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                    JSONWriter *vmdesc)
{
    PCIDevice *d = container_of(pv, PCIDevice, irq_state);

    for (int pin = 0; pin < PCI_NUM_PINS; pin++) {
        qemu_put_be32(f, d->irq_state >> pin & 1);
    }
    return 0;
}

static const VMStateInfo irq_info = {
    .name = "pci irq state",
    .get = get_irqs,
    .put = put_irqs,
};

/* The line is let go under the old INTx-disable bit and taken up under the new. */
static int device_pre_load(void *opaque)
{
    pci_device_deassert_intx(opaque);
    return 0;
}

static int device_post_load(void *opaque, int version_id)
{
    PCIDevice *d = opaque;

    pci_update_mappings(d);
    pci_set_master(d, pci_get_word(d->config + PCI_COMMAND) & PCI_COMMAND_MASTER);
    return 0;
}

const VMStateDescription vmstate_pci_device = {
    .name = "PCIDevice",
    .version_id = 2,
    .minimum_version_id = 2,
    .pre_load = device_pre_load,
    .post_load = device_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_SINGLE(config, PCIDevice, 0, config_info, uint8_t *),
            VMSTATE_SINGLE(irq_state, PCIDevice, 0, irq_info, uint8_t),
            VMSTATE_END_OF_LIST(),
        },
};

/* --- MSI-X: the table and the pending bits; the capability is in the config --- */

static size_t table_size(const PCIDevice *d)
{
    return (size_t)d->msix_entries_nr * PCI_MSIX_ENTRY_SIZE;
}

static size_t pba_size(const PCIDevice *d)
{
    return DIV_ROUND_UP(d->msix_entries_nr, 8);
}

static int get_msix(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    PCIDevice *d = pv;

    if (!msix_present(d)) {
        return 0;
    }
    if (qemu_get_buffer(f, d->msix_table, table_size(d)) != table_size(d) ||
        qemu_get_buffer(f, d->msix_pba, pba_size(d)) != pba_size(d)) {
        return -EINVAL;
    }
    msix_loaded(d);
    return 0;
}

static int put_msix(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                    JSONWriter *vmdesc)
{
    PCIDevice *d = pv;

    if (msix_present(d)) {
        qemu_put_buffer(f, d->msix_table, table_size(d));
        qemu_put_buffer(f, d->msix_pba, pba_size(d));
    }
    return 0;
}

static const VMStateInfo msix_info = {
    .name = "msix state",
    .get = get_msix,
    .put = put_msix,
};

const VMStateDescription vmstate_msix = {
    .name = "msix",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            {
                .name = "",
                .info = &msix_info,
                .flags = VMS_SINGLE,
                .size = sizeof(PCIDevice),
            },
            VMSTATE_END_OF_LIST(),
        },
};
