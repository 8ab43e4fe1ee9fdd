# SPDX-License-Identifier: GPL-2.0-or-later
"""What several guest tests share: devices, and the lines a good guest prints."""
from guestvm import drive
from runner import expect

MIB_READ = 4

IOMMU_PCI = ['-device', 'virtio-iommu-pci']
IOMMU_MMIO = ['-device', 'virtio-iommu-device']
# Endpoints on PCI, in slots after the IOMMU's.
PCI_ENDPOINTS = ['-device', 'virtio-blk-pci,drive=d0,access_platform=on',
                 '-device', 'virtio-net-pci,netdev=n0,access_platform=on',
                 '-device', 'virtio-rng-pci,access_platform=on',
                 '-netdev', 'user,id=n0']


def disk(info):
    return drive('d0', info['disk'])


def read_disk(guest, name='vda', mib=MIB_READ):
    """The checksum of the first @mib of a disk in the guest."""
    return guest.run(f'wait-for /dev/{name} && dd if=/dev/{name} bs=1M count={mib} 2>/dev/null | sha256sum')[
        0].split()[0]


def check_disk(guest, name='vda', mib=MIB_READ):
    expect('checksum of the disk', [read_disk(guest, name, mib)],
           [guest.info['disk_sha256'][str(mib)]])


def driver_lines(groups, hole=0x8, virtio='virtio0', policy='strict'):
    """Kernel messages about the IOMMU; @groups: (driver, device) in their order."""
    lines = ['iommu: Default domain type: Translated ',
             f'iommu: DMA domain TLB invalidation policy: {policy} mode ',
             'virtio_iommu: loading out-of-tree module taints kernel.',
             'virtio_iommu: module verification failed: signature and/or required key '
             'missing - tainting kernel']
    if hole is not None:
        lines.append(f'OF: /pcie@10000000: no iommu-map translation for id {hole:#x} on '
                     '(null)')
    lines += [f'virtio_iommu {virtio}: input address: 48 bits',
              f'virtio_iommu {virtio}: page mask: 0x40201000']
    lines += [f'{driver} {device}: Adding to iommu group {number}'
              for number, (driver, device) in enumerate(groups)]
    return lines


def check_iommu_messages(guest, *args, **kwargs):
    expect('kernel messages about the IOMMU', guest.dmesg('iommu'),
           driver_lines(*args, **kwargs))


def check_no_complaints(guest):
    """Nothing went wrong that the kernel noticed."""
    expect('complaints of the kernel',
           guest.dmesg('WARNING|BUG|Oops|Call trace|fault from EP|I/O error|timed out'
                       '|stall'), [])


def interrupts(guest, pattern):
    """{name: count} of the lines of /proc/interrupts with @pattern."""
    counts = {}
    for line in guest.run(f'grep "{pattern}" /proc/interrupts'):
        fields = line.split()
        numbers = [int(f) for f in fields[1:] if f.isdigit()]
        cpus = int(guest.run('nproc')[0])
        counts[fields[-1]] = sum(numbers[:cpus])
    return counts
