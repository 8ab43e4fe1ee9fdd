/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "system/qtest.h"
#include "system/system.h"

const char *qemu_name;
const char *qemu_uuid_str;
bool defaults_enabled_flag = true;
bool qtest_allowed;

static NotifierList init_done_notifiers =
    NOTIFIER_LIST_INITIALIZER(init_done_notifiers);
static NotifierList exit_notifiers = NOTIFIER_LIST_INITIALIZER(exit_notifiers);
static bool init_done;

bool defaults_enabled(void)
{
    return defaults_enabled_flag;
}

void qemu_add_machine_init_done_notifier(Notifier *notify)
{
    notifier_list_add(&init_done_notifiers, notify);
    if (init_done) {
        notify->notify(notify, NULL);
    }
}

void qemu_remove_machine_init_done_notifier(Notifier *notify)
{
    notifier_remove(notify);
}

void qemu_run_machine_init_done_notifiers(void)
{
    init_done = true;
    notifier_list_notify(&init_done_notifiers, NULL);
}

void qemu_add_exit_notifier(Notifier *notify)
{
    notifier_list_add(&exit_notifiers, notify);
}

void qemu_remove_exit_notifier(Notifier *notify)
{
    notifier_remove(notify);
}

void qemu_run_exit_notifiers(void)
{
    notifier_list_notify(&exit_notifiers, NULL);
}
