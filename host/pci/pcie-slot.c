/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slot registers and native hotplug.
 *
 * Plug: the card is present and its link comes up at once, which is all that a
 * guest needs to bring it in. Unplug: the attention button asks the guest; when
 * it switches the slot off, the devices that were asked for are deleted. A slot
 * that is off needs no guest. Power off without a request only powers down.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie_port.h"

#define CONTROL_BITS                                                                   \
    (PCI_EXP_SLTCTL_ABPE | PCI_EXP_SLTCTL_PDCE | PCI_EXP_SLTCTL_CCIE |                 \
     PCI_EXP_SLTCTL_HPIE | PCI_EXP_SLTCTL_AIC | PCI_EXP_SLTCTL_PIC |                   \
     PCI_EXP_SLTCTL_PCC | PCI_EXP_SLTCTL_DLLSCE)
#define EVENT_BITS                                                                     \
    (PCI_EXP_SLTSTA_ABP | PCI_EXP_SLTSTA_PDC | PCI_EXP_SLTSTA_CC | PCI_EXP_SLTSTA_DLLSC)

static uint8_t *reg(PCIDevice *port, unsigned offset)
{
    return port->config + port->exp.exp_cap + offset;
}

static uint16_t control(PCIDevice *port)
{
    return pci_get_word(reg(port, PCI_EXP_SLTCTL));
}

static PCIBus *slot_bus(PCIDevice *port)
{
    return pci_bridge_get_sec_bus(PCI_BRIDGE(port));
}

static bool hotplug_capable(PCIDevice *port)
{
    return pci_get_long(reg(port, PCI_EXP_SLTCAP)) & PCI_EXP_SLTCAP_HPC;
}

static bool is_off(uint16_t ctl)
{
    return (ctl & PCI_EXP_SLTCTL_PCC) == PCI_EXP_SLTCTL_PWR_OFF &&
           (ctl & PCI_EXP_SLTCTL_PIC) == PCI_EXP_SLTCTL_PWR_IND_OFF;
}

static bool is_blinking(uint16_t ctl)
{
    return (ctl & PCI_EXP_SLTCTL_PIC) == PCI_EXP_SLTCTL_PWR_IND_BLINK;
}

/* --- events --- */

static bool event_wanted(PCIDevice *port)
{
    uint16_t ctl = control(port);
    uint16_t sta = pci_get_word(reg(port, PCI_EXP_SLTSTA));
    uint16_t same_bits = PCI_EXP_SLTSTA_ABP | PCI_EXP_SLTSTA_PDC | PCI_EXP_SLTSTA_CC;

    return (ctl & PCI_EXP_SLTCTL_HPIE) &&
           ((ctl & sta & same_bits) ||
            ((ctl & PCI_EXP_SLTCTL_DLLSCE) && (sta & PCI_EXP_SLTSTA_DLLSC)));
}

/* A message when the condition becomes true; the line follows its level. */
static void update_interrupt(PCIDevice *port)
{
    bool now = event_wanted(port);

    if (now == port->exp.hpev_notified) {
        return;
    }
    port->exp.hpev_notified = now;
    if (msix_enabled(port)) {
        if (now) {
            msix_notify(port, pcie_cap_flags_get_vector(port));
        }
    } else if (msi_enabled(port)) {
        if (now) {
            msi_notify(port, pcie_cap_flags_get_vector(port));
        }
    } else if (pci_intx(port) >= 0) {
        pci_set_irq(port, now);
    }
}

static void post_event(PCIDevice *port, uint16_t events)
{
    pci_word_test_and_set_mask(reg(port, PCI_EXP_SLTSTA), events & EVENT_BITS);
    update_interrupt(port);
}

/* --- presence and power --- */

static void set_power(PCIBus *bus, PCIDevice *dev, void *opaque)
{
    pci_set_power(dev, *(bool *)opaque);
}

static bool populated(PCIDevice *port)
{
    return !QTAILQ_EMPTY(&BUS(slot_bus(port))->children);
}

