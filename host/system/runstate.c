/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hw/core/boards.h"
#include "monitor/qmp-event.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/notify.h"
#include "qemu/timer.h"
#include "system/cpus.h"
#include "system/qtest.h"
#include "system/reset.h"
#include "system/runstate.h"

struct VMChangeStateEntry {
    VMChangeStateHandler *cb;
    void *opaque;
    int priority;
    QTAILQ_ENTRY(VMChangeStateEntry) entries;
};

static RunState current_state = RUN_STATE_PRELAUNCH;
static QTAILQ_HEAD(, VMChangeStateEntry) handlers = QTAILQ_HEAD_INITIALIZER(handlers);

/* What is asked for; set by any thread, taken by the main loop. */
static ShutdownCause reset_requested, shutdown_requested;
static int shutdown_exit_code;
static bool powerdown_requested;
static RunState vmstop_requested = RUN_STATE__MAX;

static NotifierList powerdown_notifiers =
    NOTIFIER_LIST_INITIALIZER(powerdown_notifiers);
static NotifierList shutdown_notifiers = NOTIFIER_LIST_INITIALIZER(shutdown_notifiers);

static bool no_reboot, no_shutdown;

void runstate_set_options(bool reboot_ends, bool shutdown_stays)
{
    no_reboot = reboot_ends;
    no_shutdown = shutdown_stays;
}

const char *RunState_str(RunState state)
{
    static const char *const names[RUN_STATE__MAX] = {
        [RUN_STATE_PRELAUNCH] = "prelaunch",
        [RUN_STATE_RUNNING] = "running",
        [RUN_STATE_PAUSED] = "paused",
        [RUN_STATE_SHUTDOWN] = "shutdown",
        [RUN_STATE_INMIGRATE] = "inmigrate",
        [RUN_STATE_FINISH_MIGRATE] = "finish-migrate",
        [RUN_STATE_POSTMIGRATE] = "postmigrate",
        [RUN_STATE_INTERNAL_ERROR] = "internal-error",
        [RUN_STATE_IO_ERROR] = "io-error",
        [RUN_STATE_SAVE_VM] = "save-vm",
        [RUN_STATE_RESTORE_VM] = "restore-vm",
        [RUN_STATE_WATCHDOG] = "watchdog",
        [RUN_STATE_GUEST_PANICKED] = "guest-panicked",
    };

    return names[state];
}

const char *ShutdownCause_str(ShutdownCause cause)
{
    static const char *const names[SHUTDOWN_CAUSE__MAX] = {
        [SHUTDOWN_CAUSE_NONE] = "none",
        [SHUTDOWN_CAUSE_HOST_ERROR] = "host-error",
        [SHUTDOWN_CAUSE_HOST_QMP_QUIT] = "host-qmp-quit",
        [SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET] = "host-qmp-system-reset",
        [SHUTDOWN_CAUSE_HOST_SIGNAL] = "host-signal",
        [SHUTDOWN_CAUSE_HOST_UI] = "host-ui",
        [SHUTDOWN_CAUSE_GUEST_SHUTDOWN] = "guest-shutdown",
        [SHUTDOWN_CAUSE_GUEST_RESET] = "guest-reset",
        [SHUTDOWN_CAUSE_GUEST_PANIC] = "guest-panic",
        [SHUTDOWN_CAUSE_SUBSYSTEM_RESET] = "subsystem-reset",
        [SHUTDOWN_CAUSE_SNAPSHOT_LOAD] = "snapshot-load",
    };

    return names[cause];
}

RunState runstate_get(void)
{
    return qatomic_read(&current_state);
}

void runstate_set(RunState new_state)
{
    qatomic_set(&current_state, new_state);
}

bool runstate_check(RunState state)
{
    return runstate_get() == state;
}

bool runstate_is_running(void)
{
    return runstate_check(RUN_STATE_RUNNING);
}

bool runstate_needs_reset(void)
{
    return runstate_check(RUN_STATE_SHUTDOWN) ||
           runstate_check(RUN_STATE_INTERNAL_ERROR);
}

/* --- start and stop --- */

VMChangeStateEntry *qemu_add_vm_change_state_handler_prio(VMChangeStateHandler *cb,
                                                          void *opaque, int priority)
{
    VMChangeStateEntry *e = g_new0(VMChangeStateEntry, 1), *other;

    e->cb = cb;
    e->opaque = opaque;
    e->priority = priority;
    QTAILQ_FOREACH(other, &handlers, entries) {
        if (other->priority > priority) {
            QTAILQ_INSERT_BEFORE(other, e, entries);
            return e;
        }
    }
    QTAILQ_INSERT_TAIL(&handlers, e, entries);
    return e;
}

VMChangeStateEntry *qemu_add_vm_change_state_handler(VMChangeStateHandler *cb,
                                                     void *opaque)
{
    return qemu_add_vm_change_state_handler_prio(cb, opaque, 0);
}

void qemu_del_vm_change_state_handler(VMChangeStateEntry *e)
{
    if (e) {
        QTAILQ_REMOVE(&handlers, e, entries);
        g_free(e);
    }
}

static void notify_handlers(bool running, RunState state)
{
    VMChangeStateEntry *e, *next;

    if (running) {
        QTAILQ_FOREACH_SAFE(e, &handlers, entries, next) {
            e->cb(e->opaque, running, state);
        }
    } else {
        QTAILQ_FOREACH_REVERSE_SAFE(e, &handlers, entries, next)
        {
            e->cb(e->opaque, running, state);
        }
    }
}

