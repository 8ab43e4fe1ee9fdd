/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three-phase reset of one object and of all that hangs below it.
 */
#include "qemu/osdep.h"
#include "hw/core/resettable.h"

/* More than this many reasons at once to be in reset is a loop in the tree. */
#define RESET_COUNT_MAX 50

static ResettableState *state_of(Object *obj)
{
    return RESETTABLE_GET_CLASS(obj)->get_state(obj);
}

static void foreach_child(Object *obj, ResettableChildCallback cb, ResetType type)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(obj);

    if (rc->child_foreach) {
        rc->child_foreach(obj, cb, NULL, type);
    }
}

static void phase_enter(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(obj);
    ResettableState *s = state_of(obj);

    g_assert(s->count < RESET_COUNT_MAX);
    s->count++;
    foreach_child(obj, phase_enter, type);
    if (s->count == 1) {
        if (rc->phases.enter) {
            rc->phases.enter(obj, type);
        }
        s->hold_phase_pending = true;
    }
}

static void phase_hold(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(obj);
    ResettableState *s = state_of(obj);

    foreach_child(obj, phase_hold, type);
    if (s->hold_phase_pending) {
        s->hold_phase_pending = false;
        if (rc->phases.hold) {
            rc->phases.hold(obj, type);
        }
    }
}

static void phase_exit(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(obj);
    ResettableState *s = state_of(obj);

    s->exit_phase_in_progress = true;
    foreach_child(obj, phase_exit, type);
    g_assert(s->count > 0);
    if (--s->count == 0 && rc->phases.exit) {
        rc->phases.exit(obj, type);
    }
    s->exit_phase_in_progress = false;
}

void resettable_assert_reset(Object *obj, ResetType type)
{
    phase_enter(obj, NULL, type);
    phase_hold(obj, NULL, type);
}

void resettable_release_reset(Object *obj, ResetType type)
{
    phase_exit(obj, NULL, type);
}

void resettable_reset(Object *obj, ResetType type)
{
    object_ref(obj);
    resettable_assert_reset(obj, type);
    resettable_release_reset(obj, type);
    object_unref(obj);
}

bool resettable_is_in_reset(Object *obj)
{
    return state_of(obj)->count > 0;
}

void resettable_change_parent(Object *obj, Object *newp, Object *oldp)
{
    unsigned to_assert = newp ? state_of(newp)->count : 0;
    unsigned to_release = oldp ? state_of(oldp)->count : 0;

    while (to_assert--) {
        resettable_assert_reset(obj, RESET_TYPE_COLD);
    }
    while (to_release--) {
        resettable_release_reset(obj, RESET_TYPE_COLD);
    }
}

void resettable_cold_reset_fn(void *opaque)
{
    resettable_reset(opaque, RESET_TYPE_COLD);
}

void resettable_class_set_parent_phases(ResettableClass *rc, ResettableEnterPhase enter,
                                        ResettableHoldPhase hold,
                                        ResettableExitPhase exit,
                                        ResettablePhases *parent_phases)
{
    *parent_phases = rc->phases;
    rc->phases.enter = enter ? enter : rc->phases.enter;
    rc->phases.hold = hold ? hold : rc->phases.hold;
    rc->phases.exit = exit ? exit : rc->phases.exit;
}

static const TypeInfo resettable_types[] = {
    {
        .name = TYPE_RESETTABLE_INTERFACE,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(ResettableClass),
    },
};

DEFINE_TYPES(resettable_types)
