#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/options.rst is what -help says: check-options.py PROGRAM FILE [--write]."""
import pathlib
import subprocess
import sys

HEAD = """.. SPDX-License-Identifier: GPL-2.0-or-later

Options
=======

Written from the option table (``host/cmdline/option-table.c``) by
``tests/style/check-options.py PROGRAM docs/options.rst --write``; a test compares the
two. The options are QEMU's. Where an argument has members, it may be written as
``key=value,...`` (``,,`` is a comma, ``a.b=`` nests, ``a.0=`` is a list) or, for
``-device``, ``-object``, ``-machine``, ``-blockdev``, ``-netdev``, ``-chardev`` and
``-accel``, as a JSON object. An unknown option, member or value is an error that names
it.
"""
IGNORED = """
Accepted, without a meaning here
--------------------------------

QEMU's clients (libvirt among them) pass these; they change nothing.

"""


def options(program):
    """(name and argument, help) in the order of the table."""
    out = subprocess.run([program, '-help'], check=True, capture_output=True,
                         text=True).stdout.split('\n')
    lines = [l for l in out if l.startswith(('-', '        '))]
    return list(zip(lines[::2], (l.strip() for l in lines[1::2])))


def render(table):
    def entries(rows):
        return '\n'.join(f'``{name}``\n    {text}' for name, text in rows)

    real = [(n, h) for n, h in table if not h.startswith('ignored: ')]
    ignored = [(n, h[len('ignored: '):]) for n, h in table if h.startswith('ignored: ')]
    return HEAD + '\n' + entries(real) + '\n' + IGNORED + entries(ignored) + '\n'


def main():
    program, path = sys.argv[1], pathlib.Path(sys.argv[2])
    text = render(options(program))
    if '--write' in sys.argv:
        path.write_text(text)
    elif path.read_text() != text:
        sys.exit(f'{path} is not what -help says: run {sys.argv[0]} PROGRAM {path} --write')
    print('ok')


main()
