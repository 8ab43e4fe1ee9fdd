/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 state, shared by distributor, redistributors, CPU interfaces and LPIs.
 * Guarded by the BQL. Group 0 is signalled as FIQ, group 1 as IRQ.
 */
#ifndef HOST_INTC_ARM_GICV3_INTERNAL_H
#define HOST_INTC_ARM_GICV3_INTERNAL_H

#include "hw/intc/arm_gicv3.h"
#include "system/memory.h"
#include "gic_bank.h"

enum { GICV3_MAX_CPUS = 8, GICV3_MAX_IRQ = 1020, GICV3_INTERNAL = 32 };
enum { GICV3_NR_SGIS = 16, GICV3_SPURIOUS = 1023 };
enum { GICV3_SPI_BANKS = GICV3_MAX_IRQ / GIC_BANK_BITS };
enum { GICV3_ID_BITS = 16, GICV3_FIRST_LPI = 8192 };
enum { GICV3_LPIS = (1 << GICV3_ID_BITS) - GICV3_FIRST_LPI };

/* The guest's tables must be in RAM: an access to them never calls a device. */
#define GICV3_TABLE_ATTRS ((MemTxAttrs){ .memory = 1 })

/* A CPU's LPIs. The tables are the guest's: copied when it says that they changed. */
typedef struct GICv3Lpis {
    bool enabled;
    bool stale; /* configuration must be read again before it is used */
    uint64_t propbaser, pendbaser;
    unsigned n_pending;
    uint64_t *pending; /* GICV3_LPIS bits */
    uint8_t *config;   /* a byte each: priority and enable */
} GICv3Lpis;

typedef struct GICv3Cpu {
    GICv3State *gic;
    unsigned index;
    uint64_t affinity; /* as in MPIDR_EL1 */
    qemu_irq irq, fiq;

    /* redistributor */
    GicBank local;
    uint32_t spi_target[GICV3_SPI_BANKS]; /* SPIs routed to this CPU */
    bool asleep;
    GICv3Lpis lpis;

    /* CPU interface; [0] and [1] are the groups */
    uint8_t mask;
    uint8_t binary_point[2];
    bool group_enabled[2];
    uint32_t active_prio[2]; /* bit n: an active interrupt of priority n * 8 */
    bool split_eoi, common_binary_point;
} GICv3Cpu;

struct GICv3State {
    SysBusDevice parent_obj;

    MemoryRegion dist_mr;
    MemoryRegion redist_mr;
    uint32_t num_cpu;
    uint32_t num_irq; /* highest INTID of an SPI + 1, a multiple of 32 */
    uint32_t revision;
    bool has_lpi;
    bool security;
    bool group_enabled[2];
    GicBank spi[GICV3_SPI_BANKS];
    uint64_t router[GICV3_MAX_IRQ];
    GICv3Cpu cpu[GICV3_MAX_CPUS];
};

extern const MemoryRegionOps gicv3_dist_ops;
extern const MemoryRegionOps gicv3_redist_ops;

/* What a CPU should take next. intid is GICV3_SPURIOUS if nothing. */
typedef struct GICv3Best {
    unsigned intid, priority, group;
} GICv3Best;

/* The highest pending interrupt of the enabled groups, whatever masks say. */
GICv3Best gicv3_best(GICv3Cpu *c);
/* The same if priority mask and running priority let it through, else spurious. */
GICv3Best gicv3_deliverable(GICv3Cpu *c);
unsigned gicv3_running_priority(const GICv3Cpu *c);
/* The part of a priority that decides about preemption in @group. */
unsigned gicv3_group_priority(const GICv3Cpu *c, unsigned group, unsigned priority);
/* The bank that holds @intid for this CPU, NULL if there is none. */
GicBank *gicv3_bank_of(GICv3Cpu *c, unsigned intid);
void gicv3_update_cpu(GICv3Cpu *c);
void gicv3_update(GICv3State *s);
/* router[intid] was written: find the CPU. */
void gicv3_route(GICv3State *s, unsigned intid);
/* Makes the SGI @intid pending at this CPU if it belongs to @group. */
void gicv3_send_sgi(GICv3Cpu *c, unsigned intid, unsigned group);

/* Attaches the ICC_* registers to the vCPU of this interface. */
void gicv3_cpuif_attach(GICv3Cpu *c);
void gicv3_cpuif_reset(GICv3Cpu *c);

/* LPIs (arm_gicv3_lpi.c). @intid may be anything: what is no LPI is ignored. */
void gicv3_lpi_init(GICv3Lpis *l);
void gicv3_lpi_finalize(GICv3Lpis *l);
void gicv3_lpi_reset(GICv3Lpis *l);
void gicv3_lpi_set_enabled(GICv3Lpis *l, bool enabled);
void gicv3_lpi_set_pending(GICv3Lpis *l, unsigned intid, bool pending);
bool gicv3_lpi_pending(const GICv3Lpis *l, unsigned intid);
void gicv3_lpi_reload(GICv3Lpis *l, unsigned intid);
void gicv3_lpi_reload_all(GICv3Lpis *l);
/* All pending LPIs move from one CPU to another. */
void gicv3_lpi_move_all(GICv3Lpis *from, GICv3Lpis *to);
/* Below *@priority: the best enabled pending LPI, or -1. Updates it. */
int gicv3_lpi_best(GICv3Lpis *l, unsigned *priority);

#endif
