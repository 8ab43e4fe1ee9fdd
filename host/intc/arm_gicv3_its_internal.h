/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ITS state, shared by its registers, its tables and its commands. Under the BQL. */
#ifndef HOST_INTC_ARM_GICV3_ITS_INTERNAL_H
#define HOST_INTC_ARM_GICV3_ITS_INTERNAL_H

#include "qemu/main-loop.h"
#include "arm_gicv3_internal.h"
#include "its_command.h"

enum { ITS_BASERS = 8, ITS_BASER_DEVICE = 0, ITS_BASER_COLLECTION = 1 };
/* Commands in one go; the rest waits for the next turn of the main loop. */
enum { ITS_COMMAND_BATCH = 256 };

struct GICv3ITSState {
    SysBusDevice parent_obj;

    MemoryRegion container;
    MemoryRegion control_mr;
    MemoryRegion translation_mr;
    GICv3State *gic;
    QEMUBH *more_commands;
    bool enabled;
    uint64_t cbaser, cwriter, creadr;
    uint64_t baser[ITS_BASERS];
};

/* Tables (its_tables.c). False: out of the table's bounds, or not in RAM. */
bool its_load_device(GICv3ITSState *s, uint32_t id, ItsDevice *d);
bool its_store_device(GICv3ITSState *s, uint32_t id, ItsDevice d);
bool its_load_event(GICv3ITSState *s, const ItsDevice *d, uint32_t id, ItsEvent *e);
bool its_store_event(GICv3ITSState *s, const ItsDevice *d, uint32_t id, ItsEvent e);
bool its_load_collection(GICv3ITSState *s, uint32_t id, ItsCollection *c);
bool its_store_collection(GICv3ITSState *s, uint32_t id, ItsCollection c);

/* Runs what the guest queued, at most a batch; arms more_commands for the rest. */
void its_process_commands(GICv3ITSState *s);
/* An MSI: device @device wrote @event. */
void its_translate(GICv3ITSState *s, uint32_t device, uint32_t event);

#endif
