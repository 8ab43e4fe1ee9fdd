/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "dma-drain.h"
#include "dma-pin.h"
#include "dma-section.h"
#include "qemu/error-report.h"

/* The longest sleep between two looks, in ms: a wake-up may be missed. */
#define NAP_MS 2

typedef struct DrainHook {
    bool (*poll)(void *opaque);
    void *opaque;
    QTAILQ_ENTRY(DrainHook) next;
} DrainHook;

static QTAILQ_HEAD(, DrainHook) hooks = QTAILQ_HEAD_INITIALIZER(hooks);
static unsigned timeout_ms = 10 * 1000;
static uint64_t nr_timeouts;

void memory_register_dma_drain(bool (*poll)(void *opaque), void *opaque)
{
    DrainHook *hook = g_new0(DrainHook, 1);

    hook->poll = poll;
    hook->opaque = opaque;
    QTAILQ_INSERT_TAIL(&hooks, hook, next);
}

void memory_unregister_dma_drain(bool (*poll)(void *opaque), void *opaque)
{
    DrainHook *hook, *next;

    QTAILQ_FOREACH_SAFE(hook, &hooks, next, next) {
        if (hook->poll == poll && hook->opaque == opaque) {
            QTAILQ_REMOVE(&hooks, hook, next);
            g_free(hook);
        }
    }
}

unsigned memory_set_dma_drain_timeout(unsigned ms)
{
    unsigned old = timeout_ms;

    timeout_ms = ms;
    return old;
}

uint64_t memory_dma_drain_timeouts(void)
{
    return nr_timeouts;
}

/* True when some request made progress. */
static bool poll_hooks(void)
{
    DrainHook *hook, *next;
    bool progress = false;

    QTAILQ_FOREACH_SAFE(hook, &hooks, next, next) {
        progress |= hook->poll(hook->opaque);
    }
    return progress;
}

static void give_up(IOMMUMemoryRegion *iommu, hwaddr start, hwaddr last,
                    const DmaPinScan *scan)
{
    nr_timeouts++;
    error_report("DMA map of address space '%s' still held %u ms after the IOMMU "
                 "unmapped [0x%" HWADDR_PRIx ", 0x%" HWADDR_PRIx "] of '%s'",
                 scan->holder, timeout_ms, start, last,
                 memory_region_name((MemoryRegion *)iommu) ?: "");
}

static void wait_for_maps(IOMMUMemoryRegion *iommu, hwaddr start, hwaddr last,
                          DmaPinScan scan)
{
    gint64 deadline = g_get_monotonic_time() + timeout_ms * G_GINT64_CONSTANT(1000);

    dma_pins_wait_begin();
    while (scan.maps) {
        if (scan.revoke) {
            scan.revoke(scan.revoke_opaque);
        } else if (!poll_hooks()) {
            if (g_get_monotonic_time() >= deadline) {
                give_up(iommu, start, last, &scan);
                break;
            }
            dma_pins_wait(NAP_MS);
        }
        scan = dma_pins_scan(iommu, start, last);
    }
    dma_pins_wait_end();
}

void dma_drain(IOMMUMemoryRegion *iommu, hwaddr start, hwaddr last)
{
    DmaPinScan scan;

    /* Accesses under way, and those that are about to pin what they found. */
    dma_section_wait(false);
    scan = dma_pins_scan(iommu, start, last);
    if (scan.caches) {
        dma_section_wait(true);
    }
    if (scan.maps) {
        wait_for_maps(iommu, start, last, scan);
    }
}
