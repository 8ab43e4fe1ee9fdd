/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: a table of options, what they said, and the steps of
 * start-up that carry it out. Parsing has no side effects, so that the order
 * of options of different kinds does not matter.
 *
 * host/main.c calls, in this order: cmdline_parse(), cmdline_print_info() (and
 * exits if it says so), chardevs, cmdline_create_objects(early), the accelerator,
 * cmdline_create_machine(), block and network backends,
 * cmdline_create_objects(late), cmdline_run_board(), cmdline_create_devices(),
 * qdev_machine_creation_done(), the machine-done notifiers, reset, run.
 */
#ifndef SYSTEM_CMDLINE_H
#define SYSTEM_CMDLINE_H

#include <stdbool.h>
#include <glib.h>
#include "qemu/typedefs.h"

struct json_object;

/* One use of an option that may be repeated. */
typedef struct CmdlineEntry {
    const char *text; /* as written */
    /* Parsed: an object, its members strings if @keyval. NULL for plain text. */
    struct json_object *opts;
    bool keyval; /* "key=value,…", not JSON */
    int argv_index;
} CmdlineEntry;

/* Everything is owned by it; strings point into argv. NULL: not given. */
typedef struct Cmdline {
    char **argv;

    struct json_object *machine; /* -machine and what is short for it, merged */
    char *machine_type;
    GPtrArray *globals; /* of GlobalProperty */
    GPtrArray *accels;  /* of CmdlineEntry, "accel" is the name; tried in turn */
    const char *cpu;    /* MODEL[,property=value…] */
    struct json_object *memory; /* -m: size, slots, maxmem */
    struct json_object *smp;

    GPtrArray *objects;   /* -object: qom-type, id, … */
    GPtrArray *devices;   /* -device: driver, … */
    GPtrArray *chardevs;  /* -chardev: backend, id, … */
    GPtrArray *blockdevs; /* -blockdev: driver, node-name, … */
    GPtrArray *drives;    /* -drive: file, if, id, format, … */
    GPtrArray *netdevs;   /* -netdev: type, id, … */
    GPtrArray *mons;      /* -mon: chardev, mode, pretty */
    GPtrArray *traces;    /* -trace: enable, events, file */
    GPtrArray *serials;   /* -serial: text, a character device or "none" */
    GPtrArray *monitors;  /* -monitor: text */
    GPtrArray *qmps;      /* -qmp and -qmp-pretty: text */

    const char *qtest;     /* a character device, as for -serial */
    const char *qtest_log; /* a file name, or "none" */
    const char *log_items; /* -d */
    const char *log_file;  /* -D */
    const char *pidfile;
    const char *incoming; /* -incoming */
    char *name;           /* -name: the guest's name */
    char *process_name;   /* -name process= */
    const char *uuid;
    bool nodefaults;
    bool nographic;
    bool stopped; /* -S */
    bool no_reboot;
    bool no_shutdown;
    bool daemonize;
    bool msg_timestamp;
    bool msg_guest_name;
    bool exit_with_parent; /* -run-with exit-with-parent=on */
    char *chroot_dir;      /* -run-with chroot= */
    char *run_as;          /* -run-with user= */

    int parsing;  /* index in argv of the option at hand */
    bool help;    /* -help */
    bool version; /* -version */
} Cmdline;

/* NULL with @errp set: the message names the option. @argv must outlive the result. */
Cmdline *cmdline_parse(int argc, char **argv, Error **errp);
void cmdline_free(Cmdline *c);

/*
 * Prints what -help, -version, -machine help, -device help, -device X,help,
 * -object help, -cpu help and -accel help ask for. True: that was all, exit 0.
 */
bool cmdline_print_info(const Cmdline *c, Error **errp);
void cmdline_print_help(void);
void cmdline_print_version(void);

/* -object: early ones are those that backends may need, memory comes late. */
bool cmdline_create_objects(const Cmdline *c, bool early, Error **errp);
/* Makes current_machine with its properties, sizes and CPU topology. */
bool cmdline_create_machine(const Cmdline *c, Error **errp);
/* Its memory and board. */
bool cmdline_run_board(const Cmdline *c, Error **errp);
bool cmdline_create_devices(const Cmdline *c, Error **errp);

/* --- option text --- */

/*
 * "a=1,b.c=2,flag,noflag" as an object of strings ("flag" is on, "noflag" off;
 * "b.c" nests; "x.0" is element 0 of the list x; ",," is a comma in a value).
 * @implied: the key of a first value that has none (may be NULL). A "help" or
 * "?" anywhere sets the member "help". NULL with @errp set on bad syntax.
 */
struct json_object *keyval_parse_json(const char *text, const char *implied,
                                      Error **errp);
/* "{…}" is JSON, everything else as above; @keyval tells which. */
struct json_object *cmdline_parse_opts(const char *text, const char *implied,
                                       bool *keyval, Error **errp);
/* The text of the string member @name, or NULL. Borrowed. */
const char *opts_get_str(struct json_object *opts, const char *name);
bool opts_get_bool(struct json_object *opts, const char *name, bool def);

/* --- devices by options, for -device and device_add --- */

/*
 * Makes, configures, plugs and realizes @opts["driver"]. The result is owned by
 * the tree (/machine/peripheral or peripheral-anon). NULL with @errp set.
 */
DeviceState *qdev_device_add_json(struct json_object *opts, bool keyval, Error **errp);
/* The device with this id or path, for device_del. */
DeviceState *qdev_find_by_id(const char *id, Error **errp);

#endif
