#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the seeds of fuzz-viommu-req: python3 make-req-corpus.py [FOLDER]."""
import pathlib
import struct
import sys

PAGE = 0x1000
TOP = 2**64 - 1
ROOM_TAIL, ROOM_PROBE, ROOM_SHORT = 0, 2, 7


def raw(request, room=ROOM_TAIL):
    return bytes([room, len(request)]) + request


def attach(domain, endpoint, flags=0):
    return raw(struct.pack('<IIIII', 1, domain, endpoint, flags, 0))


def detach(domain, endpoint):
    return raw(struct.pack('<IIIQ', 2, domain, endpoint, 0))


def map_(domain, start, last, phys, flags=3):
    return raw(struct.pack('<IIQQQI', 3, domain, start, last, phys, flags))


def unmap(domain, start, last):
    return raw(struct.pack('<IIQQI', 4, domain, start, last, 0))


def probe(endpoint, room=ROOM_PROBE):
    return raw(struct.pack('<II64x', 5, endpoint), room)


def compact(*values):
    return bytes([ROOM_TAIL, 0x80, *values])


SEEDS = {
    'attach-map-unmap-detach': attach(1, 0) + map_(1, PAGE, 2 * PAGE - 1, 0)
        + unmap(1, 0, TOP) + detach(1, 0),
    'bypass-domain': attach(1, 0, 1) + map_(1, 0, PAGE - 1, 0) + attach(1, 1)
        + unmap(1, 0, TOP),
    'inverted-map': attach(1, 0) + map_(1, PAGE, 0, 0) + unmap(1, 0, TOP),
    'map-at-the-top': attach(1, 0) + map_(1, TOP - PAGE + 1, TOP, 0)
        + map_(1, 0, TOP, 0) + map_(1, 0, 2 * PAGE - 1, TOP - PAGE + 1),
    'map-on-region': attach(1, 3) + map_(1, 39 * PAGE, 41 * PAGE - 1, 0)
        + map_(1, 50 * PAGE, 51 * PAGE - 1, 0) + map_(1, 42 * PAGE, 43 * PAGE - 1, 0),
    'move-between-domains': attach(1, 0) + attach(1, 1) + map_(1, 0, PAGE - 1, 0)
        + attach(2, 0) + attach(2, 1) + map_(2, 0, PAGE - 1, 0),
    'probe': probe(3) + probe(0) + probe(9) + probe(3, ROOM_SHORT),
    'region-on-mapping': attach(1, 0) + map_(1, 40 * PAGE, 41 * PAGE - 1, 0)
        + attach(1, 3),
    'short-and-unknown': raw(b'') + raw(b'\x01\0\0') + raw(b'\x06\0\0\0')
        + raw(b'\x01' + bytes(18)) + raw(b'\0' * 72),
    'split': attach(1, 0) + map_(1, 0, 4 * PAGE - 1, 0) + unmap(1, 0, PAGE - 1)
        + unmap(1, PAGE, TOP) + unmap(1, 0, 4 * PAGE - 1),
    'too-many-domains': b''.join(attach(d, d) for d in range(4)),
    'too-many-mappings': attach(1, 0) + b''.join(
        map_(1, i * PAGE, (i + 1) * PAGE - 1, 0) for i in range(26)),
    'compact': compact(1, 1, 0, 0, 0, 0, 0) + compact(3, 1, 0, 5, 9, 7, 3)
        + compact(4, 1, 0, 0, 255, 0, 0) + compact(2, 1, 0, 0, 0, 0, 0),
}


def main():
    here = pathlib.Path(__file__).parent / 'corpus' / 'fuzz-viommu-req'
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in SEEDS.items():
        (folder / name).write_bytes(b'\0' + records)
        (folder / f'{name}-old-driver').write_bytes(b'\x74' + records)


main()