/* Link and power follow the switch; presence follows the card. */
static void update_power(PCIDevice *port)
{
    bool on = (control(port) & PCI_EXP_SLTCTL_PCC) == PCI_EXP_SLTCTL_PWR_ON;
    uint16_t link = on && populated(port) ? PCI_EXP_LNKSTA_DLLLA : 0;
    uint16_t was = pci_get_word(reg(port, PCI_EXP_LNKSTA)) & PCI_EXP_LNKSTA_DLLLA;

    pci_for_each_device_under_bus(slot_bus(port), set_power, &on);
    if (link != was) {
        pci_word_test_and_clear_mask(reg(port, PCI_EXP_LNKSTA), PCI_EXP_LNKSTA_DLLLA);
        pci_word_test_and_set_mask(reg(port, PCI_EXP_LNKSTA), link);
        pci_word_test_and_set_mask(reg(port, PCI_EXP_SLTSTA), PCI_EXP_SLTSTA_DLLSC);
    }
}

static void update_presence(PCIDevice *port)
{
    pci_word_test_and_clear_mask(reg(port, PCI_EXP_SLTSTA), PCI_EXP_SLTSTA_PDS);
    if (populated(port)) {
        pci_word_test_and_set_mask(reg(port, PCI_EXP_SLTSTA), PCI_EXP_SLTSTA_PDS);
    }
}

void pcie_cap_slot_enable_power(PCIDevice *dev)
{
    pci_word_test_and_clear_mask(reg(dev, PCI_EXP_SLTCTL), PCI_EXP_SLTCTL_PCC);
    update_power(dev);
}

void pcie_cap_slot_push_attention_button(PCIDevice *dev)
{
    post_event(dev, PCI_EXP_SLTSTA_ABP);
}

/* --- registers --- */

void pcie_cap_slot_init(PCIDevice *dev, PCIESlot *s)
{
    unsigned pos = dev->exp.exp_cap;
    uint32_t caps = (uint32_t)s->slot << ctz32(PCI_EXP_SLTCAP_PSN) |
                    PCI_EXP_SLTCAP_PIP | PCI_EXP_SLTCAP_AIP | PCI_EXP_SLTCAP_ABP |
                    PCI_EXP_SLTCAP_PCP;

    pci_word_test_and_set_mask(reg(dev, PCI_EXP_FLAGS), PCI_EXP_FLAGS_SLOT);
    pci_long_test_and_set_mask(reg(dev, PCI_EXP_LNKCAP), PCI_EXP_LNKCAP_DLLLARC);
    if (s->hotplug) {
        caps |= PCI_EXP_SLTCAP_HPS | PCI_EXP_SLTCAP_HPC;
    }
    pci_set_long(reg(dev, PCI_EXP_SLTCAP), caps);
    pci_set_word(reg(dev, PCI_EXP_SLTCTL),
                 PCI_EXP_SLTCTL_PWR_IND_OFF | PCI_EXP_SLTCTL_ATTN_IND_OFF);
    pci_set_word(dev->wmask + pos + PCI_EXP_SLTCTL, CONTROL_BITS);
    pci_set_word(dev->w1cmask + pos + PCI_EXP_SLTSTA, EVENT_BITS);
    /* The state of the card and its link is not the same on every machine. */
    pci_set_word(dev->cmask + pos + PCI_EXP_SLTSTA, 0);
    pci_set_word(dev->cmask + pos + PCI_EXP_LNKSTA, 0);
    dev->exp.hpev_notified = false;
    qbus_set_hotplug_handler(BUS(slot_bus(dev)), OBJECT(dev));
}

void pcie_cap_slot_reset(PCIDevice *dev)
{
    bool on = populated(dev);
    uint16_t ctl = PCI_EXP_SLTCTL_ATTN_IND_OFF;

    ctl |= on ? PCI_EXP_SLTCTL_PWR_IND_ON | PCI_EXP_SLTCTL_PWR_ON
              : PCI_EXP_SLTCTL_PWR_IND_OFF | PCI_EXP_SLTCTL_PWR_OFF;
    pci_set_word(reg(dev, PCI_EXP_SLTCTL), ctl);
    update_presence(dev);
    update_power(dev);
    pci_word_test_and_clear_mask(reg(dev, PCI_EXP_SLTSTA), EVENT_BITS);
    update_interrupt(dev);
}

void pcie_cap_slot_get(PCIDevice *dev, uint16_t *slt_ctl, uint16_t *slt_sta)
{
    *slt_ctl = control(dev);
    *slt_sta = pci_get_word(reg(dev, PCI_EXP_SLTSTA));
}

static void delete_if_requested(PCIBus *bus, PCIDevice *dev, void *opaque)
{
    DeviceState *qdev = DEVICE(dev);

    if (qdev->pending_deleted_event) {
        hotplug_handler_unplug(qdev_get_hotplug_handler(qdev), qdev, &error_abort);
        object_unparent(OBJECT(qdev));
    }
}

