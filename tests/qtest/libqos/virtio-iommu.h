/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver for virtio-iommu, with typed calls, and a small world to use it in: a
 * machine with the IOMMU on PCI or MMIO and an edu behind it. Statuses are those of
 * the wire; QIOMMU_UNWRITTEN stands for a buffer that came back as it went.
 */
#ifndef TESTS_LIBQOS_VIRTIO_IOMMU_H
#define TESTS_LIBQOS_VIRTIO_IOMMU_H

#include "hw/virtio/viommu-req.h"
#include "libqos/edu.h"
#include "libqos/virtio.h"
#include "standard-headers/linux/virtio_iommu.h"

#define QIOMMU_UNWRITTEN (-1)

#define QIOMMU_FEATURES                                                                \
    (QVIRTIO_BIT(VIRTIO_IOMMU_F_INPUT_RANGE) |                                         \
     QVIRTIO_BIT(VIRTIO_IOMMU_F_DOMAIN_RANGE) |                                        \
     QVIRTIO_BIT(VIRTIO_IOMMU_F_MAP_UNMAP) | QVIRTIO_BIT(VIRTIO_IOMMU_F_PROBE) |       \
     QVIRTIO_BIT(VIRTIO_IOMMU_F_MMIO) | QVIRTIO_BIT(VIRTIO_IOMMU_F_BYPASS_CONFIG))

#define QIOMMU_PAGE 0x1000u
/* The endpoint id of the world's edu. */
#define QIOMMU_EDU QPCI_DEVFN(2, 0)

typedef struct QIommu {
    QVirtio *vio;
    QVirtqueue *req;
    QVirtqueue *evt;
    uint64_t buf;      /* guest memory for one request and its answer */
    uint64_t events;   /* guest memory for event buffers */
    unsigned n_events; /* buffers that were added */
    unsigned n_faults; /* and that came back */
} QIommu;

/* Takes @vio over, negotiates @features of it (all must be offered), goes live. */
QIommu *qiommu_new(QVirtio *vio, uint64_t features);
void qiommu_free(QIommu *iommu);

int qiommu_attach(QIommu *iommu, uint32_t domain, uint32_t endpoint, uint32_t flags);
int qiommu_detach(QIommu *iommu, uint32_t domain, uint32_t endpoint);
/* @last is inclusive. */
int qiommu_map(QIommu *iommu, uint32_t domain, uint64_t start, uint64_t last,
               uint64_t phys, uint32_t flags);
int qiommu_unmap(QIommu *iommu, uint32_t domain, uint64_t start, uint64_t last);
/* Fills up to @max regions of the answer's list, @n says how many there are. */
int qiommu_probe(QIommu *iommu, uint32_t endpoint, ViommuRegion *regions, unsigned max,
                 unsigned *n);

/*
 * Sends @len bytes with room for @room bytes of answer, as one descriptor each (none
 * where 0). Returns the used length; @answer, if not NULL, gets all @room bytes, which
 * were 0xa5 before.
 */
uint32_t qiommu_raw(QIommu *iommu, const void *request, uint32_t len, void *answer,
                    uint32_t room);
/* The same in pieces of @piece bytes, in an indirect table or not. */
uint32_t qiommu_raw_split(QIommu *iommu, const void *request, uint32_t len,
                          void *answer, uint32_t room, uint32_t piece, bool indirect);

/* Makes @n event buffers of @size bytes available. */
void qiommu_add_event_buffers(QIommu *iommu, unsigned n, uint32_t size);
/* The next report; its used length (0: there is none, or an unwritten buffer). */
uint32_t qiommu_next_fault(QIommu *iommu, struct virtio_iommu_fault *fault);
/*
 * There is one more report, and it is this; @flags without ADDRESS, which must be set.
 */
void qiommu_expect_fault(QIommu *iommu, uint8_t reason, uint32_t flags,
                         uint32_t endpoint, uint64_t address);
void qiommu_expect_no_fault(QIommu *iommu);

/* ---- a world ---- */

typedef struct QIommuWorld {
    QTestState *qts;
    QPCIBus *bus;
    QIommu *iommu;
    QEdu *edu;
    bool mmio;
    uint64_t scratch;      /* a page, by its guest-physical address */
    uint64_t scratch_iova; /* and as edu reaches it */
} QIommuWorld;

/*
 * @transport: "pci" or "mmio". @options: of the IOMMU, with a leading comma, or "".
 * @args: further arguments, or "". edu is at 00:02.0.
 */
QIommuWorld *qiommu_world(const char *transport, const char *options, const char *args);
/* The same without a driver: iommu is NULL. The device itself is not touched. */
QIommuWorld *qiommu_world_idle(const char *transport, const char *options,
                               const char *args);
/* Find the device, and start a driver with these features. */
void qiommu_world_start(QIommuWorld *w, uint64_t features);
QVirtio *qiommu_world_find(QIommuWorld *w);
void qiommu_world_free(QIommuWorld *w);
/* The first (only) element of query-viommu; to be put. */
struct json_object *qiommu_query(QIommuWorld *w);
/* This number in it is @value. QEMU has no such query; nothing is checked there. */
void qiommu_expect(QIommuWorld *w, const char *name, int64_t value);

/*
 * A test sees edu's buffer by moving it to and from a scratch page, which is
 * reached as it is until it has a mapping in the domain under test.
 */
#define QIOMMU_SCRATCH 0x7f000000u
void qiommu_map_scratch(QIommuWorld *w, uint32_t domain);
/* True if anything but zeroes arrived; @len is at most a page. */
bool qiommu_dma_read(QIommuWorld *w, QEdu *edu, uint64_t iova, void *data,
                     unsigned len);
void qiommu_dma_write(QIommuWorld *w, QEdu *edu, uint64_t iova, const void *data,
                      unsigned len);

/*
 * Adds /<file>/<transport>/<name> for every transport the target's machine has. QEMU's
 * machines do not put endpoints behind an IOMMU on virtio-mmio.
 */
void qiommu_add(const char *path, void (*fn)(const char *transport));
/* The same for what QEMU has not: the query commands, the event, a refusal. */
void qiommu_add_own(const char *path, void (*fn)(const char *transport));

#endif
