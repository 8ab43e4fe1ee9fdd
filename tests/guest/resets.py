# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine is reset at random moments: while it boots, while DMA is under way.

The first word on the command line is the number of resets, VIOMMU_SEED repeats a run."""
import os
import random
import sys
import time

from common import IOMMU_PCI, PCI_ENDPOINTS, check_disk, check_no_complaints, disk
from guestvm import Guest, manifest
from runner import expect, run

RESETS = int(sys.argv.pop(1))
RESETS_OF_ONE_RUN = 8
READERS = ['while :; do dd if=/dev/vda of=/dev/null bs=64k iflag=direct 2>/dev/null; done',
           'while :; do dd if=/dev/vda of=/dev/null bs=1M count=8 2>/dev/null; done',
           'while :; do dd if=/dev/hwrng of=/dev/null bs=64 count=20 2>/dev/null; done']
SEED = os.environ.get('VIOMMU_SEED', str(random.SystemRandom().getrandbits(32)))
CHANCE = random.Random(SEED)


def reset(guest):
    guest.qmp.command('system_reset')
    guest.qmp.wait_event('RESET', guest=False)
    # What the Linux before has printed is none of the next one's lines.
    time.sleep(.2)
    guest.lines.queue.clear()


def resets(smp, gic):
    """Each reset is told to the client, and the Linux after the last one is sound."""
    print(f'# VIOMMU_SEED={SEED}', flush=True)
    args = disk(manifest()) + IOMMU_PCI + PCI_ENDPOINTS
    left = max(RESETS // 4, 1)
    while left > 0:
        with Guest(args, smp=smp, machine=f'virt,gic-version={gic}') as guest:
            for _ in range(min(left, RESETS_OF_ONE_RUN)):
                # Half of them find a Linux at work, the others one that boots.
                if CHANCE.random() < .5:
                    reset(guest)
                    guest.wait_ready()
                    for reader in READERS:
                        guest.start(reader)
                time.sleep(CHANCE.random() ** 2 * 3)
                reset(guest)
                left -= 1
            expect('status', [guest.qmp.command('query-status')['status']], ['running'])
            guest.wait_ready()
            check_disk(guest)
            check_no_complaints(guest)
            guest.power_off()


run([(f'resets/{smp}-cpu/gic{gic}', resets, smp, gic)
     for smp in (1, 4) for gic in (2, 3)])
