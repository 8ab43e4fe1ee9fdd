/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words about time, interrupt lines and the machine as a whole. */
#include "qemu/osdep.h"
#include "hw/core/qdev.h"
#include "qemu/timer.h"
#include "qtest-internal.h"

#define MAX_IRQ 256

/* Lines are intercepted for one device at a time, for the life of the process. */
static DeviceState *intercepted;
static QTestSession *irq_listener;
static int irq_levels[MAX_IRQ];

static void on_irq(void *opaque, int n, int level)
{
    qemu_irq *line = opaque;

    qemu_set_irq(*line, level);
    if (n < MAX_IRQ && irq_levels[n] != !!level) {
        irq_levels[n] = !!level;
        if (irq_listener) {
            qtest_sendf(irq_listener, "IRQ %s %d\n", level ? "raise" : "lower", n);
        }
    }
}

void qtest_irq_reset(void)
{
    memset(irq_levels, 0, sizeof(irq_levels));
}

static DeviceState *find_device(QTestSession *s, const char *path)
{
    Object *obj = object_resolve_path(path, NULL);
    DeviceState *dev =
        (DeviceState *)(obj ? object_dynamic_cast(obj, TYPE_DEVICE) : NULL);

    if (!dev) {
        qtest_sendf(s, "FAIL Unknown device\n");
    }
    return dev;
}

/* True: go on and intercept. Otherwise the answer was given. */
static bool may_intercept(QTestSession *s, DeviceState *dev)
{
    if (intercepted == dev) {
        qtest_sendf(s, "OK\n");
        return false;
    }
    if (intercepted) {
        qtest_sendf(s, "FAIL IRQ intercept already enabled\n");
        return false;
    }
    return true;
}

static bool same_name(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static void intercept_out(DeviceState *dev, NamedGPIOList *list)
{
    for (int i = 0; i < list->num_out; i++) {
        qemu_irq *line =
            g_new0(qemu_irq, 1); /* as long as the interception: for ever */
        qemu_irq icpt = qemu_allocate_irq(on_irq, line, i);

        *line = qdev_intercept_gpio_out(dev, icpt, list->name, i);
    }
}

static void cmd_irq_intercept(QTestSession *s, char **argv)
{
    bool out = !strcmp(argv[0], "irq_intercept_out");
    DeviceState *dev = find_device(s, argv[1]);
    bool found = false;
    NamedGPIOList *list;

    if (!dev || !may_intercept(s, dev)) {
        return;
    }
    QLIST_FOREACH(list, &dev->gpios, node) {
        if (out && same_name(list->name, argv[2]) && list->num_out) {
            intercept_out(dev, list);
            found = true;
        } else if (!out && !list->name && list->num_in) {
            qemu_irq_intercept_in(list->in, on_irq, list->num_in);
            found = true;
        }
    }
    if (!found) {
        qtest_sendf(s, "FAIL device has no such lines\n");
        return;
    }
    intercepted = dev;
    irq_listener = s;
    qtest_sendf(s, "OK\n");
}

static NamedGPIOList *find_gpios(DeviceState *dev, const char *name)
{
    NamedGPIOList *list;

    QLIST_FOREACH(list, &dev->gpios, node) {
        if (same_name(list->name, name)) {
            return list;
        }
    }
    return NULL;
}

static void cmd_set_irq_in(QTestSession *s, char **argv)
{
    DeviceState *dev = find_device(s, argv[1]);
    const char *name = strcmp(argv[2], "unnamed-gpio-in") ? argv[2] : NULL;
    NamedGPIOList *list;
    uint64_t n, level;

    if (!dev || !qtest_parse_u64(s, argv[3], &n) ||
        !qtest_parse_u64(s, argv[4], &level)) {
        return;
    }
    list = find_gpios(dev, name);
    if (!list || n >= list->num_in) {
        qtest_sendf(s, "FAIL Unknown IRQ\n");
        return;
    }
    qemu_set_irq(list->in[n], level);
    qtest_sendf(s, "OK\n");
}

static bool parse_time(QTestSession *s, const char *text, int64_t *ns)
{
    uint64_t value;

    if (!qtest_parse_u64(s, text, &value)) {
        return false;
    }
    if (value > INT64_MAX) {
        qtest_sendf(s, "FAIL time is out of range\n");
        return false;
    }
    *ns = value;
    return true;
}

static void advance_to(QTestSession *s, int64_t dest)
{
    qtest_sendf(s, "OK %" PRIi64 "\n", qemu_clock_advance_virtual_time(dest));
}

/* Without an argument: up to the next timer. */
static void cmd_clock_step(QTestSession *s, char **argv)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    int64_t step, dest;

    if (argv[1]) {
        if (!parse_time(s, argv[1], &step)) {
            return;
        }
    } else {
        step = qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL);
        step = MAX(step, 0);
    }
    if (__builtin_add_overflow(now, step, &dest)) {
        qtest_sendf(s, "FAIL time is out of range\n");
        return;
    }
    advance_to(s, dest);
}

static void cmd_clock_set(QTestSession *s, char **argv)
{
    int64_t dest;

    if (parse_time(s, argv[1], &dest)) {
        advance_to(s, dest);
    }
}

static void cmd_endianness(QTestSession *s, char **argv)
{
    qtest_sendf(s, "OK little\n");
}

/* Nothing here is a module; what a test asks for is there, or its test will say so. */
static void cmd_module_load(QTestSession *s, char **argv)
{
    qtest_sendf(s, "OK\n");
}

const QTestCommand qtest_control_commands[] = {
    { "clock_set", 1, 1, cmd_clock_set },
    { "clock_step", 0, 1, cmd_clock_step },
    { "endianness", 0, 0, cmd_endianness },
    { "irq_intercept_in", 1, 1, cmd_irq_intercept },
    { "irq_intercept_out", 1, 2, cmd_irq_intercept },
    { "module_load", 2, 2, cmd_module_load },
    { "set_irq_in", 4, 4, cmd_set_irq_in },
    {},
};
