/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that plug and unplug devices and objects. */
#include "qemu/osdep.h"
#include "hw/core/qdev.h"
#include "monitor/qmp-command.h"
#include "monitor/qmp-event.h"
#include "qom/object_interfaces.h"
#include "system/cmdline.h"

static struct json_object *qmp_device_add(struct json_object *args, Error **errp)
{
    qdev_device_add_json(args, false, errp);
    return NULL;
}

static struct json_object *qmp_device_del(struct json_object *args, Error **errp)
{
    DeviceState *dev = qdev_find_by_id(qmp_arg_str(args, "id"), errp);

    if (!dev) {
        return NULL;
    }
    if (dev->pending_deleted_event) {
        error_setg(errp, "Device %s is already in the process of unplug",
                   qmp_arg_str(args, "id"));
        return NULL;
    }
    qdev_unplug(dev, errp);
    return NULL;
}

static struct json_object *qmp_object_add(struct json_object *args, Error **errp)
{
    user_creatable_add_json(args, false, errp);
    return NULL;
}

static struct json_object *qmp_object_del(struct json_object *args, Error **errp)
{
    user_creatable_del(qmp_arg_str(args, "id"), errp);
    return NULL;
}

static void on_device_deleted(DeviceListener *listener, const char *id,
                              const char *path)
{
    struct json_object *data = json_object_new_object();

    if (id) {
        qmp_add_str(data, "device", id);
    }
    qmp_add_str(data, "path", path);
    qapi_event_send("DEVICE_DELETED", data);
}

static DeviceListener deleted_listener = { .deleted = on_device_deleted };

static void __attribute__((constructor)) listen_to_devices(void)
{
    device_listener_register(&deleted_listener);
}

static const QmpArg device_add_args[] = {
    { "driver", QMP_STR },
    { "id", QMP_STR, .optional = true },
    { "bus", QMP_STR, .optional = true },
    {},
};

static const QmpArg object_add_args[] = {
    { "qom-type", QMP_STR },
    { "id", QMP_STR },
    {},
};

static const QmpArg id_args[] = {
    { "id", QMP_STR },
    {},
};

static const QmpCommand qdev_commands[] = {
    { "device_add", qmp_device_add, device_add_args, .any_args = true },
    { "device_del", qmp_device_del, id_args },
    { "object-add", qmp_object_add, object_add_args, .any_args = true },
    { "object-del", qmp_object_del, id_args },
};
QMP_COMMANDS(qdev_commands)
