#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Linux as the load: its boot beside QEMU's, a disk read behind the IOMMU and not, and
what the process takes beside the guest's memory. Needs what scripts/guest prepares."""
import argparse
import json
import os
import pathlib
import shutil
import sys
import time

sys.dont_write_bytecode = True
TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'tests' / 'guest'))
import guestvm                                                   # noqa: E402

RAM_MIB = 512
REFERENCE = 'qemu-system-aarch64'  # Debian's package qemu-system-arm
rows = []


def row(name, n, unit, value, baseline=0.0, ratio=0.0, goal=0.0, at_most=False):
    measured = ratio or value
    met = measured <= goal if at_most else measured >= goal
    verdict = '' if not goal else 'met' if met else 'not met'
    rows.append({'name': name, 'n': n, 'baseline': baseline, 'value': value, 'unit': unit,
                 'ratio': ratio, 'goal': goal, 'at_most': at_most, 'verdict': verdict})
    sign = '' if not goal else f"{'<=' if at_most else '>='} {goal:g}"
    print(f'{name:40}{n:8} {baseline:12.2f} {value:12.2f} {unit:8} {ratio:8.3g} {sign:>9}'
          f'  {verdict}', flush=True)


# ---- boot ----

def boot_seconds(emulator):
    """From the start of the process to the first line of /init, without devices."""
    os.environ['VIOMMU_EMULATOR'] = emulator
    try:
        with guestvm.Guest(memory=RAM_MIB, qmp=False, append='guest.skip=virtio_iommu') as vm:
            return vm.boot_seconds
    finally:
        del os.environ['VIOMMU_EMULATOR']


def boot(rounds):
    ours = str(guestvm.BUILD / 'viommu-system-aarch64')
    reference = os.environ.get('VIOMMU_REFERENCE') or shutil.which(REFERENCE)
    best = [float('inf')] * 2
    for _ in range(rounds):
        best[0] = min(best[0], boot_seconds(ours))
        if reference:
            best[1] = min(best[1], boot_seconds(reference))
    if not reference:
        print(f'boot: no {REFERENCE} here to compare with (package qemu-system-arm)')
        row('boot to /init', 1, 's', best[0])
    else:
        row('boot to /init', 1, 's', best[0], best[1], best[0] / best[1], 5, at_most=True)


# ---- a disk ----

def checksum(vm, name, mib):
    """MiB/s of wall time; the answer is checked."""
    vm.run('echo 3 >/proc/sys/vm/drop_caches')
    start = time.monotonic()
    got = vm.run(f'dd if=/dev/{name} bs=1M count={mib} 2>/dev/null | sha256sum', 600)
    seconds = time.monotonic() - start
    if got[0].split()[0] != vm.info['disk_sha256'][str(mib)]:
        sys.exit(f'bench-guest: {name} reads wrong')
    return mib / seconds


def disk_args(info):
    return (guestvm.drive('d0', info['disk']) + guestvm.drive('d1', info['disk']) +
            ['-device', 'virtio-iommu-pci',
             '-device', 'virtio-blk-pci,drive=d0,access_platform=on',
             '-device', 'virtio-blk-pci,drive=d1,access_platform=off'])


def memory_beside_ram(pid):
    """MiB resident in all that is not the guest's memory."""
    rss, others, ram = 0, 0, False
    for line in open(f'/proc/{pid}/smaps'):
        key, _, rest = line.partition(':')
        if key == 'Size':
            ram = int(rest.split()[0]) == RAM_MIB << 10
        elif key == 'Rss':
            rss = int(rest.split()[0])
            others += 0 if ram else rss
    return others / 1024


def disks(rounds, mib):
    """One guest, one disk behind the IOMMU (vda) and one that is not (vdb), in turns."""
    with guestvm.Guest(disk_args(guestvm.manifest()), memory=RAM_MIB) as vm:
        vm.run('wait-for /dev/vda; wait-for /dev/vdb')
        through = direct = 0.0
        for _ in range(rounds):
            direct = max(direct, checksum(vm, 'vdb', mib))
            through = max(through, checksum(vm, 'vda', mib))
        row('sha256sum of a disk, through the IOMMU', mib, 'MiB/s', through, direct,
            through / direct, 0.9)
        row('resident beside the guest\'s memory', RAM_MIB, 'MiB',
            memory_beside_ram(vm.process.pid), goal=64, at_most=True)
        vm.power_off()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--json', help='write results here')
    parser.add_argument('--check', action='store_true', help='fail if a goal is missed')
    parser.add_argument('--smoke', action='store_true', help='as short as can be')
    args = parser.parse_args()
    print('Linux in the guest')
    try:
        boot(1 if args.smoke else 3)
        disks(1 if args.smoke else 5, 1 if args.smoke else 64)
    except guestvm.GuestFailure as err:
        sys.exit(f'bench-guest: {err}')
    if args.json:
        json.dump(rows, open(args.json, 'w'))
    return args.check and any(r['verdict'] == 'not met' for r in rows)


sys.exit(main())
