# SPDX-License-Identifier: GPL-2.0-or-later
"""The demonstration: what a virtio-iommu does for a guest, seen from both sides."""
import sys

from guestvm import Guest, GuestFailure, drive, manifest

MIB = 8
OUTSIDE = 0x1000000
DEVICES = ['-device', 'virtio-iommu-pci,id=iommu',
           '-device', 'virtio-blk-pci,drive=d0,access_platform=on,serial=translated',
           '-device', 'virtio-net-pci,netdev=n0,access_platform=on',
           '-device', 'virtio-rng-pci,access_platform=on',
           '-device', 'edu',
           '-device', 'virtio-blk-pci,drive=d1,serial=direct',
           '-netdev', 'user,id=n0']


class Report:
    """Prints as it goes; remembers what was not as it should be."""

    def __init__(self):
        self.wrong = 0

    def title(self, text):
        print(f'\n{text}')

    def line(self, text=''):
        print(f'    {text}')

    def check(self, good, text):
        self.wrong += not good
        print(f'    {"ok   " if good else "WRONG"} {text}')


def show_groups(guest, report):
    report.title('IOMMU groups, as the guest sees them')
    groups = guest.run('edu-dma bind; iommu-groups')
    for text in groups:
        number, device, kind = text.split()
        name = guest.run(f'basename $(readlink /sys/bus/pci/devices/{device}/driver)')
        report.line(f'group {number}: {device} ({name[0]}), domain type {kind}')
    members = [text.split()[1] for text in groups]
    # The disk without access_platform is a PCI function like others, so it has a group
    # too; the IOMMU itself has none: it must not wait for itself.
    report.check('0000:00:01.0' not in members and len(members) == 5,
                 'every function but the IOMMU itself (0000:00:01.0) is in a group')


def show_domains(guest, report):
    report.title('Domains and mappings, as the device keeps them (QMP query-viommu)')
    iommu = guest.qmp.command('query-viommu')[0]
    for domain in iommu['domains']:
        size = f'{domain["mappings"]} mappings'
        members = [f'{e["endpoint"]:#x}' for e in iommu['endpoints']
                   if e.get('domain') == domain['domain']]
        report.line(f'domain {domain["domain"]}: {size}, endpoint {", ".join(members)}')
    busy = max(iommu['domains'], key=lambda d: d['mappings'], default=None)
    if busy:
        page = guest.qmp.command('query-viommu-mappings', path=iommu['path'],
                                 domain=busy['domain'], limit=3)
        for m in page['mappings']:
            rights = ('r' if m['read'] else '-') + ('w' if m['write'] else '-')
            report.line(f'    {m["start"]:#14x} .. {m["last"]:#14x} -> '
                        f'{m["phys"]:#x} {rights}')
    report.check(len(iommu['domains']) >= 4 and iommu['mappings'] > 0,
                 f'{len(iommu["domains"])} domains, {iommu["mappings"]} mappings')
    return iommu


def show_disk(guest, report, want):
    report.title(f'{MIB} MiB of the same disk, through the IOMMU and past it')
    sums = {}
    for disk in guest.run('ls /sys/block | grep vd'):
        serial = guest.run(f'cat /sys/block/{disk}/serial')[0]
        read = f'dd if=/dev/{disk} bs=1M count={MIB} 2>/dev/null | sha256sum'
        sums[serial] = guest.run(read)[0].split()[0]
        report.line(f'{serial:10} {sums[serial]}')
    report.check(sums.get('translated') == want, 'translated: the bytes of the file')
    report.check(sums.get('direct') == want, 'direct: the same')
    return guest.qmp.command('query-viommu')[0]


def show_traffic(guest, report, before, after):
    def hits(iommu):
        return {e['endpoint']: e['hits'] for e in iommu['endpoints']}
    report.title('Accesses translated while reading')
    disk = guest.run('grep -l translated /sys/block/vd*/serial')[0].split('/')[3]
    count = guest.run(f"awk '{{print $3 * 512}}' /sys/block/{disk}/stat")[0]
    report.line(f'{disk}: {int(count)} bytes since it was plugged')
    old = hits(before)
    grown = 0
    for endpoint, count in sorted(hits(after).items()):
        report.line(f'endpoint {endpoint:#x}: {count - old.get(endpoint, 0)}')
        grown += count > old.get(endpoint, 0)
    report.check(grown >= 1, 'the disk\'s accesses went through the IOMMU')


def show_fault(guest, report):
    report.title('A device that reaches outside: edu has no mapping at all')
    report.line(guest.run(f'edu-dma write {OUTSIDE:#x} 64')[-1])
    faults = guest.dmesg('page fault from EP')
    for text in faults:
        report.line(f'guest: {text}')
    endpoint = 5 << 3
    report.check(faults == [f'virtio_iommu virtio0: page fault from EP {endpoint} at '
                            f'{OUTSIDE:#x} [W]'],
                 'the guest\'s driver reports the fault, with device, address and kind')
    seen = guest.qmp.wait_event('VIOMMU_FAULT', endpoint=endpoint)['data']
    report.check(seen['address'] == OUTSIDE and seen['write'], 'so does QMP')


def main():
    report = Report()
    info = manifest()
    args = drive('d0', info['disk']) + drive('d1', info['disk']) + DEVICES
    try:
        with Guest(args) as guest:
            report.title(f'Linux {info["version"]} is up after '
                         f'{guest.boot_seconds:.1f} seconds')
            show_groups(guest, report)
            before = show_domains(guest, report)
            after = show_disk(guest, report, info['disk_sha256'][str(MIB)])
            show_traffic(guest, report, before, after)
            show_fault(guest, report)
            guest.power_off()
    except GuestFailure as err:
        print(f'demo: {err}', file=sys.stderr)
        return 1
    print('\ndemo: ' + ('everything held' if not report.wrong
                        else f'{report.wrong} checks failed'))
    return 1 if report.wrong else 0


sys.exit(main())
