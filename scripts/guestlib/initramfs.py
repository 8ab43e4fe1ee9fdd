# SPDX-License-Identifier: GPL-2.0-or-later
"""Write the guest's first root: busybox, /init, and kernel modules with what they
depend on. The archive is not compressed: unpacking it costs the guest nothing."""
import pathlib
import re
import stat

from .report import GuestError

# In the order /init loads them: the IOMMU's driver stands before the transports,
# so that no endpoint is probed without it.
LOAD_ORDER = ['virtio-iommu', 'virtio_pci', 'virtio_mmio', 'virtio_blk', 'virtio-rng',
              'virtio_net']
# Present for tests that ask for them.
ON_DEMAND = ['gpio_keys', 'evdev', 'ext4', 'crc32c_generic', 'virtio_console', 'pci_stub']


class Cpio:
    """An archive in the kernel's "newc" format."""

    def __init__(self):
        self.parts = []
        self.inode = 0
        self.folders = set()

    def _entry(self, name, mode, data=b'', rdev=(0, 0)):
        self.inode += 1
        raw = name.encode() + b'\0'
        fields = (self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev, len(raw), 0)
        head = b'070701' + b''.join(b'%08x' % f for f in fields) + raw
        self.parts += [head, bytes(-len(head) % 4), data, bytes(-len(data) % 4)]

    def folder(self, name):
        for parent in reversed(pathlib.PurePosixPath(name + '/x').parents):
            path = str(parent)
            if path not in ('.', '/') and path not in self.folders:
                self.folders.add(path)
                self._entry(path, stat.S_IFDIR | 0o755)

    def file(self, name, data, mode=0o644):
        self.folder(str(pathlib.PurePosixPath(name).parent))
        self._entry(name, stat.S_IFREG | mode, data)

    def link(self, name, target):
        self.folder(str(pathlib.PurePosixPath(name).parent))
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def device(self, name, major, minor):
        self.folder(str(pathlib.PurePosixPath(name).parent))
        self._entry(name, stat.S_IFCHR | 0o600, rdev=(major, minor))

    def finish(self):
        self._entry('TRAILER!!!', 0)
        return b''.join(self.parts)


def key(name):
    """Modules are named with either character."""
    return name.replace('-', '_')


class Modules:
    """The kernel's modules by name, the built driver among them."""

    def __init__(self, tree, extra):
        self.files = {key(f.stem): f for f in sorted(tree.rglob('*.ko'))}
        self.files.update({key(f.stem): f for f in extra})
        builtin = next(tree.rglob('modules.builtin'), None)
        lines = builtin.read_text().split() if builtin else []
        self.builtin = {key(pathlib.PurePosixPath(line).stem) for line in lines}

    def depends(self, name):
        """What the module itself says it needs."""
        found = re.search(rb'\0depends=([^\0]*)\0', self.files[name].read_bytes())
        names = found.group(1).decode().split(',') if found else []
        return [key(n) for n in names if n]

    def closure(self, names):
        """Every module needed for @names, each after what it depends on."""
        order = []
        for name in map(key, names):
            if name in self.builtin or name in order:
                continue
            if name not in self.files:
                raise GuestError(f'the kernel package has no module {name}')
            order += [n for n in self.closure(self.depends(name)) if n not in order]
            order.append(name)
        return order


def write(target, busybox, modules, release, rootfs):
    """Write the archive to @target; @rootfs holds /init and what is its own."""
    cpio = Cpio()
    for name in ('bin', 'dev', 'proc', 'sys', 'tmp', 'etc'):
        cpio.folder(name)
    cpio.device('dev/console', 5, 1)
    cpio.device('dev/null', 1, 3)
    cpio.file('bin/busybox', busybox.read_bytes(), 0o755)
    cpio.link('bin/sh', 'busybox')
    place = f'lib/modules/{release}'
    deps = []
    for name in modules.closure(LOAD_ORDER + ON_DEMAND):
        cpio.file(f'{place}/{name}.ko', modules.files[name].read_bytes())
        chain = modules.closure([name])[:-1]
        deps.append(f'{name}.ko:' + ''.join(f' {n}.ko' for n in reversed(chain)))
    cpio.file(f'{place}/modules.dep', ('\n'.join(deps) + '\n').encode())
    order = [n for n in map(key, LOAD_ORDER) if n not in modules.builtin]
    cpio.file('etc/modules', ('\n'.join(order) + '\n').encode())
    for source in sorted(f for f in rootfs.rglob('*') if f.is_file()):
        cpio.file(str(source.relative_to(rootfs)), source.read_bytes(), 0o755)
    scratch = target.with_suffix('.new')
    scratch.write_bytes(cpio.finish())
    scratch.rename(target)
