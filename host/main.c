/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process: from the command line to a running machine, and its orderly end. Each
 * step is a function that says false and why; nothing after a failure runs.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include <sys/prctl.h>
#include "chardev/char.h"
#include "hw/core/boards.h"
#include "hw/core/qdev-properties.h"
#include "monitor/monitor.h"
#include "net/net.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"
#include "qemu/target-name.h"
#include "qemu/timer.h"
#include "system/blockdev.h"
#include "system/cmdline.h"
#include "system/process.h"
#include "system/qtest.h"
#include "system/runstate.h"
#include "system/system.h"
#include "trace/control.h"

/* @fn for every entry; the message of a failure begins with the option as written. */
static bool for_each_entry(GPtrArray *entries, const char *option,
                           bool (*fn)(const CmdlineEntry *e, Error **errp),
                           Error **errp)
{
    ERRP_GUARD();

    for (guint i = 0; i < entries->len; i++) {
        const CmdlineEntry *e = g_ptr_array_index(entries, i);

        if (!fn(e, errp)) {
            error_prepend(errp, "%s %s: ", option, e->text);
            return false;
        }
    }
    return true;
}

static bool enable_trace(const CmdlineEntry *e, Error **errp)
{
    if (!strcmp(e->text, "help")) {
        trace_list_events();
        exit(0);
    }
    return trace_opt_parse(e->text, errp);
}

static bool enable_log(const Cmdline *c, Error **errp)
{
    ERRP_GUARD();
    int mask;

    if (c->log_file && !qemu_set_log_filename(c->log_file, errp)) {
        error_prepend(errp, "-D: ");
        return false;
    }
    if (!c->log_items) {
        return true;
    }
    if (!strcmp(c->log_items, "help")) {
        qemu_print_log_usage(stdout);
        exit(0);
    }
    mask = qemu_str_to_log_mask(c->log_items);
    if (!mask) {
        error_setg(errp, "-d %s: unknown log item ('-d help' lists them)",
                   c->log_items);
        return false;
    }
    return qemu_set_log(mask, errp);
}

static bool set_up_process(const Cmdline *c, Error **errp)
{
    if (c->incoming) {
        error_setg(errp, "-incoming %s: migration between processes is not supported",
                   c->incoming);
        return false;
    }
    message_with_timestamp = c->msg_timestamp;
    error_guest_name = c->msg_guest_name ? c->name : NULL;
    if (c->process_name) {
        prctl(PR_SET_NAME, c->process_name);
    }
    qemu_name = c->name;
    qemu_uuid_str = c->uuid;
    defaults_enabled_flag = !c->nodefaults;
    runstate_set_options(c->no_reboot, c->no_shutdown);
    if (c->exit_with_parent) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
    }
    return enable_log(c, errp) &&
           for_each_entry(c->traces, "-trace", enable_trace, errp) &&
           process_write_pidfile(c->pidfile, errp);
}

/* --- accelerator --- */

/* What else -accel tcg may say; all of it is about translating code. */
static bool check_accel_members(const CmdlineEntry *e, Error **errp)
{
    static const char *const known[] = { "accel",   "one-insn-per-tb", "split-wx",
                                         "tb-size", "thread",          NULL };

    json_object_object_foreach(e->opts, key, value)
    {
        (void)value;
        if (!g_strv_contains(known, key)) {
            error_setg(errp, "-accel %s: Invalid parameter '%s'", e->text, key);
            return false;
        }
    }
    return true;
}

/* Chooses the first that we have: asking for kvm:tcg gets tcg. */
static bool choose_accel(const Cmdline *c, Error **errp)
{
    const char *name = NULL;

    for (guint i = 0; i < c->accels->len; i++) {
        const CmdlineEntry *e = g_ptr_array_index(c->accels, i);

        name = opts_get_str(e->opts, "accel");
        if (name && !strcmp(name, "qtest")) {
            qtest_allowed = true;
            qemu_clock_virtual_set_manual();
            return true;
        }
        if (name && (!strcmp(name, "interp") || !strcmp(name, "tcg"))) {
            return check_accel_members(e, errp);
        }
    }
    if (c->accels->len) {
        error_setg(errp, "-accel: invalid accelerator %s", name ? name : "(none)");
        error_append_hint(errp, "There are interp (tcg means the same) and qtest.\n");
        return false;
    }
    return true;
}

/* --- backends --- */

static bool add_chardev(const CmdlineEntry *e, Error **errp)
{
    return qemu_chr_new_from_opts(e->opts, errp) != NULL;
}

static bool add_mon(const CmdlineEntry *e, Error **errp)
{
    const char *name = opts_get_str(e->opts, "chardev");
    const char *mode = opts_get_str(e->opts, "mode");
    Chardev *chr = name ? qemu_chr_find(name) : NULL;

    if (!chr) {
        error_setg(errp, "chardev \"%s\" not found", name ? name : "");
        return false;
    }
    if (mode && !strcmp(mode, "control")) {
        return monitor_init_qmp(chr, opts_get_bool(e->opts, "pretty", false), errp);
    }
    if (!mode || !strcmp(mode, "readline")) {
        return monitor_init_hmp(chr, errp);
    }
    error_setg(errp, "unknown monitor mode \"%s\"", mode);
    return false;
}

