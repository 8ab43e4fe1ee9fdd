/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices and buses: realize and its failures, options, lines, hotplug.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/qdev-properties.h"
#include "hw/core/sysbus.h"
#include "qapi/error.h"
#include "system/cmdline.h"

#define TYPE_TEST_BUS "test-bus"
#define TYPE_TEST_HUB "test-hub" /* a controller with two buses, on the main bus */
#define TYPE_TEST_DEV "test-dev"

typedef struct TestHub {
    SysBusDevice parent_obj;
    BusState small, big;
} TestHub;
DECLARE_INSTANCE_CHECKER(TestHub, TEST_HUB, TYPE_TEST_HUB)

typedef struct TestDev {
    DeviceState parent_obj;
    uint32_t speed;
    bool fail;
    qemu_irq out[2];
    int in_level[2];
} TestDev;
DECLARE_INSTANCE_CHECKER(TestDev, TEST_DEV, TYPE_TEST_DEV)

static GString *events;
static TestHub *hub;
static bool refuse_pre_plug, refuse_plug, unplug_is_request;

/* --- the types --- */

static void hub_init(Object *obj)
{
    TestHub *h = TEST_HUB(obj);

    qbus_init(&h->big, sizeof(h->big), TYPE_TEST_BUS, DEVICE(obj), "big");
    qbus_init(&h->small, sizeof(h->small), TYPE_TEST_BUS, DEVICE(obj), "small");
    qbus_set_hotplug_handler(&h->big, obj);
}

static void hub_pre_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    g_string_append(events, "pre-plug ");
    if (refuse_pre_plug) {
        error_setg(errp, "not before");
    }
}

static void hub_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    g_string_append(events, "plug ");
    if (refuse_plug) {
        error_setg(errp, "not after");
    }
}

static void hub_unplug_request(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    g_string_append(events, "request ");
    if (!unplug_is_request) {
        hotplug_handler_unplug(handler, dev, errp);
        object_unparent(OBJECT(dev));
    }
}

static void hub_unplug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    g_string_append(events, "unplug ");
    qdev_unrealize(dev);
}

static void hub_class_init(ObjectClass *oc, const void *data)
{
    HotplugHandlerClass *hdc = HOTPLUG_HANDLER_CLASS(oc);

    hdc->pre_plug = hub_pre_plug;
    hdc->plug = hub_plug;
    hdc->unplug_request = hub_unplug_request;
    hdc->unplug = hub_unplug;
}

static void dev_in(void *opaque, int n, int level)
{
    TEST_DEV(opaque)->in_level[n] = level;
}

static void dev_init(Object *obj)
{
    qdev_init_gpio_in(DEVICE(obj), dev_in, 2);
    qdev_init_gpio_out_named(DEVICE(obj), TEST_DEV(obj)->out, "out", 2);
}

static void dev_realize(DeviceState *dev, Error **errp)
{
    g_string_append(events, "realize ");
    if (TEST_DEV(dev)->fail) {
        error_setg(errp, "told to fail");
    }
}

static void dev_unrealize(DeviceState *dev)
{
    g_string_append(events, "unrealize ");
}

static void dev_finalize(Object *obj)
{
    g_string_append(events, "gone ");
}

static const Property dev_properties[] = {
    DEFINE_PROP_UINT32("speed", TestDev, speed, 7),
    DEFINE_PROP_BOOL("fail", TestDev, fail, false),
};

static void dev_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->realize = dev_realize;
    dc->unrealize = dev_unrealize;
    dc->bus_type = TYPE_TEST_BUS;
    device_class_set_props(dc, dev_properties);
    device_class_add_prop_alias(dc, "velocity", "speed");
}

static void bus_class_init(ObjectClass *oc, const void *data)
{
    BUS_CLASS(oc)->max_dev = 2;
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_TEST_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(BusState),
        .class_init = bus_class_init,
    },
    {
        .name = TYPE_TEST_HUB,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(TestHub),
        .instance_init = hub_init,
        .class_init = hub_class_init,
        .interfaces = (const InterfaceInfo[]){ { TYPE_HOTPLUG_HANDLER }, {} },
    },
    {
        .name = TYPE_TEST_DEV,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(TestDev),
        .instance_init = dev_init,
        .instance_finalize = dev_finalize,
        .class_init = dev_class_init,
    },
};
DEFINE_TYPES(test_types)

