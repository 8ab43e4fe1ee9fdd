# SPDX-License-Identifier: GPL-2.0-or-later
"""The commits of the series, in order. Each of them builds."""
import pathlib
import re
import textwrap

from tree import (SeriesError, add_file, delete_lines, insert_after, insert_before,
                  remove_file, replace_line, replace_word)

MESON = 'hw/virtio/meson.build'
MESON_DEVICE = (r"system_virtio_ss\.add\(when: 'CONFIG_VIRTIO_IOMMU', "
                r"if_true: files\('virtio-iommu\.c'\)\)")
MESON_PCI = (r"virtio_pci_ss\.add\(when: 'CONFIG_VIRTIO_IOMMU', "
             r"if_true: files\('virtio-iommu-pci\.c'\)\)")
TRACE = 'hw/virtio/trace-events'

COVER_LETTER = '''virtio-iommu: a device that keeps every clause, and access_platform

The device model of virtio-iommu is replaced by one that is split into a pure core
(request bytes in, reply bytes out; unit-tested and fuzzed against a naive model)
and a thin device around it. Translations take no lock and answer with the largest
block that is true, refused requests change nothing, and what a guest can make the
device hold is bounded. Types, properties and machine hooks stay as they were.

The access_platform property says what VIRTIO_F_ACCESS_PLATFORM does: use the
bus's way of doing DMA. iommu_platform stays as its alias.

This series was made with the help of AI tools. The QEMU project does not take such
contributions: it is for people who build their own QEMU.'''


class Step:
    def __init__(self, subject, body, edits):
        self.subject = subject
        self.body = body
        self.edits = edits  # function of the path of this repository

    def message(self):
        return f'{self.subject}\n\n{textwrap.dedent(self.body).strip()}'


def ours(here, *patterns):
    """Files of this repository, as paths relative to it."""
    names = sorted(str(p.relative_to(here)) for pattern in patterns
                   for p in here.glob(pattern))
    if not names:
        raise SeriesError(f'no file matches {patterns}')
    return names


def copies(here, names, to=lambda name: name):
    return [add_file(to(name), (here / name).read_text()) for name in names]


def meson_files(names):
    return ''.join(f"  '{name.rsplit('/', 1)[1]}',\n" for name in names if name.endswith('.c'))


# ---------------------------------------------------------------- core ------

CORE = ('hw/virtio/viommu-*.c', 'hw/virtio/viommu-*.h')
CORE_TESTS = ('tests/unit/test-viommu-*.c',)
CORE_TEST_HELPERS = ('tests/unit/viommu-*.h', 'tests/unit/epoch-reclaim.[ch]')
UNIT_MESON = '''viommu_core = files(
{}
)
foreach name : [
{}
]
  tests += {{name: [viommu_core, 'epoch-reclaim.c']}}
endforeach
'''


def quoted_lines(names):
    return '\n'.join(f"  '{name}'," for name in names)


def core(here):
    files = ours(here, *CORE)
    tests = ours(here, *CORE_TESTS)
    helpers = [name for name in ours(here, *CORE_TEST_HELPERS)
               if 'device' not in name]  # that one is of our host
    sources = quoted_lines(f'../../{name}' for name in files if name.endswith('.c'))
    names = quoted_lines(pathlib.Path(name).stem for name in tests)
    return copies(here, files + tests + helpers) + [
        insert_before(MESON, MESON_DEVICE,
                      "system_virtio_ss.add(when: 'CONFIG_VIRTIO_IOMMU', if_true: "
                      f'files(\n{meson_files(files)}))'),
        insert_before('tests/unit/meson.build', r'test_env = environment\(\)',
                      UNIT_MESON.format(sources, names)),
    ]


# -------------------------------------------------------------- device ------

def device_files(here):
    return [name for name in ours(here, 'hw/virtio/virtio-iommu*.c', 'hw/virtio/virtio-iommu*.h')
            if not name.endswith('-pci.c')]


def trace_lines(here):
    lines = (here / TRACE).read_text().split('\n')
    return '\n'.join(line for line in lines if line and 'SPDX' not in line)