/* The character device of a monitor; true with NULL: none is wanted. */
static bool monitor_chardev(const char *text, const char *kind, Chardev **chr,
                            Error **errp)
{
    static unsigned count;
    g_autofree char *label = g_strdup_printf("%s%u", kind, count++);

    *chr = NULL;
    if (!strcmp(text, "none")) {
        return true;
    }
    *chr = qemu_chr_new(label, text, errp);
    return *chr != NULL;
}

static bool add_qmp(const CmdlineEntry *e, Error **errp)
{
    Chardev *chr;

    return monitor_chardev(e->text, "compat_monitor", &chr, errp) &&
           (!chr || monitor_init_qmp(chr, false, errp));
}

static bool add_hmp(const CmdlineEntry *e, Error **errp)
{
    Chardev *chr;

    return monitor_chardev(e->text, "compat_monitor", &chr, errp) &&
           (!chr || monitor_init_hmp(chr, errp));
}

static bool add_serial(const CmdlineEntry *e, Error **errp)
{
    return serial_hd_add(e->text, errp);
}

static bool add_serials(const Cmdline *c, Error **errp)
{
    if (!c->serials->len && c->nographic && !c->nodefaults) {
        return serial_hd_add("mon:stdio", errp);
    }
    return for_each_entry(c->serials, "-serial", add_serial, errp);
}

/* Behind the machine's ports, so that they have the input first. */
static bool add_serial_monitor(Error **errp)
{
    Chardev *chr = serial_hd_monitored();

    return !chr || monitor_init_hmp(chr, errp);
}

static bool add_blockdev(const CmdlineEntry *e, Error **errp)
{
    return blockdev_add(e->opts, e->keyval, errp);
}

static bool add_drive(const CmdlineEntry *e, Error **errp)
{
    return drive_add(e->text, errp);
}

static bool add_netdev(const CmdlineEntry *e, Error **errp)
{
    return netdev_add(e->opts, e->keyval, errp);
}

static bool add_qtest(const Cmdline *c, Error **errp)
{
    ERRP_GUARD();

    if (c->qtest && !qtest_server_init(c->qtest, c->qtest_log, errp)) {
        error_prepend(errp, "-qtest %s: ", c->qtest);
        return false;
    }
    return true;
}

static bool make_backends(const Cmdline *c, Error **errp)
{
    return add_serials(c, errp) && for_each_entry(c->mons, "-mon", add_mon, errp) &&
           for_each_entry(c->qmps, "-qmp", add_qmp, errp) &&
           for_each_entry(c->monitors, "-monitor", add_hmp, errp) &&
           for_each_entry(c->blockdevs, "-blockdev", add_blockdev, errp) &&
           for_each_entry(c->drives, "-drive", add_drive, errp) &&
           for_each_entry(c->netdevs, "-netdev", add_netdev, errp) &&
           cmdline_create_objects(c, false, errp) && add_qtest(c, errp);
}

/* --- the machine --- */

static bool make_machine(const Cmdline *c, Error **errp)
{
    return for_each_entry(c->chardevs, "-chardev", add_chardev, errp) &&
           cmdline_create_objects(c, true, errp) && choose_accel(c, errp) &&
           cmdline_create_machine(c, errp) && make_backends(c, errp) &&
           cmdline_run_board(c, errp) && add_serial_monitor(errp) &&
           cmdline_create_devices(c, errp) && drive_create_devices(errp);
}

static void start_machine(const Cmdline *c)
{
    qdev_machine_creation_done();
    qemu_run_machine_init_done_notifiers();
    qdev_prop_check_globals();
    qemu_system_reset(SHUTDOWN_CAUSE_NONE);
    if (!c->stopped) {
        vm_start();
    }
}

static void tear_down(void)
{
    vm_shutdown();
    qemu_run_exit_notifiers();
    blk_close_all();
    net_cleanup();
    monitor_cleanup();
    qtest_server_cleanup();
    qemu_chr_cleanup();
    process_cleanup();
}

int main(int argc, char **argv)
{
    Error *err = NULL;
    static Cmdline *c; /* globals and machine point into it to the very end */
    int status;

    target_name_from_argv0(argv[0]);
    error_init(argv[0]);
    module_call_init(MODULE_INIT_QOM);

    c = cmdline_parse(argc, argv, &err);
    if (c && cmdline_print_info(c, &err)) {
        return 0;
    }
    if (!err && (!c->daemonize || process_daemonize(&err))) {
        process_handle_signals();
        if (set_up_process(c, &err) && make_machine(c, &err) &&
            process_drop_rights(c->chroot_dir, c->run_as, &err)) {
            start_machine(c);
        }
    }
    if (err) {
        error_report_err(err);
        process_cleanup();
        return 1;
    }
    process_daemon_ready();
    status = qemu_main_loop();
    tear_down();
    return status;
}
