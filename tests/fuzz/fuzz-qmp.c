/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes from a QMP client, before and after negotiation. Every message we send is an
 * object with "return", "error", "event" or the greeting; the session survives all.
 */
#include "qemu/osdep.h"
#include "fuzz-machine.h"
#include "../../host/monitor/qmp-internal.h"

static void check_message(QmpSession *s, struct json_object *msg)
{
    g_assert(json_object_is_type(msg, json_type_object));
    g_assert(json_object_object_get_ex(msg, "return", NULL) ||
             json_object_object_get_ex(msg, "error", NULL) ||
             json_object_object_get_ex(msg, "event", NULL) ||
             json_object_object_get_ex(msg, "QMP", NULL));
    g_assert(json_object_to_json_string(msg));
}

/* Commands that open files of the caller's choice: not here. */
static bool touches_files(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "object-add", "blockdev-add", "chardev-add",
                                         "migrate" };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (memmem(data, size, names[i], strlen(names[i]))) {
            return true;
        }
    }
    return false;
}

static void feed(QmpSession *s, const uint8_t *data, size_t size)
{
    while (size) {
        size_t used = qmp_session_feed(s, (const char *)data, size);

        g_assert(used > 0 && used <= size);
        data += used;
        size -= used;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char negotiate[] = "{\"execute\":\"qmp_capabilities\"}";
    QmpSession s;

    if (touches_files(data, size)) {
        return 0;
    }
    fuzz_machine_init();
    qmp_session_open(&s, check_message);
    feed(&s, data, size / 4);
    json_stream_reset(s.json);
    s.negotiated = false;
    feed(&s, (const uint8_t *)negotiate, strlen(negotiate));
    g_assert(s.negotiated);
    feed(&s, data, size);
    qmp_session_close(&s);
    return 0;
}