def device(here):
    files = device_files(here)
    return [
        insert_after(TRACE, r'# hw/virtio/virtio-iommu\.c', '@@VIOMMU@@'),
        delete_lines(TRACE, r'virtio_iommu_\w+\(.*'),
        delete_lines(TRACE, r'# hw/virtio/virtio-iommu\.c'),
        replace_line(TRACE, '@@VIOMMU@@', trace_lines(here)),
        remove_file('hw/virtio/virtio-iommu-pci.c'),
        delete_lines(MESON, MESON_PCI),
        replace_line(MESON, MESON_DEVICE,
                     "system_virtio_ss.add(when: 'CONFIG_VIRTIO_IOMMU', if_true: "
                     f'files(\n{meson_files(files)}))'),
    ] + copies(here, files + ['include/hw/virtio/virtio-iommu.h'])


# ------------------------------------------------------------------ pci ------

def pci(here):
    hook = r'\s+qdev_prop_set_array\(dev, "reserved-regions", reserved_regions\);'
    names = ('"reserved-regions"', '"machine-reserved-regions"')
    return copies(here, ['hw/virtio/virtio-iommu-pci.c']) + [
        insert_before(MESON, r"virtio_pci_ss\.add\(when: 'CONFIG_VIRTIO_MEM', .*",
                      "virtio_pci_ss.add(when: 'CONFIG_VIRTIO_IOMMU', "
                      "if_true: files('virtio-iommu-pci.c'))"),
        replace_word('hw/arm/virt.c', hook, *names),
        replace_word('hw/i386/pc.c', hook, *names),
    ]


# ------------------------------------------------------ access_platform ------

# The two lines of the old property become one for each name.
OLD_PROPERTY = (r' +DEFINE_PROP_BIT64\("iommu_platform", _state, _field, \\',
                r' +VIRTIO_F_IOMMU_PLATFORM, false\), \\')
PROPERTY = '    DEFINE_PROP_VIRTIO_ACCESS_PLATFORM("{}", _state, _field), \\'
PROPERTY_MACRO = r'''/* One bit of host_features under its two names; see virtio-access-platform.c. */
extern const PropertyInfo virtio_prop_access_platform;

#define DEFINE_PROP_VIRTIO_ACCESS_PLATFORM(_name, _state, _field) \
    DEFINE_PROP(_name, _state, _field, virtio_prop_access_platform, uint64_t, \
                .set_default = true, .defval.u = false)
'''


def access_platform(here):
    header = 'include/hw/virtio/virtio.h'
    return copies(here, ['series/files/virtio-access-platform.c'],
                  lambda name: 'hw/virtio/virtio-access-platform.c') + [
        insert_before(MESON, r"system_virtio_ss\.add\(files\('virtio-config-io\.c'\)\)",
                      "system_virtio_ss.add(files('virtio-access-platform.c'))"),
        insert_after(header, r'    bool vm_running;.*',
                     '    uint8_t access_platform_given; /* virtio-access-platform.c */'),
        insert_before(header, r'#define DEFINE_VIRTIO_COMMON_FEATURES\(_state, _field\) \\',
                      PROPERTY_MACRO),
        replace_line(header, OLD_PROPERTY[0], PROPERTY.format('access_platform')),
        replace_line(header, OLD_PROPERTY[1], PROPERTY.format('iommu_platform')),
    ]


# ---------------------------------------------------------------- tests ------

QTEST = 'tests/qtest/virtio-iommu-test.c'


def align_small_ranges(tree):
    """
    QEMU's test maps single bytes. With a granule of 4 KiB and more that is RANGE
    (VIRTIO 5.13.6.5.2), so its units become pages.
    """
    call = re.compile(r'(send_(?:un)?map\(qts, v_iommu, 1, )(\d{1,2}), (\d{1,2})(?=[,)])')
    text, n = call.subn(
        lambda m: f'{m[1]}{int(m[2]) * 0x1000:#x}, {(int(m[3]) + 1) * 0x1000 - 1:#x}',
        tree.read(QTEST))
    if not n:
        raise SeriesError(f'{QTEST}: no mapping of single bytes found')
    tree.write(QTEST, text)


OWN_QTESTS = ('tests/qtest/virtio-iommu-*.c', 'tests/qtest/access-platform-names-test.c')
SHADOW = 'hw/misc/iommu-shadow.c'
LIBQOS = ('tests/qtest/libqos/*.c', 'tests/qtest/libqos/*.h')


def in_qtest_folder(name):
    return name.replace('tests/qtest/', 'tests/qtest/viommu/')


