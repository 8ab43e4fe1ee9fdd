#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules that hold for every source file: licence line, first include, no tabs, guard."""
import pathlib
import re
import subprocess
import sys

MAX_LINE = 100
bad = []


def complain(path, line, what):
    bad.append(f'{path}:{line}: {what}')


def check_c(path, lines):
    text = '\n'.join(lines)
    for n, line in enumerate(lines, 1):
        if '\t' in line:
            complain(path, n, 'tab')
        if len(line) > MAX_LINE:
            complain(path, n, f'longer than {MAX_LINE} columns')
        if re.search(r'\b(TODO|FIXME|XXX)\b', line):
            complain(path, n, 'unfinished work belongs in docs/devel or an issue')
    includes = re.findall(r'^#include (\S+)', text, re.M)
    if path.suffix == '.h':
        if '"qemu/osdep.h"' in includes:
            complain(path, 1, 'a header must not include qemu/osdep.h')
    elif str(path).startswith(('host/', 'hw/')) and not path.name.startswith('viommu-'):
        if includes[:1] != ['"qemu/osdep.h"']:
            complain(path, 1, 'qemu/osdep.h must be the first include')


def main():
    names = subprocess.run(['git', 'ls-files'], check=True, capture_output=True,
                           text=True).stdout.split('\n')
    for name in filter(None, names):
        path = pathlib.Path(name)
        code = path.suffix in ('.c', '.h', '.py', '.sh', '.S') or path.name == 'meson.build'
        if not code or not path.exists():
            continue
        lines = path.read_text().split('\n')
        if not any('SPDX-License-Identifier: GPL-2.0-or-later' in l for l in lines[:3]):
            complain(path, 1, 'no SPDX line')
        if path.suffix in ('.c', '.h'):
            check_c(path, lines)
    print('\n'.join(bad) or 'ok')
    sys.exit(1 if bad else 0)


main()
