/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What start-up needs of the operating system: signals, the PID file, a daemon. */
#ifndef SYSTEM_PROCESS_H
#define SYSTEM_PROCESS_H

#include <stdbool.h>

#include "qemu/typedefs.h"

/* SIGINT, SIGTERM and SIGHUP end the process in an orderly way from now on. */
void process_handle_signals(void);
/* NULL: none is wanted. Refused when another process holds the file. */
bool process_write_pidfile(const char *path, Error **errp);

/*
 * -daemonize: the caller continues in the background; the process that was started
 * waits for process_daemon_ready() and then exits 0, or 1 if that never comes.
 */
bool process_daemonize(Error **errp);
void process_daemon_ready(void);

/*
 * -run-with chroot= and user= (a name or UID:GID), NULL when not given: from now on no
 * file outside @root is reached, and with the rights of @user. The last step of
 * start-up, when everything is open.
 */
bool process_drop_rights(const char *root, const char *user, Error **errp);

/* Removes the PID file. */
void process_cleanup(void);

#endif