/* --- helpers --- */

static void expect_events(const char *text)
{
    g_assert_cmpstr(events->str, ==, text);
    g_string_truncate(events, 0);
}

static DeviceState *add(const char *options, Error **errp)
{
    bool keyval;
    struct json_object *opts =
        cmdline_parse_opts(options, "driver", &keyval, &error_abort);
    DeviceState *dev = qdev_device_add_json(opts, keyval, errp);

    json_object_put(opts);
    return dev;
}

static void add_fails(const char *options, const char *message)
{
    Error *err = NULL;

    g_assert_null(add(options, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, message);
    error_free(err);
    g_assert_cmpint(hub->big.num_children, ==, 0);
    g_assert_cmpint(hub->small.num_children, ==, 0);
    g_string_truncate(events, 0);
}

static void drop(DeviceState *dev)
{
    object_unparent(OBJECT(dev));
    g_string_truncate(events, 0);
}

/* --- cases --- */

static void test_life(void)
{
    DeviceState *dev = add("test-dev,id=d0,bus=big,speed=9", &error_abort);
    g_autofree char *path = object_get_canonical_path(OBJECT(dev));

    expect_events("pre-plug realize plug ");
    g_assert_cmpstr(path, ==, "/machine/peripheral/d0");
    g_assert_true(qdev_is_realized(dev));
    g_assert_cmpuint(TEST_DEV(dev)->speed, ==, 9);
    g_assert_cmpint(hub->big.num_children, ==, 1);
    g_assert_true(qdev_find_recursive(sysbus_get_default(), "d0") == dev);
    object_unparent(OBJECT(dev));
    expect_events("unrealize gone ");
    g_assert_cmpint(hub->big.num_children, ==, 0);
}

static void test_failures_leave_nothing(void)
{
    add_fails("test-dev,bus=big,fail=on", "told to fail");
    refuse_pre_plug = true;
    add_fails("test-dev,bus=big", "not before");
    refuse_pre_plug = false;
    refuse_plug = true;
    Error *err = NULL;
    g_assert_null(add("test-dev,bus=big", &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "not after");
    error_free(err);
    expect_events("pre-plug realize plug unrealize gone ");
    refuse_plug = false;
}

static void test_option_errors(void)
{
    add_fails("id=x", "Parameter 'driver' is missing");
    add_fails("nothing-like-it", "'nothing-like-it' is not a valid device model name");
    add_fails("device", "Parameter 'driver' expects a non-abstract device type");
    add_fails("test-hub", "Parameter 'driver' expects a pluggable device type");
    add_fails("test-dev,bus=none", "Bus 'none' not found");
    add_fails("test-dev,bus=main-system-bus",
              "Device 'test-dev' can't go on System bus");
    add_fails("test-dev,foo=1", "Property 'test-dev.foo' not found");
    add_fails("test-dev,id=1x", "Parameter 'id' expects an identifier");
    add_fails("test-dev,speed=fast",
              "Parameter 'speed' expects a non-negative integer");
    add_fails("test-dev,speed=4294967296", "Parameter 'speed' expects uint32_t");
    add_fails("{\"driver\":\"test-dev\",\"speed\":\"9\"}",
              "Invalid parameter type for 'speed', expected: integer");
    add_fails("{\"driver\":7}",
              "Invalid parameter type for 'driver', expected: string");
    add_fails("{\"driver\":\"test-dev\",\"realized\":true}",
              "Attempt to set property 'realized' by option");
}

static void test_duplicate_id(void)
{
    DeviceState *dev = add("test-dev,id=twin", &error_abort);
    Error *err = NULL;

    g_assert_null(add("test-dev,id=twin", &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "Duplicate device ID 'twin'");
    error_free(err);
    drop(dev);
}

static void test_bus_choice(void)
{
    DeviceState *dev[4];
    Error *err = NULL;

    for (int i = 0; i < 4; i++) { /* two fit on each bus */
        dev[i] = add("test-dev", &error_abort);
    }
    g_assert_cmpint(hub->big.num_children, ==, 2);
    g_assert_cmpint(hub->small.num_children, ==, 2);
    g_assert_null(add("test-dev", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "is full"));
    error_free(err);
    err = NULL;
    g_assert_null(add("test-dev,bus=big", &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "Bus 'big' is full");
    error_free(err);
    for (int i = 0; i < 4; i++) {
        drop(dev[i]);
    }
}

static void test_two_names(void)
{
    DeviceState *dev = add("test-dev,velocity=3,speed=0x3", &error_abort);

    g_assert_cmpuint(TEST_DEV(dev)->speed, ==, 3);
    drop(dev);
    add_fails("test-dev,velocity=3,speed=4",
              "'velocity' and 'speed' are two names of one property: "
              "they are given with different values (3 and 4)");
    add_fails("{\"driver\":\"test-dev\",\"speed\":3,\"velocity\":4}",
              "'speed' and 'velocity' are two names of one property: "
              "they are given with different values (3 and 4)");
}

static void test_set_after_realize(void)
{
    DeviceState *dev = add("test-dev,id=late", &error_abort);
    Error *err = NULL;

    g_assert_false(object_property_set_uint(OBJECT(dev), "velocity", 1, &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "Attempt to set property 'speed' on device 'late' "
                    "(type 'test-dev') after it was realized");
    error_free(err);
    g_assert_cmpuint(TEST_DEV(dev)->speed, ==, 7);
    drop(dev);
}

static void test_lines(void)
{
    DeviceState *a = add("test-dev", &error_abort), *b = add("test-dev", &error_abort);
    qemu_irq before;

    qemu_irq_raise(TEST_DEV(a)->out[0]); /* to nobody */
    qdev_connect_gpio_out_named(a, "out", 1, qdev_get_gpio_in(b, 1));
    qemu_irq_raise(TEST_DEV(a)->out[1]);
    g_assert_cmpint(TEST_DEV(b)->in_level[1], ==, 1);
    g_assert_cmpint(TEST_DEV(b)->in_level[0], ==, 0);
    g_assert_true(qdev_get_gpio_out_connector(a, "out", 1) == qdev_get_gpio_in(b, 1));
    g_assert_null(qdev_get_gpio_out_connector(a, "out", 0));

    before = qdev_intercept_gpio_out(a, qdev_get_gpio_in(b, 0), "out", 1);
    g_assert_true(before == qdev_get_gpio_in(b, 1));
    qemu_irq_lower(TEST_DEV(a)->out[1]);
    qemu_irq_raise(TEST_DEV(a)->out[1]);
    g_assert_cmpint(TEST_DEV(b)->in_level[0], ==, 1);
    g_assert_cmpint(TEST_DEV(b)->in_level[1], ==, 1); /* did not hear of the fall */
    object_unref(before);

    qdev_connect_gpio_out_named(a, "out", 0, qdev_get_gpio_in(b, 0));
    drop(b); /* the receiver goes first: the line leads nowhere then */
    qemu_irq_raise(TEST_DEV(a)->out[0]);
    drop(a);
}

static void count_levels(void *opaque, int n, int level)
{
    qemu_irq *before = opaque;

    g_string_append_printf(events, "%d=%d ", n, level);
    qemu_set_irq(*before, level);
}

static void test_intercept_in(void)
{
    DeviceState *dev = add("test-dev", &error_abort);
    qemu_irq in[2] = { qdev_get_gpio_in(dev, 0), qdev_get_gpio_in(dev, 1) };

    g_string_truncate(events, 0);
    qemu_irq_intercept_in(in, count_levels, 2);
    qemu_set_irq(qdev_get_gpio_in(dev, 1), 5);
    expect_events("1=5 ");
    g_assert_cmpint(TEST_DEV(dev)->in_level[1], ==, 5);
    drop(dev);
}

static void test_unplug(void)
{
    DeviceState *dev = add("test-dev,bus=big,id=u0", &error_abort);
    DeviceState *fixed = add("test-dev,bus=small,id=u1", &error_abort);
    Error *err = NULL;

    g_string_truncate(events, 0);
    qdev_unplug(fixed, &err);
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "Bus 'small' does not support hotplugging");
    error_free(err);
    err = NULL;

    unplug_is_request = true;
    qdev_unplug(dev, &error_abort);
    expect_events("request ");
    g_assert_true(qdev_is_realized(dev));
    unplug_is_request = false;
    qdev_unplug(dev, &error_abort);
    expect_events("request unplug unrealize gone ");
    g_assert_null(qdev_find_by_id("u0", &err));
    g_assert_cmpint(error_get_class(err), ==, ERROR_CLASS_DEVICE_NOT_FOUND);
    error_free(err);
    drop(fixed);
}

static void test_unplug_blocker(void)
{
    DeviceState *dev = add("test-dev,bus=big,id=b0", &error_abort);
    Error *reason = NULL, *err = NULL;

    error_setg(&reason, "in use");
    qdev_add_unplug_blocker(dev, reason);
    qdev_unplug(dev, &err);
    g_assert_cmpstr(error_get_pretty(err), ==, "in use");
    error_free(err);
    qdev_del_unplug_blocker(dev, reason);
    error_free(reason);
    qdev_unplug(dev, &error_abort);
    g_assert_cmpint(hub->big.num_children, ==, 0);
    g_string_truncate(events, 0);
}

static void on_deleted(DeviceListener *l, const char *id, const char *path)
{
    g_string_append_printf(events, "deleted(%s,%s) ", id ? id : "-", path);
}

static void test_deleted_is_told(void)
{
    DeviceListener listener = { .deleted = on_deleted };
    DeviceState *named = add("test-dev,bus=big,id=x0", &error_abort);
    DeviceState *anon = add("test-dev,bus=big", &error_abort);
    Error *err = NULL;

    device_listener_register(&listener);
    g_string_truncate(events, 0);
    qdev_unplug(named, &error_abort);
    expect_events("request unplug unrealize gone "
                  "deleted(x0,/machine/peripheral/x0) ");
    qdev_unplug(anon, &error_abort);
    expect_events("request unplug unrealize gone "
                  "deleted(-,/machine/peripheral-anon/device[0]) ");
    g_assert_null(add("test-dev,fail=on", &err)); /* never was there */
    error_free(err);
    g_assert_null(strstr(events->str, "deleted"));
    device_listener_unregister(&listener);
    g_string_truncate(events, 0);
}

static void test_controller_takes_children_along(void)
{
    DeviceState *h = qdev_new(TYPE_TEST_HUB), *dev;

    object_property_add_child(qdev_get_machine(), "hub2", OBJECT(h));
    g_assert_true(sysbus_realize_and_unref(SYS_BUS_DEVICE(h), &error_abort));
    dev = qdev_new(TYPE_TEST_DEV);
    g_assert_true(qdev_realize_and_unref(dev, &TEST_HUB(h)->small, &error_abort));
    g_string_truncate(events, 0);
    object_unparent(OBJECT(h));
    expect_events("unrealize gone ");
}

/* Runs last: from here on everything counts as hotplugged. */
static void test_hotplugged(void)
{
    DeviceState *dev;

    qdev_machine_creation_done();
    add_fails("test-dev,bus=small", "Bus 'small' does not support hotplugging");
    dev = add("test-dev,bus=big", &error_abort);
    g_assert_true(object_property_get_bool(OBJECT(dev), "hotplugged", &error_abort));
    g_assert_true(qdev_machine_modified());
    drop(dev);
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    events = g_string_new(NULL);
    hub = TEST_HUB(qdev_new(TYPE_TEST_HUB));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(hub), &error_abort);
    g_test_add_func("/qdev/life", test_life);
    g_test_add_func("/qdev/failures-leave-nothing", test_failures_leave_nothing);
    g_test_add_func("/qdev/option-errors", test_option_errors);
    g_test_add_func("/qdev/duplicate-id", test_duplicate_id);
    g_test_add_func("/qdev/bus-choice", test_bus_choice);
    g_test_add_func("/qdev/two-names", test_two_names);
    g_test_add_func("/qdev/set-after-realize", test_set_after_realize);
    g_test_add_func("/qdev/lines", test_lines);
    g_test_add_func("/qdev/intercept-in", test_intercept_in);
    g_test_add_func("/qdev/unplug", test_unplug);
    g_test_add_func("/qdev/unplug-blocker", test_unplug_blocker);
    g_test_add_func("/qdev/deleted-is-told", test_deleted_is_told);
    g_test_add_func("/qdev/controller-takes-children-along",
                    test_controller_takes_children_along);
    g_test_add_func("/qdev/hotplugged", test_hotplugged);
    ret = g_test_run();
    g_string_free(events, true);
    return ret;
}
