/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A virtio-rng on each transport, to ask about its access_platform. */
#ifndef TESTS_LIBQOS_RNG_H
#define TESTS_LIBQOS_RNG_H

#include "libqos/virtio.h"

/* Which transport; every case runs on each one that the machine has. */
typedef struct QRngTransport {
    const char *name;
    const char *driver; /* of a device that needs nothing else */
    bool mmio;
} QRngTransport;

typedef struct QRng {
    QTestState *qts;
    QPCIBus *bus;
    QVirtio *d;
} QRng;

/* The machine's name: virt or q35. */
const char *qrng_machine(void);
/* What it takes to have a modern device: options that begin with a space. */
const char *qrng_globals(const QRngTransport *t);
/* In @qts, which is the result's from now on. */
QRng qrng_find(const QRngTransport *t, QTestState *qts);
/* A machine with options and one device with the id "r" and options, each ",x=y". */
QRng qrng_start(const QRngTransport *t, const char *machine_opts,
                const char *device_opts);
void qrng_end(QRng *r);
/* A boolean property of the device with the id "r". */
bool qrng_get_property(QTestState *qts, const char *name);
/* Such a machine has the bit, under both names and for its driver, or has it not. */
void qrng_expect_platform(const QRngTransport *t, const char *machine_opts,
                          const char *device_opts, bool on);
/* A case for each transport: /<arch>/access-platform/<transport>/@name. */
void qrng_add(const char *name, void (*fn)(const void *transport));

#endif
