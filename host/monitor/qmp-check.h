/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments of a command against its row; the message names the argument. */
#ifndef HOST_MONITOR_QMP_CHECK_H
#define HOST_MONITOR_QMP_CHECK_H

#include "monitor/qmp-command.h"

bool qmp_check_args(const QmpCommand *cmd, struct json_object *args, Error **errp);

#endif
