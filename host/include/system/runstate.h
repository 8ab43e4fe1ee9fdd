/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the machine runs, and requests to stop, reset or end it. Requests may
 * come from any thread; the main loop carries them out.
 */
#ifndef SYSTEM_RUNSTATE_H
#define SYSTEM_RUNSTATE_H

#include <stdbool.h>

#include "qemu/typedefs.h"

typedef enum RunState {
    RUN_STATE_PRELAUNCH,
    RUN_STATE_RUNNING,
    RUN_STATE_PAUSED,
    RUN_STATE_SHUTDOWN,
    RUN_STATE_INMIGRATE,
    RUN_STATE_FINISH_MIGRATE,
    RUN_STATE_POSTMIGRATE,
    RUN_STATE_INTERNAL_ERROR,
    RUN_STATE_IO_ERROR,
    RUN_STATE_SAVE_VM,
    RUN_STATE_RESTORE_VM,
    RUN_STATE_WATCHDOG,
    RUN_STATE_GUEST_PANICKED,
    RUN_STATE__MAX,
} RunState;

typedef enum ShutdownCause {
    SHUTDOWN_CAUSE_NONE,
    SHUTDOWN_CAUSE_HOST_ERROR,
    SHUTDOWN_CAUSE_HOST_QMP_QUIT,
    SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET,
    SHUTDOWN_CAUSE_HOST_SIGNAL,
    SHUTDOWN_CAUSE_HOST_UI,
    SHUTDOWN_CAUSE_GUEST_SHUTDOWN,
    SHUTDOWN_CAUSE_GUEST_RESET,
    SHUTDOWN_CAUSE_GUEST_PANIC,
    SHUTDOWN_CAUSE_SUBSYSTEM_RESET,
    SHUTDOWN_CAUSE_SNAPSHOT_LOAD,
    SHUTDOWN_CAUSE__MAX,
} ShutdownCause;

static inline bool shutdown_caused_by_guest(ShutdownCause cause)
{
    return cause >= SHUTDOWN_CAUSE_GUEST_SHUTDOWN;
}

/* The names QMP uses. */
const char *RunState_str(RunState state);
const char *ShutdownCause_str(ShutdownCause cause);

RunState runstate_get(void);
void runstate_set(RunState new_state);
bool runstate_check(RunState state);
bool runstate_is_running(void);

/* A guest that has shut down can not go on, only start anew. */
bool runstate_needs_reset(void);
/* -no-reboot: a reset ends the process. -no-shutdown: a guest's shutdown does not. */
void runstate_set_options(bool no_reboot, bool no_shutdown);

/* Start and stop; each tells the handlers below and sends RESUME or STOP. */
void vm_start(void);
int vm_stop(RunState state);
/* For the end of the process: no event. */
int vm_shutdown(void);

typedef void VMChangeStateHandler(void *opaque, bool running, RunState state);
/* Called before the clock starts and after it stopped. The result is for removal. */
VMChangeStateEntry *qemu_add_vm_change_state_handler(VMChangeStateHandler *cb,
                                                     void *opaque);
/* Lower @priority first when starting, last when stopping. */
VMChangeStateEntry *qemu_add_vm_change_state_handler_prio(VMChangeStateHandler *cb,
                                                          void *opaque, int priority);
void qemu_del_vm_change_state_handler(VMChangeStateEntry *e);

/* Any thread. */
void qemu_system_reset_request(ShutdownCause reason);
void qemu_system_shutdown_request(ShutdownCause reason);
void qemu_system_shutdown_request_with_code(ShutdownCause reason, int exit_code);
void qemu_system_powerdown_request(void);
void qemu_system_vmstop_request(RunState state);
/* A device that can power the machine down listens here (data is NULL). */
struct Notifier;
void qemu_register_powerdown_notifier(struct Notifier *notifier);
void qemu_register_shutdown_notifier(struct Notifier *notifier);
/* Reset every device now; @reason decides the event. */
void qemu_system_reset(ShutdownCause reason);

/* Serve requests and events until the process is to end; returns its exit code. */
int qemu_main_loop(void);
/* Has the loop anything to do that must not wait? For tests of request order. */
bool qemu_reset_requested(void);
bool qemu_shutdown_requested(void);

#endif
