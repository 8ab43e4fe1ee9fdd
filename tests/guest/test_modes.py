# SPDX-License-Identifier: GPL-2.0-or-later
"""How the guest and the user may set the IOMMU up, and what each choice means."""
from common import (IOMMU_PCI, PCI_ENDPOINTS, check_disk, check_no_complaints, disk)
from guestvm import Guest, manifest
from runner import expect, expect_that, run

EDU = ['-device', 'edu']
SECRET = 0x1000000


def types(guest):
    return [line.split()[2] for line in guest.run('iommu-groups')]


def passthrough():
    """iommu.passthrough=1: domains of type identity, nothing is mapped page by page."""
    with Guest(disk(manifest()) + IOMMU_PCI + PCI_ENDPOINTS,
               append='iommu.passthrough=1') as guest:
        expect('domain types', types(guest), ['identity'] * 3)
        check_disk(guest)
        iommu = guest.qmp.command('query-viommu')[0]
        expect('endpoints that bypass',
               [e['bypass'] for e in iommu['endpoints'] if 'domain' in e], [True] * 3)
        expect('mappings', [iommu['mappings']], [0])
        check_no_complaints(guest)
        guest.power_off()


def domain_policy(append, policy):
    """Linux 6.1's driver flushes at once whatever it is told: both give type DMA."""
    with Guest(disk(manifest()) + IOMMU_PCI + PCI_ENDPOINTS, append=append) as guest:
        expect('domain types', types(guest), ['DMA'] * 3)
        expect('policy', guest.dmesg('invalidation policy'),
               [f'iommu: DMA domain TLB invalidation policy: {policy} mode '
                '(set via kernel command line)'])
        check_disk(guest)
        check_no_complaints(guest)
        guest.power_off()


def boot_bypass(on):
    """Before a driver comes, the device lets all DMA through, or none."""
    args = ['-device', f'virtio-iommu-pci,boot-bypass={"on" if on else "off"}'] + EDU
    with Guest(args, append='guest.skip=virtio_iommu') as guest:
        expect('DMA', guest.run(f'edu-dma write {SECRET + 0x40000000:#x} 0'),
               [f'edu-dma: write of 0 bytes at {SECRET + 0x40000000:#x} done'])
        guest.run(f'edu-dma read {SECRET:#x} 64')
        iommu = guest.qmp.command('query-viommu')[0]
        edu = [e for e in iommu['endpoints'] if e['endpoint'] == 0x10]
        expect('config.bypass', [iommu['bypass']], [on])
        expect('edu bypasses', [e['bypass'] for e in edu], [on])
        expect_that((iommu['faults'] == 0) == on, f'{iommu["faults"]} faults')
        guest.power_off()


def boot_bypass_driver(on):
    """With its driver the IOMMU works the same whatever it did before."""
    args = disk(manifest()) + [
        '-device', f'virtio-iommu-pci,boot-bypass={"on" if on else "off"}'] + PCI_ENDPOINTS
    with Guest(args) as guest:
        expect('domain types', types(guest), ['DMA'] * 3)
        check_disk(guest)
        check_no_complaints(guest)
        guest.power_off()


def fault():
    """DMA outside of any mapping: reported with endpoint, address and direction."""
    with Guest(IOMMU_PCI + EDU) as guest:
        guest.run('edu-dma bind')
        guest.run('edu-dma write 0x1000000 64; edu-dma read 0x2345670 4')
        expect('fault reports', guest.dmesg('fault from EP'),
               ['virtio_iommu virtio0: page fault from EP 16 at 0x1000000 [W]',
                'virtio_iommu virtio0: page fault from EP 16 at 0x2345670 [R]'])
        guest.power_off()


def msi_hardware(machine, window):
    """The doorbell is a window of the platform: reserved, in no mapping."""
    with Guest(disk(manifest()) + IOMMU_PCI + PCI_ENDPOINTS, machine=machine) as guest:
        regions = guest.run('cat /sys/kernel/iommu_groups/0/reserved_regions')
        expect('reserved regions', [r for r in regions if 'msi' in r], [window + ' msi'])
        check_disk(guest)
        expect('mappings of devices', mmio_mappings(guest), [])
        check_no_complaints(guest)
        guest.power_off()


def mmio_mappings(guest):
    """Guest-physical pages that endpoints have mapped as MMIO."""
    iommu = guest.qmp.command('query-viommu')[0]
    found = set()
    for domain in iommu['domains']:
        page = guest.qmp.command('query-viommu-mappings', path=iommu['path'],
                                 domain=domain['domain'])
        found |= {m['phys'] for m in page['mappings'] if m['mmio']}
    return sorted(found)


def msi_software(machine, doorbell):
    """The guest maps the doorbell itself, and MSIs go through that mapping."""
    args = disk(manifest()) + ['-device', 'virtio-iommu-pci,msi-doorbell=software']
    with Guest(args + PCI_ENDPOINTS, machine=machine) as guest:
        check_disk(guest)
        expect('mapped doorbells', mmio_mappings(guest), [doorbell])
        check_no_complaints(guest)
        guest.power_off()


V2M = '0x0000000008020000 0x0000000008020fff'
ITS = '0x0000000008090000 0x000000000809ffff'

run([('passthrough', passthrough),
     ('strict', domain_policy, 'iommu.strict=1', 'strict'),
     ('lazy', domain_policy, 'iommu.strict=0', 'lazy'),
     ('boot-bypass/on/no-driver', boot_bypass, True),
     ('boot-bypass/off/no-driver', boot_bypass, False),
     ('boot-bypass/on', boot_bypass_driver, True),
     ('boot-bypass/off', boot_bypass_driver, False),
     ('fault', fault),
     ('msi/hardware/v2m', msi_hardware, 'virt', V2M),
     ('msi/hardware/its', msi_hardware, 'virt,gic-version=3', ITS),
     ('msi/software/v2m', msi_software, 'virt', 0x8020000),
     ('msi/software/its', msi_software, 'virt,gic-version=3', 0x8090000)])
