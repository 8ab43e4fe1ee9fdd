/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MSI-X. The table and the pending bits are plain little-endian memory of the
 * device; a vector is masked by its own bit, the function's bit or when MSI-X
 * is off, and a masked notification waits in the pending bits.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/range.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pci_device.h"
#include "pci-internal.h"

#define MSIX_VECTORS_MAX (PCI_MSIX_FLAGS_QSIZE + 1)

static uint8_t *entry(PCIDevice *dev, unsigned vector)
{
    return dev->msix_table + vector * PCI_MSIX_ENTRY_SIZE;
}

static uint16_t flags(PCIDevice *dev)
{
    return pci_get_word(dev->config + dev->msix_cap + PCI_MSIX_FLAGS);
}

int msix_present(PCIDevice *dev)
{
    return dev->cap_present & QEMU_PCI_CAP_MSIX;
}

int msix_enabled(PCIDevice *dev)
{
    return msix_present(dev) && (flags(dev) & PCI_MSIX_FLAGS_ENABLE);
}

unsigned int msix_nr_vectors_allocated(const PCIDevice *dev)
{
    return dev->msix_entries_nr;
}

/* --- messages --- */

MSIMessage msix_get_message(PCIDevice *dev, unsigned int vector)
{
    const uint8_t *e = entry(dev, vector);

    return (MSIMessage){ .address = pci_get_quad(e + PCI_MSIX_ENTRY_LOWER_ADDR),
                         .data = pci_get_long(e + PCI_MSIX_ENTRY_DATA) };
}

static bool masked_with(PCIDevice *dev, unsigned vector, bool fmask)
{
    return fmask || (entry(dev, vector)[PCI_MSIX_ENTRY_VECTOR_CTRL] &
                     PCI_MSIX_ENTRY_CTRL_MASKBIT);
}

bool msix_is_masked(PCIDevice *dev, unsigned vector)
{
    return masked_with(dev, vector, dev->msix_function_masked);
}

int msix_is_pending(PCIDevice *dev, unsigned vector)
{
    return dev->msix_pba[vector / 8] >> (vector % 8) & 1;
}

void msix_set_pending(PCIDevice *dev, unsigned vector)
{
    dev->msix_pba[vector / 8] |= 1 << (vector % 8);
}

void msix_clr_pending(PCIDevice *dev, int vector)
{
    dev->msix_pba[vector / 8] &= ~(1 << (vector % 8));
}

void msix_notify(PCIDevice *dev, unsigned vector)
{
    assert(vector < dev->msix_entries_nr);
    if (!dev->msix_entry_used[vector]) {
        return;
    }
    if (msix_is_masked(dev, vector)) {
        msix_set_pending(dev, vector);
        return;
    }
    msi_send_message(dev, msix_get_message(dev, vector));
}

/* --- masks --- */

static void tell_notifiers(PCIDevice *dev, unsigned vector, bool masked)
{
    if (!dev->msix_vector_use_notifier) {
        return;
    }
    if (masked) {
        dev->msix_vector_release_notifier(dev, vector);
        return;
    }
    /* What a device cannot attach it delivers by msix_notify(), as before. */
    dev->msix_vector_use_notifier(dev, vector, msix_get_message(dev, vector));
}

static void mask_changed(PCIDevice *dev, unsigned vector, bool was_masked)
{
    bool masked = msix_is_masked(dev, vector);

    if (masked == was_masked) {
        return;
    }
    tell_notifiers(dev, vector, masked);
    if (!masked && msix_is_pending(dev, vector)) {
        msix_clr_pending(dev, vector);
        msix_notify(dev, vector);
    }
}

void msix_set_message(PCIDevice *dev, int vector, MSIMessage msg)
{
    uint8_t *e = entry(dev, vector);

    pci_set_quad(e + PCI_MSIX_ENTRY_LOWER_ADDR, msg.address);
    pci_set_long(e + PCI_MSIX_ENTRY_DATA, msg.data);
    e[PCI_MSIX_ENTRY_VECTOR_CTRL] &= ~PCI_MSIX_ENTRY_CTRL_MASKBIT;
}

