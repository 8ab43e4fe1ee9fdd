#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""S4.1: one function chooses where a virtio device's DMA goes; nothing else asks."""
import pathlib
import re
import sys

CHOICE = 'host/virtio/virtio-dma.c'
# What would be a second place: taking the bus's answer, setting the result, or asking
# for the bit outside negotiation and the refusal of legacy.
RULES = [
    (r'->get_dma_as\(', {CHOICE}),
    (r'vdev->dma_as\s*=[^=]', {'host/virtio/virtio-bus.c'}),
    (r'\biommu_enabled\b', {'host/include/hw/virtio/virtio-bus.h'}),
    (r'VIRTIO_F_(ACCESS|IOMMU)_PLATFORM',
     {CHOICE, 'host/virtio/virtio-features.c', 'host/virtio/virtio-pci.c',
      'host/virtio/virtio-qmp.c', 'host/include/hw/virtio/virtio.h',
      'host/include/standard-headers/linux/virtio_config.h',
      'hw/virtio/virtio-iommu.c'}),
]


def main():
    bad = []
    files = [p for d in ('host', 'hw', 'include') for p in pathlib.Path(d).rglob('*.[ch]')]
    for path in files:
        text = path.read_text()
        for pattern, allowed in RULES:
            if re.search(pattern, text) and str(path) not in allowed:
                bad.append(f'{path}: {pattern}: only {CHOICE} decides where DMA goes')
    print('\n'.join(bad) or 'ok')
    sys.exit(1 if bad else 0)


main()
