/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands about the process and the run state. */
#include "qemu/osdep.h"
#include "chardev/char.h"
#include "qemu/target-name.h"
#include "system/runstate.h"
#include "system/system.h"
#include "system/version.h"
#include "qmp-internal.h"

struct json_object *qmp_version(void)
{
    struct json_object *version = json_object_new_object();
    struct json_object *qemu = json_object_new_object();

    /* The QEMU whose interfaces we mirror; the package says who we are. */
    qmp_add_int(qemu, "micro", QEMU_VERSION_MICRO);
    qmp_add_int(qemu, "minor", QEMU_VERSION_MINOR);
    qmp_add_int(qemu, "major", QEMU_VERSION_MAJOR);
    json_object_object_add(version, "qemu", qemu);
    qmp_add_str(version, "package", "viommu " VIOMMU_VERSION);
    return version;
}

static struct json_object *qmp_query_version(struct json_object *args, Error **errp)
{
    return qmp_version();
}

static struct json_object *qmp_query_target(struct json_object *args, Error **errp)
{
    struct json_object *ret = json_object_new_object();

    qmp_add_str(ret, "arch", target_name());
    return ret;
}

static void add_command(const QmpCommand *cmd, void *opaque)
{
    struct json_object *info = json_object_new_object();

    qmp_add_str(info, "name", cmd->name);
    json_object_array_add(opaque, info);
}

static struct json_object *qmp_query_commands(struct json_object *args, Error **errp)
{
    struct json_object *ret = json_object_new_array();

    qmp_foreach_command(add_command, ret);
    return ret;
}

static struct json_object *qmp_query_kvm(struct json_object *args, Error **errp)
{
    struct json_object *ret = json_object_new_object();

    qmp_add_bool(ret, "enabled", false);
    qmp_add_bool(ret, "present", false);
    return ret;
}

static struct json_object *qmp_query_name(struct json_object *args, Error **errp)
{
    struct json_object *ret = json_object_new_object();

    if (qemu_name) {
        qmp_add_str(ret, "name", qemu_name);
    }
    return ret;
}

static struct json_object *qmp_query_uuid(struct json_object *args, Error **errp)
{
    struct json_object *ret = json_object_new_object();

    qmp_add_str(ret, "UUID",
                qemu_uuid_str ? qemu_uuid_str : "00000000-0000-0000-0000-000000000000");
    return ret;
}

static void add_chardev(Chardev *chr, void *opaque)
{
    struct json_object *info = json_object_new_object();

    qmp_add_str(info, "label", qemu_chr_label(chr));
    qmp_add_str(info, "filename", qemu_chr_filename(chr));
    qmp_add_bool(info, "frontend-open", qemu_chr_is_fe_open(chr));
    json_object_array_add(opaque, info);
}

static struct json_object *qmp_query_chardev(struct json_object *args, Error **errp)
{
    struct json_object *ret = json_object_new_array();

    qemu_chr_foreach(add_chardev, ret);
    return ret;
}

static struct json_object *qmp_query_status(struct json_object *args, Error **errp)
{
    struct json_object *ret = json_object_new_object();

    qmp_add_bool(ret, "running", runstate_is_running());
    qmp_add_str(ret, "status", RunState_str(runstate_get()));
    return ret;
}

static struct json_object *qmp_stop(struct json_object *args, Error **errp)
{
    vm_stop(RUN_STATE_PAUSED);
    return NULL;
}

static struct json_object *qmp_cont(struct json_object *args, Error **errp)
{
    if (runstate_needs_reset()) {
        error_setg(errp, "Resetting the Virtual Machine is required");
    } else {
        vm_start();
    }
    return NULL;
}

static struct json_object *qmp_system_reset(struct json_object *args, Error **errp)
{
    qemu_system_reset_request(SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
    return NULL;
}

static struct json_object *qmp_system_powerdown(struct json_object *args, Error **errp)
{
    qemu_system_powerdown_request();
    return NULL;
}

static struct json_object *qmp_quit(struct json_object *args, Error **errp)
{
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
    return NULL;
}

static const QmpCommand control_commands[] = {
    { "cont", qmp_cont },
    { "query-chardev", qmp_query_chardev },
    { "query-commands", qmp_query_commands },
    { "query-kvm", qmp_query_kvm },
    { "query-name", qmp_query_name },
    { "query-status", qmp_query_status },
    { "query-target", qmp_query_target },
    { "query-uuid", qmp_query_uuid },
    { "query-version", qmp_query_version },
    { "quit", qmp_quit },
    { "stop", qmp_stop },
    { "system_powerdown", qmp_system_powerdown },
    { "system_reset", qmp_system_reset },
};
QMP_COMMANDS(control_commands)