static void update_function_masked(PCIDevice *dev)
{
    dev->msix_function_masked =
        !msix_enabled(dev) || (flags(dev) & PCI_MSIX_FLAGS_MASKALL);
}

void msix_write_config(PCIDevice *dev, uint32_t address, uint32_t val, int len)
{
    uint32_t control = dev->msix_cap + PCI_MSIX_FLAGS + 1; /* the byte with the bits */
    bool was = dev->msix_function_masked;

    if (!msix_present(dev) || control < address || control >= address + len) {
        return;
    }
    update_function_masked(dev);
    if (msix_enabled(dev)) {
        pci_device_deassert_intx(dev);
    }
    if (dev->msix_function_masked == was) {
        return;
    }
    for (int vector = 0; vector < dev->msix_entries_nr; vector++) {
        mask_changed(dev, vector, masked_with(dev, vector, was));
    }
}

void msix_loaded(PCIDevice *dev)
{
    update_function_masked(dev);
    for (int vector = 0; vector < dev->msix_entries_nr; vector++) {
        if (!msix_is_masked(dev, vector)) {
            mask_changed(dev, vector, true);
        }
    }
}

/* --- the regions --- */

static uint64_t table_read(void *opaque, hwaddr addr, unsigned size)
{
    PCIDevice *dev = opaque;

    assert(size == 4 && addr + size <= dev->msix_entries_nr * PCI_MSIX_ENTRY_SIZE);
    return pci_get_long(dev->msix_table + addr);
}

static void table_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    PCIDevice *dev = opaque;
    unsigned vector = addr / PCI_MSIX_ENTRY_SIZE;
    bool was_masked;

    assert(size == 4 && addr + size <= dev->msix_entries_nr * PCI_MSIX_ENTRY_SIZE);
    was_masked = msix_is_masked(dev, vector);
    pci_set_long(dev->msix_table + addr, val);
    mask_changed(dev, vector, was_masked);
}

static const MemoryRegionOps table_ops = {
    .read = table_read,
    .write = table_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static uint64_t pba_read(void *opaque, hwaddr addr, unsigned size)
{
    PCIDevice *dev = opaque;
    unsigned first = addr * 8;
    unsigned last = MIN(first + size * 8, (unsigned)dev->msix_entries_nr);

    if (dev->msix_vector_poll_notifier) {
        dev->msix_vector_poll_notifier(dev, first, last);
    }
    return pci_get_long(dev->msix_pba + addr);
}

/* Pending bits are read only. */
static void pba_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
}

