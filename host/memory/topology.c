/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transactions: the outermost commit gives every address space a new flat view
 * where something changed, and tells its listeners. All under the big lock.
 */
#include "qemu/osdep.h"
#include "memory-internal.h"
#include "topology.h"

static QTAILQ_HEAD(, AddressSpace)
    address_spaces = QTAILQ_HEAD_INITIALIZER(address_spaces);
static unsigned transaction_depth;
static bool topology_pending;
static bool topology_busy;

uint64_t memory_map_epoch;

void memory_topology_changed(void)
{
    topology_pending = true;
}

/* --- listeners --- */

typedef void SectionFn(MemoryListener *listener, MemoryRegionSection *section);

static void listeners_begin(AddressSpace *as)
{
    MemoryListener *l;

    QTAILQ_FOREACH(l, &as->listeners, link_as) {
        if (l->begin) {
            l->begin(l);
        }
    }
}

static void listeners_commit(AddressSpace *as)
{
    MemoryListener *l;

    QTAILQ_FOREACH(l, &as->listeners, link_as) {
        if (l->commit) {
            l->commit(l);
        }
    }
}

static void tell(MemoryListener *l, SectionFn *fn, FlatView *fv, const FlatRange *fr)
{
    if (fn) {
        MemoryRegionSection section = flatview_section(fv, fr);

        fn(l, &section);
    }
}

static void tell_gone(AddressSpace *as, FlatView *fv, const FlatRange *fr)
{
    MemoryListener *l;

    QTAILQ_FOREACH_REVERSE(l, &as->listeners, link_as)
    {
        tell(l, l->region_del, fv, fr);
    }
}

static void tell_there(AddressSpace *as, FlatView *fv, const FlatRange *fr, bool is_new)
{
    MemoryListener *l;

    QTAILQ_FOREACH(l, &as->listeners, link_as) {
        tell(l, is_new ? l->region_add : l->region_nop, fv, fr);
    }
}

/* @fv has the very range @fr. */
static bool has_range(const FlatView *fv, const FlatRange *fr)
{
    const FlatRange *other = fv ? flatview_lookup(fv, fr->start) : NULL;

    return other && other->start == fr->start && other->last == fr->last &&
           other->mr == fr->mr && other->offset == fr->offset &&
           other->readonly == fr->readonly && other->nonvolatile == fr->nonvolatile;
}

/* --- giving an address space its view --- */

/* Takes over the reference @fv. */
static void replace_view(AddressSpace *as, FlatView *fv)
{
    FlatView *old = as->current_map;

    listeners_begin(as);
    for (unsigned i = 0; old && i < old->nr; i++) {
        if (!has_range(fv, &old->ranges[i])) {
            tell_gone(as, old, &old->ranges[i]);
        }
    }
    for (unsigned i = 0; i < fv->nr; i++) {
        tell_there(as, fv, &fv->ranges[i], !has_range(old, &fv->ranges[i]));
    }
    qatomic_rcu_set(&as->current_map, fv);
    qatomic_inc(&memory_map_epoch);
    listeners_commit(as);
    flatview_unref(old);
}

/* A view that another address space has already. */
static FlatView *find_shared(MemoryRegion *root)
{
    AddressSpace *as;

    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link) {
        if (as->current_map && as->current_map->root == root) {
            return flatview_ref(as->current_map);
        }
    }
    return NULL;
}

static void view_unref(gpointer fv)
{
    flatview_unref(fv);
}

/* @views, of this rebuild: root to view. The result is borrowed from it. */
static FlatView *current_view(GHashTable *views, AddressSpace *as)
{
    MemoryRegion *root = flatview_root(as->root);
    FlatView *fv = g_hash_table_lookup(views, root);

    if (!fv) {
        FlatView *shared = find_shared(root);

        fv = flatview_new(root);
        if (shared && flatview_equal(shared, fv)) {
            flatview_unref(fv);
            fv = shared;
        } else {
            flatview_unref(shared);
        }
        g_hash_table_insert(views, root, fv);
    }
    return fv;
}

static void rebuild(void)
{
    g_autoptr(GHashTable) views = g_hash_table_new_full(NULL, NULL, NULL, view_unref);
    AddressSpace *as;

    /* All views first: comparing looks at those of before. */
    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link) {
        current_view(views, as);
    }
    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link) {
        FlatView *fv = current_view(views, as);

        if (fv != as->current_map) {
            replace_view(as, flatview_ref(fv));
        }
    }
}

void memory_region_transaction_begin(void)
{
    transaction_depth++;
}

void memory_region_transaction_commit(void)
{
    assert(transaction_depth);
    if (--transaction_depth || topology_busy) {
        return;
    }
    topology_busy = true;
    while (topology_pending) {
        topology_pending = false;
        rebuild();
    }
    topology_busy = false;
}

/* --- for address-space.c --- */

void topology_add(AddressSpace *as)
{
    MemoryRegion *root = flatview_root(as->root);
    FlatView *fv = topology_pending ? NULL : find_shared(root);

    as->current_map = fv ?: flatview_new(root);
    QTAILQ_INSERT_TAIL(&address_spaces, as, address_spaces_link);
}

FlatView *topology_remove(AddressSpace *as)
{
    FlatView *fv = as->current_map;

    QTAILQ_REMOVE(&address_spaces, as, address_spaces_link);
    qatomic_rcu_set(&as->current_map, NULL);
    qatomic_inc(&memory_map_epoch);
    return fv;
}

AddressSpace *topology_find_root(MemoryRegion *root)
{
    AddressSpace *as;

    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link) {
        if (as->root == root) {
            return as;
        }
    }
    return NULL;
}

void topology_foreach(void (*fn)(AddressSpace *as, void *opaque), void *opaque)
{
    AddressSpace *as;

    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link) {
        fn(as, opaque);
    }
}

/* --- registering --- */

void memory_listener_register(MemoryListener *listener, AddressSpace *as)
{
    MemoryListener *other;
    FlatView *fv = as->current_map;

    listener->address_space = as;
    QTAILQ_FOREACH(other, &as->listeners, link_as) {
        if (listener->priority < other->priority) {
            break;
        }
    }
    if (other) {
        QTAILQ_INSERT_BEFORE(other, listener, link_as);
    } else {
        QTAILQ_INSERT_TAIL(&as->listeners, listener, link_as);
    }
    if (listener->begin) {
        listener->begin(listener);
    }
    for (unsigned i = 0; i < fv->nr; i++) {
        tell(listener, listener->region_add, fv, &fv->ranges[i]);
    }
    if (listener->commit) {
        listener->commit(listener);
    }
}

void memory_listener_unregister(MemoryListener *listener)
{
    AddressSpace *as = listener->address_space;
    FlatView *fv = as ? as->current_map : NULL;

    if (!as) {
        return;
    }
    if (listener->begin) {
        listener->begin(listener);
    }
    for (unsigned i = 0; fv && i < fv->nr; i++) {
        tell(listener, listener->region_del, fv, &fv->ranges[i]);
    }
    if (listener->commit) {
        listener->commit(listener);
    }
    QTAILQ_REMOVE(&as->listeners, listener, link_as);
    listener->address_space = NULL;
}

void address_space_remove_listeners(AddressSpace *as)
{
    while (!QTAILQ_EMPTY(&as->listeners)) {
        memory_listener_unregister(QTAILQ_FIRST(&as->listeners));
    }
}
