/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three-phase reset: the order of phases over a tree, nesting, handlers.
 */
#include "qemu/osdep.h"
#include "hw/core/qdev.h"
#include "qapi/error.h"
#include "system/reset.h"

#define TYPE_RBUS   "reset-bus"
#define TYPE_RDEV   "reset-dev"
#define TYPE_LEGACY "reset-legacy"

typedef struct RDev {
    DeviceState parent_obj;
    BusState *bus;
} RDev;
DECLARE_INSTANCE_CHECKER(RDev, RDEV, TYPE_RDEV)

static GString *events;

static void log_phase(Object *obj, const char *phase)
{
    g_string_append_printf(events, "%s%s ", DEVICE(obj)->id, phase);
}

static void rdev_enter(Object *obj, ResetType type)
{
    log_phase(obj, "<");
}

static void rdev_hold(Object *obj, ResetType type)
{
    log_phase(obj, "=");
}

static void rdev_exit(Object *obj, ResetType type)
{
    log_phase(obj, ">");
}

static void rdev_class_init(ObjectClass *oc, const void *data)
{
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    DEVICE_CLASS(oc)->bus_type = TYPE_RBUS;
    rc->phases.enter = rdev_enter;
    rc->phases.hold = rdev_hold;
    rc->phases.exit = rdev_exit;
}

static void legacy_reset(DeviceState *dev)
{
    log_phase(OBJECT(dev), "!");
}

static void legacy_class_init(ObjectClass *oc, const void *data)
{
    device_class_set_legacy_reset(DEVICE_CLASS(oc), legacy_reset);
}

static const TypeInfo test_types[] = {
    { .name = TYPE_RBUS, .parent = TYPE_BUS, .instance_size = sizeof(BusState) },
    {
        .name = TYPE_RDEV,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(RDev),
        .class_init = rdev_class_init,
    },
    {
        .name = TYPE_LEGACY, /* a child class of the old kind: its reset is its hold */
        .parent = TYPE_RDEV,
        .class_init = legacy_class_init,
    },
};
DEFINE_TYPES(test_types)

static BusState *root;

/* A device below @bus that has a bus of its own. */
static RDev *make(const char *type, const char *id, BusState *bus)
{
    DeviceState *dev = qdev_new(type);

    dev->id = g_strdup(id);
    object_property_add_child(qdev_get_machine(), id, OBJECT(dev));
    RDEV(dev)->bus = qbus_new(TYPE_RBUS, dev, NULL);
    qdev_realize_and_unref(dev, bus, &error_abort);
    return RDEV(dev);
}

static void expect_events(const char *text)
{
    g_assert_cmpstr(events->str, ==, text);
    g_string_truncate(events, 0);
}

static void test_order(void)
{
    RDev *a = make(TYPE_RDEV, "a", root), *b = make(TYPE_RDEV, "b", a->bus);

    bus_cold_reset(root);
    expect_events("b< a< b= a= b> a> ");
    device_cold_reset(DEVICE(b));
    expect_events("b< b= b> ");
    object_unparent(OBJECT(a));
}

static void test_nested(void)
{
    RDev *a = make(TYPE_RDEV, "a", root), *b = make(TYPE_RDEV, "b", a->bus);

    resettable_assert_reset(OBJECT(b), RESET_TYPE_COLD);
    expect_events("b< b= ");
    g_assert_true(device_is_in_reset(DEVICE(b)));
    g_assert_false(device_is_in_reset(DEVICE(a)));
    resettable_reset(OBJECT(a), RESET_TYPE_COLD); /* b stays where it is */
    expect_events("a< a= a> ");
    resettable_release_reset(OBJECT(b), RESET_TYPE_COLD);
    expect_events("b> ");
    object_unparent(OBJECT(a));
}

static void test_legacy(void)
{
    RDev *a = make(TYPE_LEGACY, "l", root);

    device_cold_reset(DEVICE(a));
    expect_events("l< l! l> ");
    object_unparent(OBJECT(a));
}

static void handler(void *opaque)
{
    g_string_append_printf(events, "%s() ", (const char *)opaque);
}

static void self_removing(void *opaque)
{
    g_string_append(events, "once() ");
    qemu_unregister_reset(self_removing, opaque);
    qemu_unregister_reset(handler, (void *)"late");
}

static void test_handlers(void)
{
    RDev *a = make(TYPE_RDEV, "a", root);

    qemu_register_reset(handler, (void *)"first");
    qemu_register_resettable(OBJECT(root));
    qemu_register_reset(self_removing, NULL);
    qemu_register_reset(handler, (void *)"late");
    qemu_register_reset_nosnapshotload(handler, (void *)"not-on-load");
    qemu_devices_reset(RESET_TYPE_COLD);
    expect_events("first() a< a= once() not-on-load() a> ");
    qemu_devices_reset(RESET_TYPE_SNAPSHOT_LOAD);
    expect_events("first() a< a= a> ");
    qemu_unregister_resettable(OBJECT(root));
    qemu_unregister_reset(handler, (void *)"first");
    qemu_unregister_reset(handler, (void *)"not-on-load");
    qemu_devices_reset(RESET_TYPE_COLD);
    expect_events("");
    object_unparent(OBJECT(a));
}

/* A device that is plugged into a bus in reset is in reset itself. */
static void test_plugged_into_reset(void)
{
    RDev *a = make(TYPE_RDEV, "a", root), *b;

    qdev_machine_creation_done(); /* hotplug from here on */
    resettable_assert_reset(OBJECT(a->bus), RESET_TYPE_COLD);
    b = make(TYPE_RDEV, "b", a->bus);
    expect_events("b< b= ");
    g_assert_true(device_is_in_reset(DEVICE(b)));
    resettable_release_reset(OBJECT(a->bus), RESET_TYPE_COLD);
    expect_events("b> ");
    object_unparent(OBJECT(a));
}

int main(int argc, char **argv)
{
    DeviceState *top;
    int ret;

    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    events = g_string_new(NULL);
    top = qdev_new(TYPE_RDEV); /* only the owner of the bus */
    top->id = g_strdup("top");
    root = qbus_new(TYPE_RBUS, top, "root");
    g_test_add_func("/reset/order", test_order);
    g_test_add_func("/reset/nested", test_nested);
    g_test_add_func("/reset/legacy", test_legacy);
    g_test_add_func("/reset/handlers", test_handlers);
    g_test_add_func("/reset/plugged-into-reset", test_plugged_into_reset);
    ret = g_test_run();
    object_unparent(OBJECT(root));
    object_unref(top);
    g_string_free(events, true);
    return ret;
}
