# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the cases of a guest test and prints TAP for meson."""
import difflib
import sys
import traceback

from guestvm import GuestFailure


def expect(what, got, want):
    """Both line by line the same."""
    if got == want:
        return
    diff = difflib.unified_diff([str(w) for w in want], [str(g) for g in got],
                                'expected', 'got', lineterm='', n=20)
    raise GuestFailure(f'{what}:\n' + '\n'.join(diff))


def expect_that(condition, what):
    if not condition:
        raise GuestFailure(what)


def run(cases):
    """@cases: (name, function, arguments...). Words on the command line select."""
    chosen = [c for c in cases if all(w in c[0] for w in sys.argv[1:])]
    print(f'1..{len(chosen)}', flush=True)
    failed = 0
    for number, (name, function, *args) in enumerate(chosen, 1):
        try:
            function(*args)
            result = 'ok'
        except GuestFailure as err:
            result = 'not ok'
            print('# ' + str(err).replace('\n', '\n# '))
        except Exception:  # a mistake of the test is a failure of the case
            result = 'not ok'
            print('# ' + traceback.format_exc().replace('\n', '\n# '))
        failed += result != 'ok'
        print(f'{result} {number} - {name}', flush=True)
    sys.exit(1 if failed else 0)
