/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "chardev/char-fe.h"
#include "monitor/monitor.h"
#include "monitor/qmp-command.h"
#include "qemu/queue.h"
#include "system/runstate.h"
#include "hmp.h"

#define MAX_LINE 1024

typedef struct MonitorHmp {
    CharFrontend fe;
    GString *line;
    bool too_long;
    QLIST_ENTRY(MonitorHmp) next;
} MonitorHmp;

typedef struct HmpCommand {
    const char *name;
    const char *help;
    void (*fn)(MonitorHmp *mon);
} HmpCommand;

static QLIST_HEAD(, MonitorHmp) hmp_monitors = QLIST_HEAD_INITIALIZER(hmp_monitors);

static void hmp_help(MonitorHmp *mon);

static void hmp_info_status(MonitorHmp *mon)
{
    qemu_chr_fe_printf(&mon->fe, "VM status: %s\r\n",
                       runstate_is_running() ? "running" : "paused");
}

/* The others do what the QMP command of the same name does. */
static const HmpCommand hmp_commands[] = {
    { "cont", "resume emulation" },
    { "help", "show this list", hmp_help },
    { "info status", "show the current VM status", hmp_info_status },
    { "quit", "quit the emulator" },
    { "stop", "stop emulation" },
    { "system_powerdown", "ask the guest to power down" },
    { "system_reset", "reset the system" },
};

static void hmp_help(MonitorHmp *mon)
{
    for (size_t i = 0; i < ARRAY_SIZE(hmp_commands); i++) {
        qemu_chr_fe_printf(&mon->fe, "%s -- %s\r\n", hmp_commands[i].name,
                           hmp_commands[i].help);
    }
}

static void hmp_run_qmp(MonitorHmp *mon, const char *name)
{
    struct json_object *args = json_object_new_object();
    Error *err = NULL;

    json_object_put(qmp_find_command(name)->fn(args, &err));
    json_object_put(args);
    if (err) {
        qemu_chr_fe_printf(&mon->fe, "Error: %s\r\n", error_get_pretty(err));
        error_free(err);
    }
}

static void hmp_execute(MonitorHmp *mon, const char *line)
{
    for (size_t i = 0; i < ARRAY_SIZE(hmp_commands); i++) {
        const HmpCommand *cmd = &hmp_commands[i];

        if (!strcmp(cmd->name, line)) {
            if (cmd->fn) {
                cmd->fn(mon);
            } else {
                hmp_run_qmp(mon, cmd->name);
            }
            return;
        }
    }
    qemu_chr_fe_printf(&mon->fe, "unknown command: '%s'\r\n", line);
}

static void hmp_prompt(MonitorHmp *mon)
{
    g_string_truncate(mon->line, 0);
    mon->too_long = false;
    qemu_chr_fe_printf(&mon->fe, "(qemu) ");
}

static void hmp_byte(MonitorHmp *mon, char c)
{
    if (c == '\n' || c == '\r') {
        g_strstrip(mon->line->str);
        if (mon->too_long) {
            qemu_chr_fe_printf(&mon->fe, "line is too long\r\n");
        } else if (*mon->line->str) {
            hmp_execute(mon, mon->line->str);
        }
        hmp_prompt(mon);
    } else if (mon->line->len < MAX_LINE) {
        g_string_append_c(mon->line, c);
    } else {
        mon->too_long = true;
    }
}

static int hmp_can_read(void *opaque)
{
    MonitorHmp *mon = opaque;

    return qemu_chr_fe_pending(&mon->fe) ? 0 : MAX_LINE;
}

static void hmp_read(void *opaque, const uint8_t *buf, int size)
{
    for (int i = 0; i < size; i++) {
        hmp_byte(opaque, buf[i]);
    }
}

static void hmp_event(void *opaque, QEMUChrEvent event)
{
    MonitorHmp *mon = opaque;

    if (event == CHR_EVENT_OPENED) {
        qemu_chr_fe_printf(&mon->fe,
                           "viommu monitor - type 'help' for more information\r\n");
        hmp_prompt(mon);
    }
}

bool monitor_init_hmp(Chardev *chr, Error **errp)
{
    MonitorHmp *mon = g_new0(MonitorHmp, 1);

    if (!qemu_chr_fe_init(&mon->fe, chr, errp)) {
        g_free(mon);
        return false;
    }
    mon->line = g_string_new(NULL);
    QLIST_INSERT_HEAD(&hmp_monitors, mon, next);
    qemu_chr_fe_set_handlers(&mon->fe, hmp_can_read, hmp_read, hmp_event, NULL, mon,
                             NULL, true);
    return true;
}

void hmp_cleanup(void)
{
    MonitorHmp *mon, *next;

    QLIST_FOREACH_SAFE(mon, &hmp_monitors, next, next) {
        QLIST_REMOVE(mon, next);
        qemu_chr_fe_deinit(&mon->fe, false);
        g_string_free(mon->line, TRUE);
        g_free(mon);
    }
}