void vm_start(void)
{
    if (runstate_is_running()) {
        return;
    }
    cpu_enable_ticks();
    qemu_clock_enable(QEMU_CLOCK_VIRTUAL, true);
    runstate_set(RUN_STATE_RUNNING);
    notify_handlers(true, RUN_STATE_RUNNING);
    resume_all_vcpus();
    qapi_event_send("RESUME", NULL);
}

static int do_vm_stop(RunState state, bool tell_clients)
{
    if (!runstate_is_running()) {
        /* Not running already, but for another reason now. */
        if (!runstate_needs_reset()) {
            runstate_set(state);
        }
        return 0;
    }
    pause_all_vcpus();
    cpu_disable_ticks();
    /* Under qtest, time stands still unless the test moves it. */
    if (!qtest_enabled()) {
        qemu_clock_enable(QEMU_CLOCK_VIRTUAL, false);
    }
    runstate_set(state);
    notify_handlers(false, state);
    if (tell_clients) {
        qapi_event_send("STOP", NULL);
    }
    return 0;
}

int vm_stop(RunState state)
{
    return do_vm_stop(state, true);
}

int vm_shutdown(void)
{
    return do_vm_stop(RUN_STATE_SHUTDOWN, false);
}

/* --- requests --- */

void qemu_system_reset_request(ShutdownCause reason)
{
    if (no_reboot && reason != SHUTDOWN_CAUSE_SUBSYSTEM_RESET) {
        qatomic_set(&shutdown_requested, reason);
    } else {
        qatomic_set(&reset_requested, reason);
    }
    qemu_notify_event();
}

void qemu_system_shutdown_request(ShutdownCause reason)
{
    qemu_system_shutdown_request_with_code(reason, 0);
}

void qemu_system_shutdown_request_with_code(ShutdownCause reason, int exit_code)
{
    shutdown_exit_code = exit_code;
    qatomic_set(&shutdown_requested, reason);
    qemu_notify_event();
}

void qemu_system_powerdown_request(void)
{
    qatomic_set(&powerdown_requested, true);
    qemu_notify_event();
}

void qemu_system_vmstop_request(RunState state)
{
    qatomic_set(&vmstop_requested, state);
    qemu_notify_event();
}

bool qemu_reset_requested(void)
{
    return qatomic_read(&reset_requested) != SHUTDOWN_CAUSE_NONE;
}

bool qemu_shutdown_requested(void)
{
    return qatomic_read(&shutdown_requested) != SHUTDOWN_CAUSE_NONE;
}

void qemu_register_powerdown_notifier(Notifier *notifier)
{
    notifier_list_add(&powerdown_notifiers, notifier);
}

void qemu_register_shutdown_notifier(Notifier *notifier)
{
    notifier_list_add(&shutdown_notifiers, notifier);
}

/* --- carrying them out --- */

static void send_caused(const char *event, ShutdownCause reason)
{
    struct json_object *data = json_object_new_object();

    json_object_object_add(data, "guest",
                           json_object_new_boolean(shutdown_caused_by_guest(reason)));
    json_object_object_add(data, "reason",
                           json_object_new_string(ShutdownCause_str(reason)));
    qapi_event_send(event, data);
}

void qemu_system_reset(ShutdownCause reason)
{
    MachineClass *mc = current_machine ? MACHINE_GET_CLASS(current_machine) : NULL;

    if (mc && mc->reset) {
        mc->reset(current_machine, RESET_TYPE_COLD);
    } else {
        qemu_devices_reset(RESET_TYPE_COLD);
    }
    if (reason != SHUTDOWN_CAUSE_NONE && reason != SHUTDOWN_CAUSE_SUBSYSTEM_RESET) {
        send_caused("RESET", reason);
    }
}

static void do_reset(ShutdownCause reason)
{
    pause_all_vcpus();
    qemu_system_reset(reason);
    if (runstate_is_running()) {
        resume_all_vcpus();
    } else if (!runstate_check(RUN_STATE_INMIGRATE) &&
               !runstate_check(RUN_STATE_FINISH_MIGRATE)) {
        runstate_set(RUN_STATE_PRELAUNCH);
    }
}

static bool main_loop_should_exit(void)
{
    ShutdownCause cause = qatomic_xchg(&shutdown_requested, SHUTDOWN_CAUSE_NONE);
    RunState stop;

    if (cause != SHUTDOWN_CAUSE_NONE) {
        send_caused("SHUTDOWN", cause);
        notifier_list_notify(&shutdown_notifiers, &cause);
        if (!no_shutdown || cause == SHUTDOWN_CAUSE_HOST_QMP_QUIT ||
            cause == SHUTDOWN_CAUSE_HOST_SIGNAL || cause == SHUTDOWN_CAUSE_HOST_UI) {
            return true;
        }
        vm_stop(RUN_STATE_SHUTDOWN);
    }
    cause = qatomic_xchg(&reset_requested, SHUTDOWN_CAUSE_NONE);
    if (cause != SHUTDOWN_CAUSE_NONE) {
        do_reset(cause);
    }
    if (qatomic_xchg(&powerdown_requested, false)) {
        qapi_event_send("POWERDOWN", NULL);
        notifier_list_notify(&powerdown_notifiers, NULL);
    }
    stop = qatomic_xchg(&vmstop_requested, RUN_STATE__MAX);
    if (stop != RUN_STATE__MAX) {
        vm_stop(stop);
    }
    return false;
}

int qemu_main_loop(void)
{
    while (!main_loop_should_exit()) {
        main_loop_wait(0);
    }
    return shutdown_exit_code;
}
