# SPDX-License-Identifier: GPL-2.0-or-later
"""How the steps of scripts/guest talk to the person, and how they fail."""
import subprocess
import sys
import time

STARTED = time.monotonic()


class GuestError(Exception):
    """Something the person can mend: the message says what and how."""


def step(text):
    """One line a step, with the seconds since the start."""
    print(f'guest: {time.monotonic() - STARTED:5.1f}s  {text}', flush=True)


def run(argv, what, hint='', **kwargs):
    """Run a tool; its output is shown only when it fails."""
    try:
        done = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, **kwargs)
    except FileNotFoundError:
        raise GuestError(f'{what}: the program "{argv[0]}" is not installed'
                         + (f': {hint}' if hint else '')) from None
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        raise GuestError(f'{what} failed: {" ".join(str(a) for a in argv)}'
                         + (f'\n       {hint}' if hint else ''))
    return done.stdout
