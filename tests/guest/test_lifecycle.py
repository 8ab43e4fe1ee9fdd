# SPDX-License-Identifier: GPL-2.0-or-later
"""Endpoints and guests come and go while the IOMMU is in use."""
import threading

from common import IOMMU_PCI, PCI_ENDPOINTS, check_disk, check_no_complaints, disk
from guestvm import Guest, GuestFailure, drive, manifest
from runner import expect, expect_that, run

ROOT_PORT = ['-device', 'pcie-root-port,id=rp0,chassis=1,slot=1,addr=5']


def endpoints(guest):
    iommu = guest.qmp.command('query-viommu')[0]
    return {e['endpoint'] for e in iommu['endpoints'] if 'domain' in e}


def hotplug():
    """A disk behind a root port: plugged, used, unplugged while in use, plugged again."""
    info = manifest()
    args = disk(info) + IOMMU_PCI + PCI_ENDPOINTS + ROOT_PORT + drive('d1', info['disk'])
    with Guest(args) as guest:
        for _ in range(2):
            before = endpoints(guest)
            guest.qmp.device_add(driver='virtio-blk-pci', id='hot', drive='d1',
                                 bus="rp0", access_platform=True)
            check_disk(guest, 'vdb')
            new = endpoints(guest) - before
            expect_that(len(new) == 1, f'one endpoint must be new, not {new}')
            guest.start('while dd if=/dev/vdb of=/dev/null bs=64k 2>/dev/null; '
                        'do :; done; echo ended >/tmp/reader')
            guest.qmp.command('device_del', id='hot')
            guest.qmp.wait_event('DEVICE_DELETED', device='hot')
            guest.run('wait-for /tmp/reader; rm /tmp/reader')
            expect('disks', guest.run('ls /sys/block | grep vd'), ['vda'])
            expect('endpoints', [endpoints(guest)], [before])
        check_disk(guest)
        guest.power_off()


def refused():
    """The IOMMU itself cannot be plugged, nor be taken away."""
    args = IOMMU_PCI[:-1] + ['virtio-iommu-pci,id=iommu'] + ROOT_PORT
    with Guest(args) as guest:
        for request in (lambda: guest.qmp.device_add(driver='virtio-iommu-pci'),
                        lambda: guest.qmp.command('device_del', id='iommu')):
            try:
                request()
            except GuestFailure as err:
                expect_that('hot' in str(err), f'unclear error: {err}')
            else:
                raise GuestFailure('the request was granted')
        guest.power_off()


def rebind():
    """A driver leaves its device and comes back."""
    with Guest(disk(manifest()) + IOMMU_PCI + PCI_ENDPOINTS) as guest:
        for _ in range(5):
            check_disk(guest)
            guest.run('echo 0000:00:02.0 >/sys/bus/pci/drivers/virtio-pci/unbind')
            expect('disks', guest.run('ls /sys/block | grep vd', check=False), [])
            guest.run('echo 0000:00:02.0 >/sys/bus/pci/drivers/virtio-pci/bind')
        check_disk(guest)
        check_no_complaints(guest)
        guest.power_off()


def reboot(how):
    """After a reset the next Linux finds everything as the first did."""
    with Guest(disk(manifest()) + IOMMU_PCI + PCI_ENDPOINTS) as guest:
        for _ in range(2):
            check_disk(guest)
            groups = guest.run('iommu-groups')
            boot = guest.run('cat /proc/sys/kernel/random/boot_id')
            if how == 'qmp':
                guest.qmp.command('system_reset')
            else:
                guest.send('reboot -f')
            guest.wait_ready()
            expect('groups', guest.run('iommu-groups'), groups)
            new_boot = guest.run('cat /proc/sys/kernel/random/boot_id')
            expect_that(new_boot != boot, 'it is still the same Linux')
        check_disk(guest)
        check_no_complaints(guest)
        guest.power_off()


def power_button():
    """system_powerdown reaches the guest as a key."""
    with Guest(IOMMU_PCI) as guest:
        guest.run('modprobe gpio_keys; modprobe evdev; wait-for /dev/input/event0')
        guest.start('dd if=/dev/input/event0 of=/tmp/key bs=24 count=1 2>/dev/null; '
                    'mv /tmp/key /tmp/pressed')
        guest.run('until ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q input/event0; do '
                  'usleep 50000; done')
        guest.qmp.command('system_powerdown')
        # After the time: type 1 (key), code 116 (power), value 1 (pressed).
        expect('the event', guest.run('wait-for /tmp/pressed; xxd -p -s 16 /tmp/pressed'),
               ['0100740001000000'])
        guest.power_off()


def stop_and_cont():
    """A stopped machine does nothing, and goes on where it was."""
    with Guest(disk(manifest()) + IOMMU_PCI + PCI_ENDPOINTS) as guest:
        guest.qmp.command('stop')
        threading.Timer(1, lambda: guest.qmp.command('cont')).start()
        check_disk(guest)
        guest.power_off()


run([('hotplug', hotplug),
     ('refused', refused),
     ('rebind', rebind),
     ('reboot/qmp', reboot, 'qmp'),
     ('reboot/guest', reboot, 'guest'),
     ('power-button', power_button),
     ('stop-and-cont', stop_and_cont)])
