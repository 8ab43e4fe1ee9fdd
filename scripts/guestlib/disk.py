# SPDX-License-Identifier: GPL-2.0-or-later
"""The test disk: the same bytes on every machine, so that checksums can be known."""
import hashlib
import random

MIB = 1 << 20
SIZE = 64 * MIB
SEED = 0x766d6d75


def write(target):
    """Make the disk unless it is there; returns {MiB from the start: sha256}."""
    generator = random.Random(SEED)
    scratch = target.with_suffix('.new')
    digest, sums = hashlib.sha256(), {}
    with open(scratch, 'wb') as out:
        for done in range(1, SIZE // MIB + 1):
            block = generator.randbytes(MIB)
            out.write(block)
            digest.update(block)
            if done & (done - 1) == 0:
                sums[str(done)] = digest.copy().hexdigest()
    scratch.rename(target)
    return sums
