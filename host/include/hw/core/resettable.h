/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three-phase reset. enter: forget state, touch nobody else. hold: drive
 * outputs to their reset level. exit: leave reset. Each phase runs over the
 * whole tree below the object (children first) before the next one starts.
 */
#ifndef HW_RESETTABLE_H
#define HW_RESETTABLE_H

#include <string.h>
#include "qom/object.h"

#define TYPE_RESETTABLE_INTERFACE "resettable"

typedef struct ResettableClass ResettableClass;
DECLARE_CLASS_CHECKERS(ResettableClass, RESETTABLE, TYPE_RESETTABLE_INTERFACE)

typedef struct ResettableState ResettableState;

typedef enum ResetType {
    RESET_TYPE_COLD,
    RESET_TYPE_SNAPSHOT_LOAD,
    RESET_TYPE_WAKEUP,
    RESET_TYPE_S390_CPU_INITIAL,
    RESET_TYPE_S390_CPU_NORMAL,
} ResetType;

typedef void (*ResettableEnterPhase)(Object *obj, ResetType type);
typedef void (*ResettableHoldPhase)(Object *obj, ResetType type);
typedef void (*ResettableExitPhase)(Object *obj, ResetType type);
typedef ResettableState *(*ResettableGetState)(Object *obj);
typedef void (*ResettableChildCallback)(Object *, void *opaque, ResetType type);
typedef void (*ResettableChildForeach)(Object *obj, ResettableChildCallback cb,
                                       void *opaque, ResetType type);

typedef struct ResettablePhases {
    ResettableEnterPhase enter;
    ResettableHoldPhase hold;
    ResettableExitPhase exit;
} ResettablePhases;

struct ResettableClass {
    InterfaceClass parent_class;

    ResettablePhases phases;
    ResettableGetState get_state;         /* mandatory */
    ResettableChildForeach child_foreach; /* whom a reset of this object reaches */
};

/* One per resettable object; owned by it. count: how many reasons hold it. */
struct ResettableState {
    unsigned count;
    bool hold_phase_pending;
    bool exit_phase_in_progress;
};

static inline void resettable_state_clear(ResettableState *state)
{
    memset(state, 0, sizeof(ResettableState));
}

/* Into reset and out of it again. */
void resettable_reset(Object *obj, ResetType type);
/* The halves of it: they nest, and each assert needs its release. */
void resettable_assert_reset(Object *obj, ResetType type);
void resettable_release_reset(Object *obj, ResetType type);
bool resettable_is_in_reset(Object *obj);
/* @obj moves below @newp (may be NULL) and takes over its reset state. */
void resettable_change_parent(Object *obj, Object *newp, Object *oldp);
/* A QEMUResetHandler that cold-resets the object @opaque. */
void resettable_cold_reset_fn(void *opaque);
/* Overrides the phases that are not NULL; the former ones go to @parent_phases. */
void resettable_class_set_parent_phases(ResettableClass *rc, ResettableEnterPhase enter,
                                        ResettableHoldPhase hold,
                                        ResettableExitPhase exit,
                                        ResettablePhases *parent_phases);

#endif
