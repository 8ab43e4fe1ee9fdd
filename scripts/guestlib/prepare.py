# SPDX-License-Identifier: GPL-2.0-or-later
"""The order of the steps, and what makes a run the second one."""
import hashlib
import json
import pathlib

from . import disk, initramfs, kmodule
from .packages import Archive, unpack
from .report import GuestError, step

TOP = pathlib.Path(__file__).resolve().parents[2]
DEFAULT_DIR = TOP / 'build' / 'guest'
ROOTFS = TOP / 'tests' / 'guest' / 'rootfs'


def rootfs_digest():
    """Changes when the initramfs has to be written again."""
    digest = hashlib.sha256(pathlib.Path(initramfs.__file__).read_bytes())
    for name in sorted(f for f in ROOTFS.rglob('*') if f.is_file()):
        digest.update(str(name.relative_to(ROOTFS)).encode() + name.read_bytes())
    return digest.hexdigest()


def load_manifest(folder):
    """What an earlier run left, or None when something of it is missing."""
    try:
        manifest = json.loads((folder / 'guest.json').read_text())
        files = [manifest[k] for k in ('kernel', 'initrd', 'disk', 'busybox', 'driver')]
        whole = all((folder / f).is_file() for f in files)
        return manifest if whole and manifest['disk_sha256'] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_manifest(folder, manifest):
    scratch = folder / 'guest.json.new'
    scratch.write_text(json.dumps(manifest, indent=2) + '\n')
    scratch.rename(folder / 'guest.json')


def fetch_kernel(folder, archive):
    """Kernel, busybox and driver of the newest version; returns the manifest."""
    archive.update()
    image, abi = archive.kernel_package()
    series = '.'.join(abi.split('.')[:2])
    debs = archive.fetch([
        f'{image}:arm64', 'busybox-static:arm64', f'linux-headers-{abi}-arm64:arm64',
        f'linux-headers-{abi}-common:all', f'linux-kbuild-{series}:{archive.host_arch}',
        f'linux-source-{series}:all'])
    version = debs[f'{image}:arm64'].stem.split('_')[-1]
    place = folder / f'{abi}_{version}'
    step(f'unpacking kernel {version}')
    unpack(debs[f'{image}:arm64'], place / 'image')
    unpack(debs['busybox-static:arm64'], place / 'busybox')
    for name, deb in debs.items():
        if 'headers' in name or 'kbuild' in name:
            unpack(deb, place / 'headers')
    kmodule.extract_sources(debs[f'linux-source-{series}:all'], place / 'driver')
    driver = kmodule.build(place / 'headers', abi, place / 'driver', archive.host_arch)
    release = f'{abi}-arm64'
    return {'version': version, 'release': release,
            'kernel': str((place / f'image/boot/vmlinuz-{release}').relative_to(folder)),
            'modules': str((place / f'image/lib/modules/{release}').relative_to(folder)),
            'busybox': str((place / 'busybox/bin/busybox').relative_to(folder)),
            'driver': str(driver.relative_to(folder)), 'rootfs': ''}


def write_initrd(folder, manifest):
    step('writing the initramfs')
    modules = initramfs.Modules(folder / manifest['modules'], [folder / manifest['driver']])
    busybox = folder / manifest['busybox']
    if not busybox.is_file():
        raise GuestError('the busybox-static package has no bin/busybox')
    manifest['initrd'] = 'initrd.cpio'
    initramfs.write(folder / manifest['initrd'], busybox, modules, manifest['release'],
                    ROOTFS)
    manifest['rootfs'] = rootfs_digest()


def prepare(folder, update):
    """Make @folder hold a guest; guest.json there says where everything is."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = load_manifest(folder)
    if manifest is None or update:
        manifest = fetch_kernel(folder, Archive(folder))
    if manifest['rootfs'] != rootfs_digest():
        write_initrd(folder, manifest)
    if not (folder / 'disk.img').is_file() or 'disk_sha256' not in manifest:
        step('writing the test disk')
        manifest['disk'] = 'disk.img'
        manifest['disk_sha256'] = disk.write(folder / 'disk.img')
    save_manifest(folder, manifest)
    step(f'ready: Linux {manifest["version"]} in {folder}')
    return manifest
