/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -smp: what is missing is computed from what is given.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/boards.h"
#include "qapi/error.h"

/* No machine has more; keeps every product below in 64 bits. */
#define SMP_MAX 4096

typedef struct SmpConfig {
    uint64_t cpus, sockets, dies, clusters, cores, threads, maxcpus; /* 0: not given */
} SmpConfig;

static bool read_member(struct json_object *config, const char *name, uint64_t *value,
                        Error **errp)
{
    struct json_object *member;
    uint64_t number;
    Visitor *v;
    bool ok;

    if (!json_object_object_get_ex(config, name, &member)) {
        return true;
    }
    v = visitor_input_new(member, true);
    ok = visit_type_uint64(v, name, &number, errp);
    visit_free(v);
    if (ok && number == 0) {
        error_setg(errp,
                   "Invalid CPU topology: CPU topology parameters must be greater "
                   "than zero");
        return false;
    }
    if (ok && number > SMP_MAX) {
        error_setg(errp, "Parameter '%s' expects a number up to %d", name, SMP_MAX);
        return false;
    }
    *value = ok ? number : 0;
    return ok;
}

static bool check_names(struct json_object *config, Error **errp)
{
    static const char *const known[] = { "cpus",  "sockets", "dies",    "clusters",
                                         "cores", "threads", "maxcpus", NULL };

    json_object_object_foreach(config, name, value)
    {
        if (!g_strv_contains(known, name)) {
            error_setg(errp, "Invalid parameter '%s'", name);
            return false;
        }
    }
    return true;
}

static bool read_config(struct json_object *config, SmpConfig *s, Error **errp)
{
    return check_names(config, errp) && read_member(config, "cpus", &s->cpus, errp) &&
           read_member(config, "sockets", &s->sockets, errp) &&
           read_member(config, "dies", &s->dies, errp) &&
           read_member(config, "clusters", &s->clusters, errp) &&
           read_member(config, "cores", &s->cores, errp) &&
           read_member(config, "threads", &s->threads, errp) &&
           read_member(config, "maxcpus", &s->maxcpus, errp);
}

static bool check_levels(const SMPCompatProps *props, const SmpConfig *s, Error **errp)
{
    if (s->dies > 1 && !props->dies_supported) {
        error_setg(errp, "dies > 1 not supported by this machine's CPU topology");
        return false;
    }
    if (s->clusters > 1 && !props->clusters_supported) {
        error_setg(errp, "clusters > 1 not supported by this machine's CPU topology");
        return false;
    }
    return true;
}

static uint64_t or_one(uint64_t value)
{
    return value ? value : 1;
}

/* Cores are added before sockets, unless the machine is of the older kind. */
static void fill_in(const SMPCompatProps *props, SmpConfig *s)
{
    uint64_t middle, total = s->maxcpus ? s->maxcpus : s->cpus;

    s->dies = or_one(s->dies);
    s->clusters = or_one(s->clusters);
    middle = s->dies * s->clusters;
    if (!total) {
        s->sockets = or_one(s->sockets);
        s->cores = or_one(s->cores);
    } else if (!s->cores && (s->sockets || !props->prefer_sockets)) {
        s->sockets = or_one(s->sockets);
        s->threads = or_one(s->threads);
        s->cores = total / (s->sockets * middle * s->threads);
    } else if (!s->sockets) {
        s->cores = or_one(s->cores);
        s->threads = or_one(s->threads);
        s->sockets = total / (middle * s->cores * s->threads);
    } else if (!s->threads) {
        s->threads = total / (s->sockets * middle * s->cores);
    }
    s->threads = or_one(s->threads);
    total = total ? total : s->sockets * middle * s->cores * s->threads;
    s->maxcpus = s->maxcpus ? s->maxcpus : total;
    s->cpus = s->cpus ? s->cpus : s->maxcpus;
}

static bool check_numbers(MachineClass *mc, const SmpConfig *s, Error **errp)
{
    if (s->sockets * s->dies * s->clusters * s->cores * s->threads != s->maxcpus) {
        error_setg(errp,
                   "Invalid CPU topology: product of the hierarchy must match maxcpus: "
                   "sockets (%" PRIu64 ") * dies (%" PRIu64 ") * clusters (%" PRIu64
                   ") * cores (%" PRIu64 ") * threads (%" PRIu64
                   ") != maxcpus (%" PRIu64 ")",
                   s->sockets, s->dies, s->clusters, s->cores, s->threads, s->maxcpus);
        return false;
    }
    if (s->maxcpus < s->cpus) {
        error_setg(
            errp,
            "Invalid CPU topology: maxcpus must be equal to or greater than smp: "
            "maxcpus (%" PRIu64 ") < smp_cpus (%" PRIu64 ")",
            s->maxcpus, s->cpus);
        return false;
    }
    if (s->cpus < (uint64_t)mc->min_cpus) {
        error_setg(errp,
                   "Invalid SMP CPUs %" PRIu64
                   ". The min CPUs supported by machine '%s' is %d",
                   s->cpus, mc->name, mc->min_cpus);
        return false;
    }
    if (s->maxcpus > (uint64_t)mc->max_cpus) {
        error_setg(errp,
                   "Invalid SMP CPUs %" PRIu64
                   ". The max CPUs supported by machine '%s' is %d",
                   s->maxcpus, mc->name, mc->max_cpus);
        return false;
    }
    return true;
}

bool machine_parse_smp(MachineState *ms, struct json_object *config, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(ms);
    SmpConfig s = { 0 };

    if (!json_object_is_type(config, json_type_object)) {
        error_setg(errp, "Invalid parameter type for 'smp', expected: object");
        return false;
    }
    if (!read_config(config, &s, errp) || !check_levels(&mc->smp_props, &s, errp)) {
        return false;
    }
    fill_in(&mc->smp_props, &s);
    if (!check_numbers(mc, &s, errp)) {
        return false;
    }
    ms->smp = (CpuTopology){
        .cpus = s.cpus,
        .sockets = s.sockets,
        .dies = s.dies,
        .clusters = s.clusters,
        .cores = s.cores,
        .threads = s.threads,
        .max_cpus = s.maxcpus,
    };
    return true;
}
