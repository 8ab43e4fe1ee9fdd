#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The arrows of docs/architecture: who may include whom."""
import pathlib
import re
import subprocess
import sys

# The core, bottom up: a file may include its own layer and what stands before it.
CORE = [['viommu-range'],
        ['viommu-entry', 'viommu-index', 'viommu-limbo', 'viommu-map',
         'viommu-map-internal', 'viommu-map-lookup', 'viommu-map-windows', 'viommu-node',
         'viommu-pages', 'viommu-tree', 'viommu-tree-lookup'],
        ['viommu-db', 'viommu-db-attach', 'viommu-db-events', 'viommu-db-internal',
         'viommu-db-map', 'viommu-db-query', 'viommu-db-translate'],
        ['viommu-bytes', 'viommu-req', 'viommu-req-driver']]
CORE_FILES = [name for layer in CORE for name in layer]
# What only the files of one layer may include.
PRIVATE = {'viommu-entry': 1, 'viommu-index': 1, 'viommu-limbo': 2, 'viommu-map-internal': 2,
           'viommu-node': 1, 'viommu-pages': 2, 'viommu-tree': 1,
           'viommu-db-internal': 2, 'viommu-bytes': 3}
bad = []


def check_core(path, includes):
    level = next(i for i, layer in enumerate(CORE) if path.stem in layer)
    allowed = [name for layer in CORE[:level + 1] for name in layer]
    for inc in includes:
        name = pathlib.Path(inc).stem
        if name not in allowed or level > PRIVATE.get(name, level):
            bad.append(f'{path}: the core may not include {inc}')


def check_users(path, includes):
    for inc in includes:
        if 'viommu-' in inc or 'virtio-iommu' in inc:
            bad.append(f'{path}: {inc}: only the device knows the IOMMU')


def main():
    names = subprocess.run(['git', 'ls-files', 'hw', 'host', 'include'], check=True,
                           capture_output=True, text=True).stdout.split()
    for path in map(pathlib.Path, names):
        if path.suffix not in ('.c', '.h') or not path.exists():
            continue
        includes = re.findall(r'^#include [<"]([^>"]+)[>"]', path.read_text(), re.M)
        system = re.findall(r'^#include <([^>]+)>', path.read_text(), re.M)
        local = [i for i in includes if i not in system]
        if path.stem in CORE_FILES:
            check_core(path, local)
        elif str(path).startswith(('host/memory', 'host/pci', 'host/virtio', 'host/core',
                                   'host/qom', 'host/util', 'host/block', 'host/net')):
            check_users(path, local)
    print('\n'.join(bad) or 'ok')
    sys.exit(1 if bad else 0)


main()
