# SPDX-License-Identifier: GPL-2.0-or-later
"""A benchmark in its shortest form has exactly the rows that its page explains.

smoke.py docs/devel/bench.rst NAME PROGRAM [ARGUMENT...]
"""
import json
import subprocess
import sys
import tempfile

page, name, program, *arguments = sys.argv[1:]
KEYS = {'name', 'n', 'baseline', 'value', 'unit', 'ratio', 'goal', 'at_most', 'verdict'}

explained = []
section = None
lines = open(page).read().splitlines()
for line, below in zip(lines, lines[1:]):
    if below and set(below) <= {'-'} and len(below) >= 3:
        section = line
    if section == name and line.startswith('``') and line.endswith('``'):
        explained.append(line.strip('`'))

with tempfile.NamedTemporaryFile(suffix='.json') as out:
    subprocess.run([program, '--smoke', '--json', out.name] + arguments, check=True)
    rows = json.load(open(out.name))

printed = {row['name'].strip() for row in rows}
bad = [row for row in rows if set(row) != KEYS or not isinstance(row['value'], (int, float))]
missing, unknown = set(explained) - printed, printed - set(explained)
for what, where in ((missing, 'is explained but not printed'),
                    (unknown, 'is printed but not explained')):
    for row in sorted(what):
        print(f'{name}: "{row}" {where}')
for row in bad:
    print(f'{name}: not a row: {row}')
sys.exit(bool(missing or unknown or bad or not rows))