static void finish_unplug(PCIDevice *port)
{
    pci_for_each_device_under_bus(slot_bus(port), delete_if_requested, NULL);
    if (!populated(port)) {
        update_presence(port);
        update_power(port);
        post_event(port, PCI_EXP_SLTSTA_PDC);
    }
}

void pcie_cap_slot_write_config(PCIDevice *dev, uint16_t old_slt_ctl,
                                uint16_t old_slt_sta, uint32_t addr, uint32_t val,
                                int len)
{
    uint32_t sltctl = dev->exp.exp_cap + PCI_EXP_SLTCTL;
    uint16_t ctl = control(dev);

    if (addr < sltctl + 2 && sltctl < addr + len) {
        update_power(dev);
        if (is_off(ctl) && !is_off(old_slt_ctl)) {
            finish_unplug(dev);
        }
        pci_word_test_and_set_mask(reg(dev, PCI_EXP_SLTSTA), PCI_EXP_SLTSTA_CC);
    }
    update_interrupt(dev);
}

int pcie_cap_slot_post_load(void *opaque, int version_id)
{
    PCIDevice *port = opaque;

    /* The card is what the command line says, whatever the stream says. */
    update_presence(port);
    update_power(port);
    port->exp.hpev_notified = event_wanted(port);
    return 0;
}

/* --- the hotplug handler of the slot's bus --- */

void pcie_cap_slot_pre_plug_cb(HotplugHandler *hotplug_dev, DeviceState *dev,
                               Error **errp)
{
    PCIDevice *port = PCI_DEVICE(hotplug_dev);

    if (dev->hotplugged && !hotplug_capable(port)) {
        error_setg(errp, "Hot-plug failed: unsupported by the port device '%s'",
                   DEVICE(port)->id);
    }
}

void pcie_cap_slot_plug_cb(HotplugHandler *hotplug_dev, DeviceState *dev, Error **errp)
{
    PCIDevice *port = PCI_DEVICE(hotplug_dev);

    if (!dev->hotplugged) {
        update_presence(port);
        update_power(port);
        pci_word_test_and_clear_mask(reg(port, PCI_EXP_SLTSTA), EVENT_BITS);
        return;
    }
    /* Functions may come one by one: the guest is told with function 0. */
    if (PCI_FUNC(PCI_DEVICE(dev)->devfn)) {
        bool on = (control(port) & PCI_EXP_SLTCTL_PCC) == PCI_EXP_SLTCTL_PWR_ON;

        pci_set_power(PCI_DEVICE(dev), on);
        return;
    }
    update_presence(port);
    update_power(port);
    post_event(port, PCI_EXP_SLTSTA_PDC | PCI_EXP_SLTSTA_DLLSC);
}

void pcie_cap_slot_unplug_cb(HotplugHandler *hotplug_dev, DeviceState *dev,
                             Error **errp)
{
    qdev_unrealize(dev);
}

static void request_delete(PCIBus *bus, PCIDevice *dev, void *opaque)
{
    DEVICE(dev)->pending_deleted_event = true;
}

void pcie_cap_slot_unplug_request_cb(HotplugHandler *hotplug_dev, DeviceState *dev,
                                     Error **errp)
{
    PCIDevice *port = PCI_DEVICE(hotplug_dev);
    PCIDevice *pci_dev = PCI_DEVICE(dev);
    PCIBus *bus = slot_bus(port);
    uint16_t ctl = control(port);

    if (!hotplug_capable(port)) {
        error_setg(errp, "Hot-unplug failed: unsupported by the port device '%s'",
                   DEVICE(port)->id);
        return;
    }
    /* Not shown to the guest yet: nobody to ask. */
    if (PCI_FUNC(pci_dev->devfn) && !bus->devices[0]) {
        dev->pending_deleted_event = true;
        delete_if_requested(bus, pci_dev, NULL);
        return;
    }
    if (is_blinking(ctl)) {
        error_setg(errp, "Hot-unplug failed: guest is busy (power indicator blinking)");
        return;
    }
    /* A slot has one power switch: all functions of the card go. */
    pci_for_each_device_under_bus(bus, request_delete, NULL);
    if (is_off(ctl)) {
        finish_unplug(port);
        return;
    }
    pcie_cap_slot_push_attention_button(port);
}