static const MemoryRegionOps pba_ops = {
    .read = pba_read,
    .write = pba_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* --- life --- */

static void mask_all(PCIDevice *dev)
{
    for (int vector = 0; vector < dev->msix_entries_nr; vector++) {
        bool was_masked = msix_is_masked(dev, vector);

        entry(dev, vector)[PCI_MSIX_ENTRY_VECTOR_CTRL] |= PCI_MSIX_ENTRY_CTRL_MASKBIT;
        mask_changed(dev, vector, was_masked);
    }
}

static bool layout_ok(uint32_t nentries, MemoryRegion *table_bar, uint8_t table_bar_nr,
                      unsigned table_offset, MemoryRegion *pba_bar, uint8_t pba_bar_nr,
                      unsigned pba_offset)
{
    unsigned table_size = nentries * PCI_MSIX_ENTRY_SIZE;
    unsigned pba_size = ROUND_UP(nentries, 64) / 8;

    return !(table_bar_nr == pba_bar_nr && table_offset < pba_offset + pba_size &&
             pba_offset < table_offset + table_size) &&
           table_offset + (uint64_t)table_size <= memory_region_size(table_bar) &&
           pba_offset + (uint64_t)pba_size <= memory_region_size(pba_bar) &&
           !((table_offset | pba_offset) & PCI_MSIX_FLAGS_BIRMASK);
}

static void init_capability(PCIDevice *dev, uint32_t nentries, unsigned table,
                            unsigned pba)
{
    uint8_t *config = dev->config + dev->msix_cap;

    pci_set_word(config + PCI_MSIX_FLAGS, nentries - 1);
    pci_set_long(config + PCI_MSIX_TABLE, table);
    pci_set_long(config + PCI_MSIX_PBA, pba);
    pci_set_word(dev->wmask + dev->msix_cap + PCI_MSIX_FLAGS,
                 PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
}

int msix_init(PCIDevice *dev, uint32_t nentries, MemoryRegion *table_bar,
              uint8_t table_bar_nr, unsigned table_offset, MemoryRegion *pba_bar,
              uint8_t pba_bar_nr, unsigned pba_offset, uint8_t cap_pos, Error **errp)
{
    unsigned table_size = nentries * PCI_MSIX_ENTRY_SIZE;
    unsigned pba_size = ROUND_UP(nentries, 64) / 8;
    int cap;

    if (!msi_nonbroken) {
        error_setg(errp, "MSI-X is not supported by interrupt controller");
        return -ENOTSUP;
    }
    if (nentries < 1 || nentries > MSIX_VECTORS_MAX) {
        error_setg(errp, "The number of MSI-X vectors is invalid");
        return -EINVAL;
    }
    if (!layout_ok(nentries, table_bar, table_bar_nr, table_offset, pba_bar, pba_bar_nr,
                   pba_offset)) {
        error_setg(errp, "table & pba overlap, or they don't fit in BARs,"
                         " or don't align");
        return -EINVAL;
    }
    cap = pci_add_capability(dev, PCI_CAP_ID_MSIX, cap_pos, MSIX_CAP_LENGTH, errp);
    if (cap < 0) {
        return cap;
    }
    dev->msix_cap = cap;
    dev->cap_present |= QEMU_PCI_CAP_MSIX;
    init_capability(dev, nentries, table_offset | table_bar_nr,
                    pba_offset | pba_bar_nr);

    dev->msix_table = g_malloc0(table_size);
    dev->msix_pba = g_malloc0(pba_size);
    dev->msix_entry_used = g_new0(unsigned, nentries);
    dev->msix_entries_nr = nentries;
    dev->msix_function_masked = true;
    mask_all(dev);

    memory_region_init_io(&dev->msix_table_mmio, OBJECT(dev), &table_ops, dev,
                          "msix-table", table_size);
    memory_region_add_subregion(table_bar, table_offset, &dev->msix_table_mmio);
    memory_region_init_io(&dev->msix_pba_mmio, OBJECT(dev), &pba_ops, dev, "msix-pba",
                          pba_size);
    memory_region_add_subregion(pba_bar, pba_offset, &dev->msix_pba_mmio);
    return 0;
}

int msix_init_exclusive_bar(PCIDevice *dev, uint32_t nentries, uint8_t bar_nr,
                            Error **errp)
{
    uint32_t pba_offset = MAX(2048, ROUND_UP(nentries * PCI_MSIX_ENTRY_SIZE, 8));
    uint32_t size = MAX(4096, pow2ceil(pba_offset + ROUND_UP(nentries, 64) / 8));
    g_autofree char *name = g_strdup_printf("%s-msix", dev->name);
    int ret;

    if (nentries > MSIX_VECTORS_MAX) {
        error_setg(errp, "The number of MSI-X vectors is invalid");
        return -EINVAL;
    }
    memory_region_init(&dev->msix_exclusive_bar, OBJECT(dev), name, size);
    ret = msix_init(dev, nentries, &dev->msix_exclusive_bar, bar_nr, 0,
                    &dev->msix_exclusive_bar, bar_nr, pba_offset, 0, errp);
    if (ret) {
        return ret;
    }
    pci_register_bar(dev, bar_nr, PCI_BASE_ADDRESS_SPACE_MEMORY,
                     &dev->msix_exclusive_bar);
    return 0;
}

void msix_uninit(PCIDevice *dev, MemoryRegion *table_bar, MemoryRegion *pba_bar)
{
    if (!msix_present(dev)) {
        return;
    }
    pci_del_capability(dev, PCI_CAP_ID_MSIX, MSIX_CAP_LENGTH);
    dev->msix_cap = 0;
    msix_unuse_all_vectors(dev);
    dev->msix_entries_nr = 0;
    memory_region_del_subregion(pba_bar, &dev->msix_pba_mmio);
    memory_region_del_subregion(table_bar, &dev->msix_table_mmio);
    g_clear_pointer(&dev->msix_pba, g_free);
    g_clear_pointer(&dev->msix_table, g_free);
    g_clear_pointer(&dev->msix_entry_used, g_free);
    dev->cap_present &= ~QEMU_PCI_CAP_MSIX;
}

void msix_uninit_exclusive_bar(PCIDevice *dev)
{
    msix_uninit(dev, &dev->msix_exclusive_bar, &dev->msix_exclusive_bar);
}

void msix_reset(PCIDevice *dev)
{
    if (!msix_present(dev)) {
        return;
    }
    memset(dev->msix_pba, 0, ROUND_UP(dev->msix_entries_nr, 64) / 8);
    mask_all(dev);
    pci_word_test_and_clear_mask(dev->config + dev->msix_cap + PCI_MSIX_FLAGS,
                                 PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
    dev->msix_function_masked = true;
    for (int vector = 0; vector < dev->msix_entries_nr; vector++) {
        memset(entry(dev, vector), 0, PCI_MSIX_ENTRY_VECTOR_CTRL);
    }
}

/* --- use --- */

void msix_vector_use(PCIDevice *dev, unsigned vector)
{
    assert(vector < dev->msix_entries_nr);
    dev->msix_entry_used[vector]++;
}

void msix_vector_unuse(PCIDevice *dev, unsigned vector)
{
    assert(vector < dev->msix_entries_nr && dev->msix_entry_used[vector]);
    if (!--dev->msix_entry_used[vector]) {
        msix_clr_pending(dev, vector);
    }
}

void msix_unuse_all_vectors(PCIDevice *dev)
{
    if (!msix_present(dev)) {
        return;
    }
    for (int vector = 0; vector < dev->msix_entries_nr; vector++) {
        dev->msix_entry_used[vector] = 0;
        msix_clr_pending(dev, vector);
    }
}

int msix_set_vector_notifiers(PCIDevice *dev, MSIVectorUseNotifier use_notifier,
                              MSIVectorReleaseNotifier release_notifier,
                              MSIVectorPollNotifier poll_notifier)
{
    assert(use_notifier && release_notifier);
    dev->msix_vector_use_notifier = use_notifier;
    dev->msix_vector_release_notifier = release_notifier;
    dev->msix_vector_poll_notifier = poll_notifier;
    for (int vector = 0; msix_enabled(dev) && vector < dev->msix_entries_nr; vector++) {
        if (!msix_is_masked(dev, vector)) {
            int ret = use_notifier(dev, vector, msix_get_message(dev, vector));

            if (ret < 0) {
                while (--vector >= 0) {
                    if (!msix_is_masked(dev, vector)) {
                        release_notifier(dev, vector);
                    }
                }
                dev->msix_vector_use_notifier = NULL;
                dev->msix_vector_release_notifier = NULL;
                dev->msix_vector_poll_notifier = NULL;
                return ret;
            }
        }
    }
    return 0;
}

void msix_unset_vector_notifiers(PCIDevice *dev)
{
    assert(dev->msix_vector_use_notifier && dev->msix_vector_release_notifier);
    for (int vector = 0; msix_enabled(dev) && vector < dev->msix_entries_nr; vector++) {
        if (!msix_is_masked(dev, vector)) {
            dev->msix_vector_release_notifier(dev, vector);
        }
    }
    dev->msix_vector_use_notifier = NULL;
    dev->msix_vector_release_notifier = NULL;
    dev->msix_vector_poll_notifier = NULL;
}
