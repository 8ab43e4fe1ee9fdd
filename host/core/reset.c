/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reset of the whole machine reaches. Handlers of the old kind, plain
 * functions, run in the hold phase.
 */
#include "qemu/osdep.h"
#include "system/reset.h"

typedef struct ResetEntry {
    Object *obj; /* borrowed; NULL: a handler */
    QEMUResetHandler *func;
    void *opaque;
    bool skip_on_snapshot_load;
    bool dead; /* unregistered while a reset runs */
    unsigned ref;
} ResetEntry;

static GPtrArray *entries;

static void entry_unref(void *data)
{
    ResetEntry *e = data;

    if (--e->ref == 0) {
        g_free(e);
    }
}

static void entry_add(ResetEntry e)
{
    ResetEntry *copy = g_new(ResetEntry, 1);

    *copy = e;
    copy->ref = 1;
    if (!entries) {
        entries = g_ptr_array_new_with_free_func(entry_unref);
    }
    g_ptr_array_add(entries, copy);
}

/* Unknown ones are ignored: an object may go away before it was registered. */
static void entry_remove(Object *obj, QEMUResetHandler *func, void *opaque)
{
    for (guint i = 0; entries && i < entries->len; i++) {
        ResetEntry *e = g_ptr_array_index(entries, i);

        if (e->obj == obj && e->func == func && e->opaque == opaque) {
            e->dead = true;
            g_ptr_array_remove_index(entries, i);
            return;
        }
    }
}

void qemu_register_resettable(Object *obj)
{
    entry_add((ResetEntry){ .obj = obj });
}

void qemu_unregister_resettable(Object *obj)
{
    entry_remove(obj, NULL, NULL);
}

void qemu_register_reset(QEMUResetHandler *func, void *opaque)
{
    entry_add((ResetEntry){ .func = func, .opaque = opaque });
}

void qemu_register_reset_nosnapshotload(QEMUResetHandler *func, void *opaque)
{
    entry_add(
        (ResetEntry){ .func = func, .opaque = opaque, .skip_on_snapshot_load = true });
}

void qemu_unregister_reset(QEMUResetHandler *func, void *opaque)
{
    entry_remove(NULL, func, opaque);
}

static void entry_assert(ResetEntry *e, ResetType type)
{
    if (e->obj) {
        resettable_assert_reset(e->obj, type);
    } else if (!(e->skip_on_snapshot_load && type == RESET_TYPE_SNAPSHOT_LOAD)) {
        e->func(e->opaque);
    }
}

void qemu_devices_reset(ResetType type)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new_with_free_func(entry_unref);

    for (guint i = 0; entries && i < entries->len; i++) {
        ResetEntry *e = g_ptr_array_index(entries, i);

        e->ref++;
        g_ptr_array_add(todo, e);
    }
    for (guint i = 0; i < todo->len; i++) {
        ResetEntry *e = g_ptr_array_index(todo, i);

        if (!e->dead) {
            entry_assert(e, type);
        }
    }
    for (guint i = 0; i < todo->len; i++) {
        ResetEntry *e = g_ptr_array_index(todo, i);

        if (!e->dead && e->obj) {
            resettable_release_reset(e->obj, type);
        }
    }
}
