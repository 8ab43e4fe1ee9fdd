/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MSI-X: a table of messages and a pending bit array in BARs. */
#ifndef HW_PCI_MSIX_H
#define HW_PCI_MSIX_H

#include "hw/pci/pci.h"

#define MSIX_CAP_LENGTH 12

void msix_set_message(PCIDevice *dev, int vector, MSIMessage msg);
MSIMessage msix_get_message(PCIDevice *dev, unsigned int vector);

/*
 * Put the table and the pending bits into BARs of the caller, or into one that
 * is used for nothing else. 0, or a negative errno with errp set; -ENOTSUP when
 * the machine takes no messages.
 */
int msix_init(PCIDevice *dev, uint32_t nentries, MemoryRegion *table_bar,
              uint8_t table_bar_nr, unsigned table_offset, MemoryRegion *pba_bar,
              uint8_t pba_bar_nr, unsigned pba_offset, uint8_t cap_pos, Error **errp);
int msix_init_exclusive_bar(PCIDevice *dev, uint32_t nentries, uint8_t bar_nr,
                            Error **errp);
void msix_uninit(PCIDevice *dev, MemoryRegion *table_bar, MemoryRegion *pba_bar);
void msix_uninit_exclusive_bar(PCIDevice *dev);
void msix_reset(PCIDevice *dev);
/* Called by pci_default_write_config(). */
void msix_write_config(PCIDevice *dev, uint32_t address, uint32_t val, int len);

unsigned int msix_nr_vectors_allocated(const PCIDevice *dev);
int msix_enabled(PCIDevice *dev);
int msix_present(PCIDevice *dev);
bool msix_is_masked(PCIDevice *dev, unsigned vector);
void msix_set_pending(PCIDevice *dev, unsigned vector);
void msix_clr_pending(PCIDevice *dev, int vector);
int msix_is_pending(PCIDevice *dev, unsigned vector);

/* A vector that no one uses is never sent. */
void msix_vector_use(PCIDevice *dev, unsigned vector);
void msix_vector_unuse(PCIDevice *dev, unsigned vector);
void msix_unuse_all_vectors(PCIDevice *dev);

/* Send, or mark pending while masked. */
void msix_notify(PCIDevice *dev, unsigned vector);

/* Told when a vector in use is unmasked (use) and masked (release). */
int msix_set_vector_notifiers(PCIDevice *dev, MSIVectorUseNotifier use_notifier,
                              MSIVectorReleaseNotifier release_notifier,
                              MSIVectorPollNotifier poll_notifier);
void msix_unset_vector_notifiers(PCIDevice *dev);

extern const VMStateDescription vmstate_msix;

#define VMSTATE_MSIX(_field, _state)                                                   \
    VMSTATE_STRUCT(_field, _state, 0, vmstate_msix, PCIDevice)

#endif