def shadow(here):
    """
    The device that stands for an assigned one, so that the HostIOMMUDevice hooks are
    tested where there is no hardware. It includes headers where the tree has them.
    """
    def copy(tree):
        text = (here / 'host/pci/iommu-shadow.c').read_text()
        if not tree.exists('include/hw/core/qdev-properties-system.h'):  # up to 10.2.0
            text = text.replace('"hw/core/qdev-', '"hw/qdev-')
        tree.write(SHADOW, text)
    return [
        copy,
        insert_after('hw/misc/meson.build',
                     r"system_ss\.add\(when: 'CONFIG_EDU', if_true: files\('edu\.c'\)\)",
                     "system_ss.add(when: ['CONFIG_TEST_DEVICES', 'CONFIG_VIRTIO_IOMMU'],\n"
                     "              if_true: files('iommu-shadow.c'))"),
    ]


def tests(here):
    own = [name for name in ours(here, *OWN_QTESTS)
           if 'query' not in name]  # query-viommu is a command of our host
    library = ours(here, *LIBQOS)
    meson = (here / 'series/files/qtest-meson.build').read_text()
    meson = meson.replace('@LIBRARY@', quoted_lines(
        name.removeprefix('tests/qtest/') for name in library if name.endswith('.c')))
    meson = meson.replace('@TESTS@', quoted_lines(
        pathlib.Path(name).stem for name in own))
    copied = copies(here, own + library, in_qtest_folder)
    return [align_small_ranges] + shadow(here) + copied + [
        add_file('tests/qtest/viommu/meson.build', meson),
        insert_after('tests/meson.build', r"subdir\('qtest'\)", "subdir('qtest/viommu')"),
    ]


# ----------------------------------------------------------------- docs ------

def docs(here):
    return copies(here, ['docs/specs/virtio-iommu.rst']) + [
        insert_after('docs/specs/index.rst', r'   ppc-xive', '   virtio-iommu'),
    ]


def maintainers(here):
    return [
        insert_after('MAINTAINERS', r'F: hw/virtio/virtio-iommu\*\.c',
                     'F: hw/virtio/virtio-iommu*.h\n'
                     'F: hw/virtio/viommu-*.[ch]\n'
                     'F: hw/virtio/virtio-access-platform.c\n'
                     'F: hw/misc/iommu-shadow.c\n'
                     'F: tests/unit/*viommu-*.[ch]\n'
                     'F: tests/unit/epoch-reclaim.[ch]\n'
                     'F: tests/qtest/viommu/\n'
                     'F: docs/specs/virtio-iommu.rst'),
    ]


STEPS = [
    Step('hw/virtio: add the core of an IOMMU',
         '''
         Domains, endpoints, mappings, and the requests of virtio-iommu as bytes. The
         core needs glib and nothing else, so that unit tests and fuzzers drive all
         of it. Lookups take no lock and may run against one writer.
         ''', core),
    Step('hw/virtio: virtio-iommu on top of the core',
         '''
         The device around the core: queues, configuration space, resets, one memory
         region per endpoint that lives as long as the endpoint and answers bypass
         like any translation, fault reports through a bounded ring.

         The PCI front end is gone for one commit: it embeds the device's state.
         ''', device),
    Step('hw/virtio: virtio-iommu-pci',
         '''
         The same type and properties as before. Machines set the doorbell region
         through a property of their own, so that reserved-regions= given by the
         user comes on top instead of being refused.
         ''', pci),
    Step('virtio: access_platform, and iommu_platform as its alias',
         '''
         The bit means "use the bus's normal way of doing DMA", whether there is an
         IOMMU or not. Both names work everywhere; one device given both with
         different values is an error that names them.
         ''', access_platform),
    Step('tests/qtest: virtio-iommu: map whole granules, and tests of its own',
         '''
         A MAP that is not aligned to the granule is refused with RANGE now, as the
         specification says (5.13.6.5.2). The sequences of the test stay the same
         with pages for bytes.

         The device's own tests come in a folder with their client library. They are
         built where json-c is found. iommu-shadow stands for an assigned device in
         them: a HostIOMMUDevice with page sizes and addresses of its own, and a copy
         of the mappings by the notifiers, with no hardware.
         ''', tests),
    Step('docs/specs: virtio-iommu, clause by clause',
         '''
         What every clause of the specification asks for, where it is kept and which
         test shows it.
         ''', docs),
    Step('MAINTAINERS: the files of virtio-iommu',
         '''
         The core and the access_platform property belong to virtio-iommu.
         ''', maintainers),
]
