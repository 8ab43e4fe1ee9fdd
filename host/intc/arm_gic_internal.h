/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2 state, shared by its distributor, its CPU interfaces and the device around
 * them. Guarded by the BQL.
 */
#ifndef HOST_INTC_ARM_GIC_INTERNAL_H
#define HOST_INTC_ARM_GIC_INTERNAL_H

#include "hw/intc/arm_gic.h"
#include "system/memory.h"
#include "gic_bank.h"

enum { GICV2_MAX_CPUS = 8, GICV2_MAX_IRQ = 1020, GICV2_SPURIOUS = 1023 };
/* The smallest binary point with 32 priorities. */
enum { GICV2_MIN_BINARY_POINT = 2 };
enum { GICV2_SPI_BANKS = GICV2_MAX_IRQ / GIC_BANK_BITS };

/* One CPU's interface and its private interrupts. */
typedef struct GicCpu {
    GicBank local;
    uint8_t sgi_from[GIC_NR_SGIS];        /* CPUs whose SGI is pending here */
    uint32_t spi_target[GICV2_SPI_BANKS]; /* SPIs that may go to this CPU */
    bool enabled;
    bool split_eoi; /* EOIR only drops the priority, DIR deactivates */
    uint8_t mask;   /* priorities below it are let through */
    uint8_t binary_point;
    uint32_t active_prio; /* bit n: an active interrupt of priority n * 8 */
    qemu_irq irq, fiq;
} GicCpu;

struct GICState {
    SysBusDevice parent_obj;

    MemoryRegion dist_mr;
    MemoryRegion cpu_mr;
    uint32_t num_cpu;
    uint32_t num_irq; /* highest INTID + 1, a multiple of 32 */
    uint32_t revision;
    bool enabled;
    GicBank spi[GICV2_SPI_BANKS];
    GicCpu cpu[GICV2_MAX_CPUS];
};

extern const MemoryRegionOps gicv2_dist_ops;
extern const MemoryRegionOps gicv2_cpu_ops;

/* The bank that CPU @cpu sees as @index; NULL: there is none. */
GicBank *gicv2_bank(GICState *s, unsigned cpu, unsigned index);
/* The index of the CPU that accesses registers now. */
unsigned gicv2_accessing_cpu(const GICState *s);
/* Drives the CPUs' lines as the state wants them. */
void gicv2_update(GICState *s);
/* The pending interrupt CPU @cpu would take next and its priority; or spurious. */
unsigned gicv2_best(GICState *s, unsigned cpu, unsigned *priority);
/* The same if the CPU's masks let it through now, else spurious. */
unsigned gicv2_deliverable(GICState *s, unsigned cpu, unsigned *priority);
unsigned gicv2_running_priority(const GicCpu *c);
/* The part of a priority that decides about preemption. */
unsigned gicv2_group_priority(const GicCpu *c, unsigned priority);

#endif
