/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -object iothread: accepted because clients make them. Devices run in the main
 * loop whether one is named or not.
 */
#include "qemu/osdep.h"
#include "qom/object_interfaces.h"

#define TYPE_IOTHREAD "iothread"
OBJECT_DECLARE_SIMPLE_TYPE(IOThread, IOTHREAD)

struct IOThread {
    Object parent_obj;
    int64_t poll_max_ns, poll_grow, poll_shrink, aio_max_batch;
    int64_t thread_pool_min, thread_pool_max;
};

static const struct {
    const char *name;
    size_t offset;
} tuning[] = {
    { "poll-max-ns", offsetof(IOThread, poll_max_ns) },
    { "poll-grow", offsetof(IOThread, poll_grow) },
    { "poll-shrink", offsetof(IOThread, poll_shrink) },
    { "aio-max-batch", offsetof(IOThread, aio_max_batch) },
    { "thread-pool-min", offsetof(IOThread, thread_pool_min) },
    { "thread-pool-max", offsetof(IOThread, thread_pool_max) },
};

static void access_tuning(Object *obj, Visitor *v, const char *name, void *opaque,
                          Error **errp)
{
    visit_type_int64(v, name, (int64_t *)((char *)obj + (uintptr_t)opaque), errp);
}

static void iothread_class_init(ObjectClass *klass, const void *data)
{
    for (size_t i = 0; i < G_N_ELEMENTS(tuning); i++) {
        object_class_property_add(klass, tuning[i].name, "int", access_tuning,
                                  access_tuning, NULL, (void *)tuning[i].offset);
        object_class_property_set_description(klass, tuning[i].name,
                                              "accepted, without effect");
    }
}

static const TypeInfo iothread_types[] = {
    {
        .name = TYPE_IOTHREAD,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(IOThread),
        .class_init = iothread_class_init,
        .interfaces =
            (const InterfaceInfo[]){
                { TYPE_USER_CREATABLE },
                {},
            },
    },
};

DEFINE_TYPES(iothread_types)
