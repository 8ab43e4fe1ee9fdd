#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
scripts/qemu-series on a skeleton of our own that has the anchors of a QEMU tree:
apply, apply again, a missing anchor, a dirty tree, check, revert.
"""
import fnmatch
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPT = HERE / 'scripts/qemu-series'

SKELETON = {
    'VERSION': '10.2.50\n',
    'MAINTAINERS': 'F: include/hw/virtio/virtio-iommu.h\nF: hw/virtio/virtio-iommu*.c\n',
    'docs/specs/index.rst': '   ppc-xive\n',
    'hw/arm/virt.c':
        '        qdev_prop_set_array(dev, "reserved-regions", reserved_regions);\n',
    'hw/i386/pc.c':
        '        qdev_prop_set_array(dev, "reserved-regions", reserved_regions);\n',
    'hw/misc/meson.build': "system_ss.add(when: 'CONFIG_EDU', if_true: files('edu.c'))\n",
    'hw/virtio/meson.build':
        "system_virtio_ss.add(files('virtio-config-io.c'))\n"
        "system_virtio_ss.add(when: 'CONFIG_VIRTIO_IOMMU', if_true: files('virtio-iommu.c'))\n"
        "virtio_pci_ss.add(when: 'CONFIG_VIRTIO_IOMMU', if_true: files('virtio-iommu-pci.c'))\n"
        "virtio_pci_ss.add(when: 'CONFIG_VIRTIO_MEM', if_true: files('virtio-mem-pci.c'))\n",
    'hw/virtio/trace-events':
        'other_device(void) "stays"\n# hw/virtio/virtio-iommu.c\n'
        'virtio_iommu_old(void) "goes"\n',
    'hw/virtio/virtio-iommu.c': 'old\n',
    'hw/virtio/virtio-iommu-pci.c': 'old\n',
    'include/hw/virtio/virtio-iommu.h': 'old\n',
    'include/hw/virtio/virtio.h':
        '    bool vm_running;\n'
        '#define DEFINE_VIRTIO_COMMON_FEATURES(_state, _field) \\\n'
        '    DEFINE_PROP_BIT64("iommu_platform", _state, _field, \\\n'
        '                      VIRTIO_F_IOMMU_PLATFORM, false), \\\n'
        '    DEFINE_PROP_BIT64("other", _state, _field, 1, false)\n',
    'tests/meson.build': "subdir('qtest')\n",
    'tests/unit/meson.build': 'test_env = environment()\n',
    'tests/qtest/virtio-iommu-test.c':
        '    ret = send_map(qts, v_iommu, 1, 5, 9, 0xb2000, VIRTIO_IOMMU_MAP_F_READ);\n'
        '    ret = send_unmap(qts, v_iommu, 1, 0, 14);\n',
}


class QemuSeries(unittest.TestCase):
    def setUp(self):
        self.tmp = tempfile.TemporaryDirectory()
        self.tree = pathlib.Path(self.tmp.name).resolve() / 'qemu'
        for name, text in SKELETON.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git('init', '-q', '-b', 'master')
        self.git('config', 'user.name', 'Skeleton')
        self.git('config', 'user.email', 'skeleton@example.org')
        self.commit()

    def tearDown(self):
        self.tmp.cleanup()

    def git(self, *args):
        return subprocess.run(['git', '-C', str(self.tree), *args], check=True, text=True,
                              capture_output=True).stdout

    def commit(self):
        self.git('add', '-A')
        self.git('commit', '-q', '-m', 'skeleton')

    def series(self, *args):
        return subprocess.run([sys.executable, str(SCRIPT), str(self.tree), *args],
                              text=True, capture_output=True)

    def ok(self, *args):
        run = self.series(*args)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def refused(self, *args):
        run = self.series(*args)
        self.assertEqual(run.returncode, 1)
        self.assertTrue(run.stderr.startswith('qemu-series: '), run.stderr)
        return run.stderr

    def read(self, name):
        return (self.tree / name).read_text()

    def test_apply_makes_one_commit_per_step(self):
        self.ok()
        subjects = self.git('log', '--reverse', '--format=%s', 'master..viommu').split('\n')
        self.assertEqual([s.split(':')[0] for s in subjects if s],
                         ['hw/virtio', 'hw/virtio', 'hw/virtio', 'virtio', 'tests/qtest',
                          'docs/specs', 'MAINTAINERS'])
        self.assertIn('Signed-off-by: Skeleton', self.git('log', '-1'))
        self.assertEqual(self.git('status', '--porcelain'), '')

    def test_files_travel_unchanged(self):
        self.ok()
        for path in HERE.glob('hw/virtio/v*iommu*.[ch]'):
            name = path.relative_to(HERE)
            self.assertEqual(self.read(name), path.read_text(), name)

    def test_own_qtests(self):
        self.ok()
        self.assertEqual(self.read('tests/meson.build'),
                         "subdir('qtest')\nsubdir('qtest/viommu')\n")
        meson = self.read('tests/qtest/viommu/meson.build')
        self.assertNotIn('@', meson)
        for path in [*HERE.glob('tests/qtest/virtio-iommu-*.c'),
                     HERE / 'tests/qtest/access-platform-names-test.c']:
            travels = 'query' not in path.name  # QEMU has no query-viommu
            self.assertEqual(f"'{path.stem}'," in meson, travels)
            copy = self.tree / 'tests/qtest/viommu' / path.name
            self.assertEqual(copy.read_text() if copy.exists() else None,
                             path.read_text() if travels else None)

    def test_unit_tests_find_their_headers(self):
        self.ok()
        copied = {p.name: p.read_text() for p in (self.tree / 'tests/unit').glob('*.[ch]')}
        wanted = {name for text in copied.values()
                  for name in re.findall(r'#include "((?:viommu|epoch)[^/"]*)"', text)}
        core = {p.name for p in (self.tree / 'hw/virtio').glob('*.h')}
        self.assertEqual(wanted - core - set(copied), set())
        self.assertNotIn('viommu-device-fixture.h', copied)

    def test_shadow_finds_its_headers(self):
        self.ok()
        self.assertIn("if_true: files('iommu-shadow.c')", self.read('hw/misc/meson.build'))
        self.assertIn('"hw/qdev-properties-system.h"', self.read('hw/misc/iommu-shadow.c'))
        self.ok('--revert')
        moved = self.tree / 'include/hw/core/qdev-properties-system.h'
        moved.parent.mkdir()
        moved.write_text('moved in 11\n')
        self.commit()
        self.ok()
        self.assertIn('"hw/core/qdev-properties-system.h"',
                      self.read('hw/misc/iommu-shadow.c'))

    def test_every_file_has_a_maintainer(self):
        self.ok()
        patterns = [line[3:] for line in self.read('MAINTAINERS').split('\n')
                    if line.startswith('F: ')]
        for name in self.git('diff', '--diff-filter=A', '--name-only', 'master',
                             'viommu', '--', '*iommu*', '*epoch*').split():
            self.assertTrue(any(fnmatch.fnmatchcase(name, p + '*' * p.endswith('/'))
                                for p in patterns), name)

    def test_edits(self):
        self.ok()
        trace = self.read('hw/virtio/trace-events')
        self.assertIn('other_device', trace)
        self.assertNotIn('virtio_iommu_old', trace)
        self.assertIn('virtio_iommu_request', trace)
        header = self.read('include/hw/virtio/virtio.h')
        self.assertEqual(header.count('"access_platform"'), 1)
        self.assertEqual(header.count('"iommu_platform"'), 1)
        self.assertNotIn('VIRTIO_F_IOMMU_PLATFORM, false', header)
        for machine in ('hw/arm/virt.c', 'hw/i386/pc.c'):
            self.assertIn('"machine-reserved-regions"', self.read(machine))
        test = self.read('tests/qtest/virtio-iommu-test.c')
        self.assertIn('1, 0x5000, 0x9fff, 0xb2000,', test)
        self.assertIn('1, 0x0, 0xefff)', test)
        meson = self.read('hw/virtio/meson.build')
        self.assertIn("'viommu-map.c'", meson)
        self.assertIn("'virtio-iommu-as.c'", meson)

    def test_apply_twice_is_refused(self):
        self.ok()
        self.git('checkout', '-q', 'master')
        self.assertIn('--revert', self.refused())

    def test_apply_on_top_is_refused(self):
        self.ok()
        for args in (['--branch', 'again'], ['--check']):
            self.assertIn('has the series already', self.refused(*args))
        self.assertNotIn('again', self.git('branch'))

    def test_other_branch_name(self):
        self.ok('--branch', 'mine')
        self.assertIn('mine', self.git('branch'))

    def test_check_changes_nothing(self):
        self.assertIn('would apply', self.ok('--check'))
        self.assertEqual(self.git('status', '--porcelain'), '')
        self.assertEqual(self.git('branch').split(), ['*', 'master'])

    def test_missing_anchor_is_named_and_nothing_is_left(self):
        (self.tree / 'hw/arm/virt.c').write_text('nothing\n')
        self.commit()
        for args in ([], ['--check']):
            self.assertIn('hw/arm/virt.c: anchor', self.refused(*args))
            self.assertEqual(self.git('branch').split(), ['*', 'master'])
            self.assertEqual(self.git('status', '--porcelain'), '')

    def test_ambiguous_anchor_is_refused(self):
        (self.tree / 'MAINTAINERS').write_text(SKELETON['MAINTAINERS'] * 2)
        self.commit()
        self.assertIn('matches 2 lines', self.refused())

    def test_dirty_tree_is_refused(self):
        (self.tree / 'MAINTAINERS').write_text('changed\n')
        self.assertIn('uncommitted changes', self.refused())

    def test_other_version_is_refused(self):
        (self.tree / 'VERSION').write_text('9.2.0\n')
        self.commit()
        self.assertIn('is QEMU 9.2.0', self.refused())

    def test_no_git_tree_is_refused(self):
        run = subprocess.run([sys.executable, str(SCRIPT), self.tmp.name], text=True,
                             capture_output=True)
        self.assertEqual(run.returncode, 1)
        self.assertIn('qemu-series: ', run.stderr)

    def test_revert(self):
        self.ok()
        self.ok('--revert')
        self.assertEqual(self.git('branch').split(), ['*', 'master'])
        self.assertEqual(self.read('hw/virtio/virtio-iommu.c'), 'old\n')
        self.assertIn("no branch 'viommu'", self.refused('--revert'))

    def test_revert_keeps_what_is_not_its_own(self):
        self.ok()
        (self.tree / 'MAINTAINERS').write_text('changed\n')
        self.assertIn('uncommitted changes', self.refused('--revert'))
        self.commit()
        self.assertIn('commits of yours', self.refused('--revert'))
        self.assertEqual(self.read('MAINTAINERS'), 'changed\n')

    def test_revert_from_elsewhere_stays_there(self):
        start = self.git('rev-parse', 'HEAD').strip()
        self.git('checkout', '-q', '--detach')
        self.ok()
        self.git('checkout', '-q', '-b', 'elsewhere', 'master')
        self.ok('--revert')
        self.assertEqual(self.git('branch').split(), ['*', 'elsewhere', 'master'])
        self.git('checkout', '-q', '--detach')
        self.ok()
        self.ok('--revert')
        self.assertEqual(self.git('rev-parse', 'HEAD').strip(), start)

    def test_mail_series_has_a_cover_letter(self):
        self.ok()
        self.git('format-patch', '-q', '--cover-letter', '--cover-from-description=auto',
                 '-o', str(self.tree / 'out'), 'master..viommu')
        cover = next((self.tree / 'out').glob('0000-*')).read_text()
        self.assertIn('a device that keeps every clause', cover)
        self.assertIn('AI tools', cover)


unittest.main()
