# SPDX-License-Identifier: GPL-2.0-or-later
"""Ten minutes (VIOMMU_SOAK_SECONDS) of everything at once, on four CPUs: two disks,
one of them plugged and unplugged, the network, a driver that comes and goes, faults."""
import os
import socket
import tempfile
import threading
import time

from common import IOMMU_PCI, PCI_ENDPOINTS, check_disk, disk
from guestvm import Guest, drive, manifest, scratch_disk
from runner import expect, expect_that, run

SECONDS = int(os.environ.get('VIOMMU_SOAK_SECONDS', '600'))
COMPLAINTS = 'WARNING|BUG|Oops|Call trace|I/O error|timed out|stall'


def echo(listener):
    """Gives every client back what it sends."""
    while True:
        peer, _ = listener.accept()
        with peer:
            while block := peer.recv(65536):
                peer.sendall(block)


def resident_kib(guest):
    with open(f'/proc/{guest.process.pid}/status') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmRSS'))


def one_round(guest, port, number):
    check_disk(guest)
    guest.qmp.device_add(driver='virtio-blk-pci', id='hot', drive='d1', bus='rp0',
                         access_platform=True)
    guest.run('wait-for /dev/vdb; dd if=/tmp/data of=/dev/vdb bs=256k conv=fsync '
              '2>/dev/null; echo 3 >/proc/sys/vm/drop_caches')
    expect('data on the plugged disk',
           guest.run('dd if=/dev/vdb bs=1M count=2 2>/dev/null | cmp - /tmp/data'), [])
    expect('data from the network',
           guest.run(f'dd if=/tmp/data bs=64k count=8 2>/dev/null | '
                     f'nc -w 20 10.0.2.2 {port} >/tmp/back; '
                     'dd if=/tmp/data bs=64k count=8 2>/dev/null | cmp - /tmp/back'), [])
    guest.qmp.command('device_del', id='hot')
    guest.qmp.wait_event('DEVICE_DELETED', device='hot')
    guest.run('echo 0000:00:04.0 >/sys/bus/pci/drivers/virtio-pci/unbind; '
              'echo 0000:00:04.0 >/sys/bus/pci/drivers/virtio-pci/bind')
    guest.run(f'edu-dma write {0x1000000 + number * 4096:#x} 64')


def soak():
    args = disk(manifest()) + IOMMU_PCI + PCI_ENDPOINTS + [
        '-device', 'pcie-root-port,id=rp0,chassis=1,slot=1', '-device', 'edu']
    with tempfile.TemporaryDirectory() as folder, \
            socket.create_server(('127.0.0.1', 0)) as listener:
        args += drive('d1', scratch_disk(folder), readonly=False)
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        with Guest(args, smp=4, machine='virt,gic-version=3') as guest:
            guest.run('ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0; '
                      'edu-dma bind; dd if=/dev/urandom of=/tmp/data bs=1M count=2 '
                      '2>/dev/null')
            one_round(guest, listener.getsockname()[1], 0)
            first, number = resident_kib(guest), 1
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                one_round(guest, listener.getsockname()[1], number)
                number += 1
            grown = resident_kib(guest) - first
            print(f'# {number} rounds, resident memory grew by {grown} KiB', flush=True)
            faults = guest.qmp.command('query-viommu')[0]['faults']
            expect_that(faults >= number, f'{faults} faults in {number} rounds')
            expect('complaints of the kernel', guest.dmesg(COMPLAINTS), [])
            # Guest RAM that was not touched before is resident now: 512 MiB at most.
            expect_that(grown < 512 * 1024, f'resident memory grew by {grown} KiB')
            guest.power_off()


run([('soak', soak)])
