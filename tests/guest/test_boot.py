# SPDX-License-Identifier: GPL-2.0-or-later
"""Linux boots behind the IOMMU on every kind of machine (rows S2.1, S2.2, S2.6, S2.8)."""
from common import (IOMMU_MMIO, IOMMU_PCI, PCI_ENDPOINTS, check_disk,
                    check_iommu_messages, check_no_complaints, disk, interrupts)
from guestvm import Guest, manifest
from runner import expect, expect_that, run

PCI_GROUPS = [('virtio-pci', f'0000:00:0{n}.0') for n in (2, 3, 4)]


def check_machine(guest, cpus, msi_kind):
    expect('CPUs', guest.run('nproc; cat /sys/devices/system/cpu/online'),
           [str(cpus), f'0-{cpus - 1}' if cpus > 1 else '0'])
    check_disk(guest)
    if msi_kind:
        found = interrupts(guest, f' {msi_kind} .*virtio')
        expect_that(any(n > 0 for n in found.values()),
                    f'no {msi_kind} interrupt came: {found}')
    check_no_complaints(guest)
    guest.power_off()


def pci(machine, cpus, msi_kind):
    """The IOMMU is the first function of the bus it translates."""
    args = disk(manifest()) + IOMMU_PCI + PCI_ENDPOINTS
    with Guest(args, machine=machine, smp=cpus) as guest:
        check_iommu_messages(guest, PCI_GROUPS)
        expect('groups', guest.run('iommu-groups'),
               [f'{i} {device} DMA' for i, (_, device) in enumerate(PCI_GROUPS)])
        check_machine(guest, cpus, msi_kind)


def last():
    """The IOMMU comes last on the command line, is first on the bus."""
    args = disk(manifest()) + [
        '-device', 'virtio-blk-pci,drive=d0,access_platform=on,addr=7',
        '-device', 'virtio-rng-pci,access_platform=on,addr=3.1,multifunction=on',
        '-device', 'virtio-rng-pci,access_platform=on,addr=3.0,multifunction=on',
        '-device', 'virtio-iommu-pci,addr=3.2']
    with Guest(args) as guest:
        check_disk(guest)
        expect('messages about the hole', guest.dmesg('no iommu-map'),
               ['OF: /pcie@10000000: no iommu-map translation for id 0x1a on (null)'])
        # Functions of one device that are not kept apart share a group.
        members = [line.split(' ', 1)[1] for line in guest.run('iommu-groups')]
        expect('groups', sorted(members),
               ['0000:00:03.0 0000:00:03.1 DMA', '0000:00:07.0 DMA'])
        check_no_complaints(guest)
        guest.power_off()


def mmio(machine, cpus, msi_kind):
    """The IOMMU in a virtio-mmio slot translates PCI and platform endpoints."""
    args = disk(manifest()) + [
        '-device', 'virtio-blk-device,drive=d0,access_platform=on'] + IOMMU_MMIO + [
        '-device', 'virtio-rng-pci,access_platform=on']
    with Guest(args, machine=machine, smp=cpus) as guest:
        groups = sorted(line.split(' ', 1)[1] for line in guest.run('iommu-groups'))
        expect('groups', groups, ['0000:00:01.0 DMA', 'a003e00.virtio_mmio DMA'])
        iommu = guest.qmp.command('query-viommu')[0]
        ids = sorted(e['endpoint'] for e in iommu['endpoints'] if 'domain' in e)
        expect('attached endpoints', ids, [8, 0x10000 + 31])
        check_machine(guest, cpus, msi_kind)


run([('pci/gicv2/1-cpu', pci, 'virt', 1, 'MSI'),
     ('pci/gicv2/4-cpus', pci, 'virt', 4, 'MSI'),
     ('pci/gicv3-its/1-cpu', pci, 'virt,gic-version=3', 1, 'ITS-MSI'),
     ('pci/gicv3-its/4-cpus', pci, 'virt,gic-version=3', 4, 'ITS-MSI'),
     ('pci/gicv3-intx', pci, 'virt,gic-version=3,its=off', 1, 'GICv3'),
     ('pci/highmem-off', pci, 'virt,highmem=off', 1, 'MSI'),
     ('pci/any-order', last),
     ('mmio/gicv2/1-cpu', mmio, 'virt', 1, 'MSI'),
     ('mmio/gicv3-its/4-cpus', mmio, 'virt,gic-version=3', 4, 'ITS-MSI')])
