# SPDX-License-Identifier: GPL-2.0-or-later
"""Disk and network data through the IOMMU arrives as it was sent."""
import hashlib
import pathlib
import socket
import tempfile
import threading

from common import IOMMU_PCI, check_disk, check_no_complaints, disk, read_disk
from guestvm import Guest, drive, manifest, scratch_disk
from runner import expect, run

MIB = 1 << 20


def disk_write():
    """What the guest writes is in the file; the rest of the file is untouched."""
    with tempfile.TemporaryDirectory() as folder:
        info = manifest()
        path = scratch_disk(folder, info['disk'], 8)
        before = path.read_bytes()
        args = drive('d1', path, readonly=False) + IOMMU_PCI + [
            '-device', 'virtio-blk-pci,drive=d1,access_platform=on']
        with Guest(args) as guest:
            guest.run('dd if=/dev/urandom of=/tmp/data bs=1M count=2 2>/dev/null')
            want = guest.run('sha256sum /tmp/data')[0].split()[0]
            guest.run('wait-for /dev/vda; dd if=/tmp/data of=/dev/vda bs=64k seek=32 conv=fsync 2>/dev/null')
            check_no_complaints(guest)
            guest.power_off()
        after = path.read_bytes()
        expect('checksum of what was written',
               [hashlib.sha256(after[2 * MIB:4 * MIB]).hexdigest()], [want])
        expect('the rest', [after[:2 * MIB] + after[4 * MIB:] ==
                            before[:2 * MIB] + before[4 * MIB:]], [True])


def file_system():
    """A file system made in the guest holds files over a remount."""
    with tempfile.TemporaryDirectory() as folder:
        args = disk(manifest()) + drive('d1', scratch_disk(folder), readonly=False)
        args += IOMMU_PCI + ['-device', 'virtio-blk-pci,drive=d0,access_platform=on',
                             '-device', 'virtio-blk-pci,drive=d1,access_platform=on']
        with Guest(args, smp=2) as guest:
            guest.run('wait-for /dev/vdb; modprobe crc32c_generic; modprobe ext4; mkdir /mnt; mke2fs /dev/vdb >/dev/null 2>&1; '
                      'mount -t ext4 /dev/vdb /mnt')
            guest.run('dd if=/dev/vda of=/mnt/copy bs=1M count=4 2>/dev/null; '
                      'umount /mnt; echo 3 >/proc/sys/vm/drop_caches; '
                      'mount -t ext4 -o ro /dev/vdb /mnt')
            expect('checksum of the copy',
                   [guest.run('sha256sum /mnt/copy')[0].split()[0]],
                   [guest.info['disk_sha256']['4']])
            check_no_complaints(guest)
            guest.power_off()


def serve(listener, received, answer):
    """Takes all that comes, then sends @answer."""
    peer, _ = listener.accept()
    with peer:
        while block := peer.recv(65536):
            received.extend(block)
            if len(received) >= 2 * MIB:
                break
        peer.sendall(answer)


def network():
    """Two MiB each way between the guest and a server on the host."""
    info = manifest()
    answer = pathlib.Path(info['disk']).read_bytes()[:2 * MIB]
    received = bytearray()
    args = disk(info) + IOMMU_PCI + [
        '-device', 'virtio-blk-pci,drive=d0,access_platform=on',
        '-netdev', 'user,id=n0', '-device', 'virtio-net-pci,netdev=n0,access_platform=on']
    with socket.create_server(('127.0.0.1', 0)) as listener, Guest(args) as guest:
        server = threading.Thread(target=serve, args=(listener, received, answer),
                                  daemon=True)
        server.start()
        guest.run('ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0')
        guest.run('wait-for /dev/vda; dd if=/dev/vda of=/tmp/out bs=1M skip=2 count=2 2>/dev/null')
        got = guest.run(f'nc 10.0.2.2 {listener.getsockname()[1]} </tmp/out | sha256sum')
        expect('what the guest received', [got[0].split()[0]],
               [hashlib.sha256(answer).hexdigest()])
        server.join(10)
        want = pathlib.Path(info['disk']).read_bytes()[2 * MIB:4 * MIB]
        expect('what the host received', [hashlib.sha256(received).hexdigest()],
               [hashlib.sha256(want).hexdigest()])
        check_no_complaints(guest)
        guest.power_off()


def direct_and_translated():
    """The same file by two disks: through the IOMMU and past it."""
    info = manifest()
    args = disk(info) + drive('d1', info['disk']) + IOMMU_PCI + [
        '-device', 'virtio-blk-pci,drive=d0,access_platform=on',
        '-device', 'virtio-blk-pci,drive=d1,access_platform=off']
    with Guest(args) as guest:
        check_disk(guest, 'vda')
        expect('the direct disk', [read_disk(guest, 'vdb')], [info['disk_sha256']['4']])
        iommu = guest.qmp.command('query-viommu')[0]
        mapped = {d['domain']: d['mappings'] for d in iommu['domains']}
        per_endpoint = {e['endpoint']: mapped.get(e.get('domain'))
                        for e in iommu['endpoints']}
        expect('mappings of the direct disk', [per_endpoint[0x18]], [0])
        expect('mappings of the other', [per_endpoint[0x10] > 0], [True])
        guest.power_off()


run([('disk-write', disk_write),
     ('file-system', file_system),
     ('network', network),
     ('direct-and-translated', direct_and_translated)])
