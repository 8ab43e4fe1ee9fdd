#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the seeds of fuzz-viommu-device: python3 make-device-corpus.py [FOLDER]."""
import pathlib
import struct
import sys

ENDPOINT = 0x10000
PLAIN, BYTES, TABLE = 0, 1, 8  # framing: one piece, single bytes, indirect


def raw(request, room=0, framing=PLAIN):
    return bytes([0, len(request)]) + request + bytes([room, framing])


def likely(kind, domain=1, endpoint=0, virt=0, pages=0, phys=0, flags=3, room=0,
           framing=PLAIN):
    return bytes([kind, domain | endpoint << 2, virt, pages, phys, flags, room, framing])


def attach(domain=1, endpoint=0, flags=0, **more):
    return likely(1, domain, endpoint, flags=flags, **more)


def detach(domain=1, endpoint=0):
    return likely(2, domain, endpoint)


def map_(virt, pages=0, phys=0, flags=3, **more):
    return likely(3, virt=virt, pages=pages, phys=phys, flags=flags, **more)


def unmap(virt=0, pages=0, flags=0):
    return likely(4, virt=virt, pages=pages, flags=flags)


def probe(endpoint=0, room=3, framing=PLAIN):
    return likely(5, endpoint=endpoint, room=room, framing=framing)


def dma(endpoint, page, offset, length, write=False, far=False):
    return bytes([7, endpoint | write << 6 | far << 7, page, offset, length])


def config(how, offset, value):
    return bytes([11, how, offset, value])


def restart(features=0, until=0):
    return bytes([12, until, features])


def events(n, size=0):
    return bytes([13, n | size << 5])


POLL = bytes([14])


def misbehave(how, a=0, b=0, *more):
    return bytes([15, how, a, b, *more])


SEEDS = {
    'map-dma-unmap': attach() + map_(0, phys=4) + dma(0, 0, 1, 9, True) + dma(0, 0, 1, 9)
        + unmap(flags=0xc0) + dma(0, 0, 1, 9) + detach() + dma(0, 0, 1, 9),
    'across-mappings': attach() + map_(0, phys=9) + map_(1, phys=2)
        + dma(0, 0, 255, 200, True, True) + dma(0, 1, 255, 200, True, True)
        + dma(0, 0, 255, 200, False, True),
    'permissions': attach() + map_(0, flags=1) + map_(1, flags=2) + dma(0, 0, 0, 8, True)
        + dma(0, 0, 0, 8) + dma(0, 1, 0, 8, True) + dma(0, 1, 0, 8),
    'doorbell': dma(0, 8, 0, 8, True) + attach() + map_(8) + map_(9) + dma(0, 9, 0, 8),
    'bypass': config(0, 36, 1) + dma(0, 3, 0, 8, True) + dma(1, 3, 0, 8) + attach()
        + dma(0, 3, 0, 8) + config(0, 36, 0) + dma(1, 3, 0, 8) + config(0, 36, 5)
        + config(1, 0, 255) + config(2, 36, 1),
    'bypass-domain': attach(flags=1) + dma(0, 4, 0, 8, True) + map_(0) + attach(1, 1),
    'top-of-the-space': attach() + map_(64 + 31, pages=0, phys=1) + dma(0, 95, 0, 255, True)
        + map_(64, pages=7) + unmap(64, flags=0x80) + dma(0, 95, 0, 1),
    'framing': b''.join(attach(framing=f) + probe(framing=f) for f in range(16)),
    'no-request': raw(b'') + raw(b'\1\0\0') + raw(b'\6\0\0\0') + attach(room=4)
        + attach(room=5) + probe(room=7) + probe(room=8) + probe(9),
    'faults': events(7) + dma(0, 0, 0, 8) + dma(1, 0, 0, 8, True) + POLL + attach()
        + dma(0, 1, 3, 8) + POLL + events(3, 2) + dma(2, 2, 0, 1) + POLL,
    'flood': dma(0, 0, 0, 1) * 66 + POLL + events(7) + POLL,
    'resets': attach() + map_(0) + restart() + dma(0, 0, 0, 1) + restart(0x44) + attach()
        + map_(0) + restart(0, 202) + attach() + restart(0, 200) + attach() + restart(),
    'caps': attach(1) + attach(2, 1) + attach(3, 2) + b''.join(
        map_(n, phys=n) for n in range(8)) + b''.join(map_(n + 64) for n in range(20)),
    'wild-rings': b''.join(misbehave(0, 0x20 * n, 0xff - n) + attach() for n in range(8))
        + restart() + attach(),
    'wild-descriptors': b''.join(misbehave(4, n, 3 + 8 * n, 0, 255, n) + misbehave(6, n, 1)
                                 for n in range(8)) + restart() + attach(),
    'wild-tables': attach(framing=TABLE) + misbehave(5, 0, 4, 0, 16, 0) + misbehave(6, 0, 1)
        + restart() + attach(framing=TABLE | BYTES),
    'wild-status': misbehave(3, 0x80) + attach() + misbehave(3, 0) + attach()
        + misbehave(2, 1) + events(3) + dma(0, 0, 0, 1) + POLL + restart() + attach(),
    'raw-map': attach() + raw(struct.pack('<IIQQQI', 3, 1, 0, 2**64 - 1, 0, 3))
        + dma(0, 0, 0, 8) + raw(struct.pack('<IIQQI', 4, 1, 0, 2**64 - 1, 0)),
}


def main():
    here = pathlib.Path(__file__).parent / 'corpus' / 'fuzz-viommu-device'
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in SEEDS.items():
        (folder / name).write_bytes(records)


main()
