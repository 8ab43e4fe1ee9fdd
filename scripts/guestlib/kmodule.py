# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's virtio-iommu driver: Debian's arm64 kernel is built without it, so
it is built here as a module for exactly that kernel, from exactly its source."""
import pathlib
import shutil
import subprocess
import tempfile

from .report import GuestError, run, step

SOURCES = ('drivers/iommu/virtio-iommu.c', 'drivers/iommu/dma-iommu.h')


def extract_sources(deb, folder):
    """Take the driver's files out of the linux-source package."""
    folder.mkdir(parents=True, exist_ok=True)
    if all((folder / name.split('/')[-1]).exists() for name in SOURCES):
        return
    step('taking the driver out of the kernel source')
    tree = deb.name.split('_')[0]
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        archive = pathlib.Path(scratch) / 'source.tar.xz'
        with open(archive, 'wb') as out, subprocess.Popen(
                ['dpkg-deb', '--fsys-tarfile', deb], stdout=subprocess.PIPE) as dpkg:
            taken = subprocess.run(['tar', '-xO', f'./usr/src/{tree}.tar.xz'],
                                   stdin=dpkg.stdout, stdout=out, check=False)
        if taken.returncode != 0:
            raise GuestError(f'{deb.name} has no {tree}.tar.xz')
        # One occurrence each: tar stops reading when it has them all.
        run(['tar', '-xJf', archive, '-C', scratch, '--occurrence=1', '--strip-components=3']
            + [f'{tree}/{name}' for name in SOURCES], 'taking the driver out of its tree',
            'apt-get install xz-utils')
        for name in SOURCES:
            (pathlib.Path(scratch) / name.split('/')[-1]).rename(
                folder / name.split('/')[-1])


def cross_prefix(host_arch):
    """The compiler's prefix; empty on an arm64 host."""
    prefix = '' if host_arch == 'arm64' else 'aarch64-linux-gnu-'
    if not shutil.which(prefix + 'gcc'):
        raise GuestError('no compiler for the guest: apt-get install '
                         + ('gcc' if not prefix else 'gcc-aarch64-linux-gnu'))
    if not shutil.which('make'):
        raise GuestError('no "make" for the guest\'s driver: apt-get install make')
    return prefix


def build(headers, abi, folder, host_arch):
    """Build the driver against the unpacked headers; returns the .ko."""
    prefix = cross_prefix(host_arch)
    step(f'building virtio-iommu.ko for {abi}-arm64')
    tree = headers / f'usr/src/linux-headers-{abi}-arm64'
    # The package names its other half by where it would be installed.
    (tree / 'Makefile').write_text(
        f'include {headers}/usr/src/linux-headers-{abi}-common/Makefile\n')
    (folder / 'Makefile').write_text('obj-m := virtio-iommu.o\n')
    run(['make', '-C', tree, f'M={folder}', 'ARCH=arm64', f'CROSS_COMPILE={prefix}',
         f'CC={prefix}gcc', 'modules'], 'building virtio-iommu.ko')
    return folder / 'virtio-iommu.ko'
