/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest that writes anything to configuration space and BARs of a small tree,
 * while devices interrupt, do DMA, come and go. Each input is a list of steps of
 * eight bytes: operation, target, offset (16 bits), value (32 bits). Nothing may
 * break, and afterwards every device is still who it was.
 */
#include "qemu/osdep.h"
#include "../unit/pci-testbed.h"

#define STEP       8
#define MAX_STEPS  512
#define NR_TARGETS 8

static struct {
    PCIDevice *dev; /* NULL for "hot" while it is unplugged */
    uint32_t id;
} targets[NR_TARGETS];
static PCIDevice *port2;

static PCIDevice *add_port(const char *id, const char *addr, int slot)
{
    DeviceState *dev = qdev_new("pcie-root-port");

    dev->id = g_strdup(id);
    qdev_prop_set_uint16(dev, "slot", slot);
    object_property_parse(OBJECT(dev), "addr", addr, &error_abort);
    qdev_realize_and_unref(dev, BUS(bed.bus), &error_abort);
    return PCI_DEVICE(dev);
}

static void build(void)
{
    PCIDevice *port1, *pb, *cb;
    unsigned n = 0;

    bed_start();
    targets[n++].dev = port1 = add_port("rp1", "1", 1);
    targets[n++].dev = port2 = add_port("rp2", "2", 2);
    targets[n++].dev = pb = bed_add(bed_bus_of(port1), "pcie-pci-bridge", "pb", "0");
    targets[n++].dev = cb = bed_add(bed.bus, "pci-bridge", "cb", "3");
    targets[n++].dev = bed_add(bed_bus_of(pb), TYPE_BED_DEVICE, "old", "1");
    targets[n++].dev = bed_add(bed_bus_of(cb), TYPE_BED_DEVICE, "legacy", "1");
    targets[n++].dev = bed_add(bed.bus, TYPE_BED_EXPRESS, "exp", "4");
    for (unsigned i = 0; i < n; i++) {
        targets[i].id = pci_get_long(targets[i].dev->config);
    }
    bed_ready();
}

/* As a host bridge does it, whatever the bus numbers say at the moment. */
static void config_step(PCIDevice *d, unsigned op, unsigned offset, uint32_t val)
{
    int len = 1 << (op % 3);

    offset = offset % PCIE_CONFIG_SPACE_SIZE & ~(len - 1);
    if (op < 3) {
        pci_host_config_write_common(d, offset, PCIE_CONFIG_SPACE_SIZE, val, len);
    } else {
        pci_host_config_read_common(d, offset, PCIE_CONFIG_SPACE_SIZE, len);
    }
}

static void hotplug_step(uint32_t val)
{
    PCIDevice **hot = &targets[NR_TARGETS - 1].dev;

    /* The guest may have completed an earlier request. */
    *hot = bed_bus_of(port2)->devices[0];
    if (!*hot) {
        bed_add(bed_bus_of(port2), TYPE_BED_DEVICE, "hot", "0");
    } else if (val & 1) {
        qdev_unplug(DEVICE(*hot), NULL);
    }
    *hot = bed_bus_of(port2)->devices[0];
}

static void device_step(PCIDevice *d, unsigned op, unsigned offset, uint32_t val)
{
    uint8_t buf[16] = { 0 };

    switch (op) {
    case 0:
        if (pci_intx(d) >= 0) {
            pci_set_irq(d, val & 1);
        }
        break;
    case 1:
        if (msix_present(d)) {
            msix_vector_use(d, offset % msix_nr_vectors_allocated(d));
            msix_notify(d, offset % msix_nr_vectors_allocated(d));
        }
        break;
    case 2:
        if (msi_present(d)) {
            msi_notify(d, offset % 4);
        }
        break;
    case 3:
        pci_dma_write(d, val, buf, sizeof(buf));
        break;
    }
    g_assert_cmpuint(pci_requester_id(d), <=, UINT16_MAX);
}

static void run_step(const uint8_t *step)
{
    unsigned op = step[0], offset = lduw_le_p(step + 2);
    uint32_t val = ldl_le_p(step + 4);
    PCIDevice *d = targets[step[1] % NR_TARGETS].dev;

    switch (op % 8) {
    case 0:
    case 1:
    case 2:
    case 3:
        if (d) {
            config_step(d, step[0] / 8 % 6, offset, val);
        }
        break;
    case 4: /* by bus number, which may lead anywhere */
        cfg_write(step[1], offset >> 8, offset & 0xfc, val, 4);
        break;
    case 5: /* whatever is mapped there */
        phys_write32(BED_MMIO + ((uint64_t)offset << 10) % BED_MMIO_SIZE, val);
        phys_read32(BED_MMIO + (val & ~3U) % BED_MMIO_SIZE);
        break;
    case 6:
        hotplug_step(val);
        break;
    default:
        if (d) {
            device_step(d, step[0] / 8 % 4, offset, val);
        }
        break;
    }
    targets[NR_TARGETS - 1].dev = bed_bus_of(port2)->devices[0];
}

static void restore(void)
{
    PCIDevice *hot = bed_bus_of(port2)->devices[0];

    if (hot) {
        bed_remove(hot);
    }
    targets[NR_TARGETS - 1].dev = NULL;
    bus_cold_reset(BUS(bed.bus));
    for (unsigned i = 0; i < NR_TARGETS - 1; i++) {
        g_assert_cmphex(pci_get_long(targets[i].dev->config), ==, targets[i].id);
        g_assert_cmphex(pci_get_word(targets[i].dev->config + PCI_COMMAND), ==, 0);
        msix_unuse_all_vectors(targets[i].dev);
    }
    for (int i = 0; i < PCI_NUM_PINS; i++) {
        g_assert_cmpint(bed.irq_levels[i], ==, 0);
    }
    drain_call_rcu();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!bed.bus) {
        build();
    }
    for (unsigned n = 0; size >= STEP && n < MAX_STEPS; n++) {
        run_step(data);
        data += STEP;
        size -= STEP;
    }
    restore();
    return 0;
}
