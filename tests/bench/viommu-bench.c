/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the benchmarks of the core share: results, loads, the core's side. */
#include <glib.h>
#include <stdio.h>
#include <time.h>
#include "viommu-bench.h"

/* -------------------------------------------------------------- results -- */

static char *json_file;
static gboolean check;
static GString *json;
static bool missed;

void bench_init(int *argc, char ***argv, const char *title)
{
    GOptionEntry entries[] = {
        { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_file, "write results here",
          "FILE" },
        { "check", 0, 0, G_OPTION_ARG_NONE, &check, "fail if a target is missed",
          NULL },
        { NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) err = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, &err)) {
        fprintf(stderr, "%s\n", err->message);
        exit(2);
    }
    json = g_string_new("[");
    printf("%s\n%-34s %9s %12s %10s %9s %8s\n", title, "what", "mappings",
           "baseline ns", "core ns", "times", "target");
}

static void add_json(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void add_json(const char *format, ...)
{
    va_list args;

    g_string_append(json, json->len > 1 ? ",\n " : "\n ");
    va_start(args, format);
    g_string_append_vprintf(json, format, args);
    va_end(args);
}

static const char *verdict(double target, bool met)
{
    missed |= target && !met;
    return !target || met ? "" : "  MISSED";
}

void bench_row(const char *name, size_t n, double baseline, double core, double target)
{
    double times = baseline / core;

    printf("%-34s %9zu %12.1f %10.2f %8.1fx %7.4gx%s\n", name, n, baseline, core, times,
           target, verdict(target, times >= target));
    fflush(stdout);
    add_json("{\"name\": \"%s\", \"mappings\": %zu, \"baseline_ns\": %.2f, "
             "\"core_ns\": %.3f, \"times\": %.2f, \"target\": %g}",
             name, n, baseline, core, times, target);
}

void bench_figure(const char *name, size_t n, double value, double limit,
                  const char *unit)
{
    printf("%-34s %9zu %12s %10.2f %-9s <= %5g%s\n", name, n, "", value, unit, limit,
           verdict(limit, value <= limit));
    fflush(stdout);
    add_json("{\"name\": \"%s\", \"mappings\": %zu, \"value\": %.3f, \"unit\": \"%s\", "
             "\"limit\": %g}",
             name, n, value, unit, limit);
}

int bench_finish(void)
{
    g_autoptr(GError) err = NULL;

    g_string_append(json, "\n]\n");
    if (json_file && !g_file_set_contents(json_file, json->str, json->len, &err)) {
        fprintf(stderr, "%s\n", err->message);
        return 2;
    }
    g_string_free(json, TRUE);
    return check && missed;
}

double bench_now_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return ts.tv_sec * 1e9 + ts.tv_nsec;
}

/* ---------------------------------------------------------------- loads -- */

uint64_t bench_dense(uint64_t i)
{
    return (i + 0x80000) * BENCH_PAGE;
}

/* An odd factor modulo 2^36 pages: no two are the same. */
uint64_t bench_scattered(uint64_t i)
{
    return (((i + 1) * UINT64_C(0x9e3779b97f4a7c15)) & ((UINT64_C(1) << 36) - 1)) *
           BENCH_PAGE;
}

/* ------------------------------------------------------------- the core -- */

Core core_new(const ViommuReclaim *reclaim)
{
    const ViommuConfig config = {
        .features = VIOMMU_F_ALL,
        .page_size_mask = -BENCH_PAGE,
        .input_range = { 0, UINT64_MAX },
        .domain_last = UINT32_MAX,
        .probe_size = 512,
        .max_domains = 64,
        .max_mappings = SIZE_MAX,
    };
    Core core = { viommu_db_new(&config, NULL, NULL, reclaim) };
    uint32_t id = 8;

    viommu_db_set_features(core.db, VIOMMU_F_ALL);
    core.ep = viommu_db_register(core.db, &id, 1, NULL, 0, NULL);
    g_assert_cmpint(viommu_db_attach(core.db, 1, id, 0), ==, VIOMMU_S_OK);
    return core;
}

bool core_map_page(Core *core, uint64_t iova)
{
    ViommuMapping mapping = {
        .iova = { iova, iova + BENCH_PAGE - 1 },
        .phys = bench_phys(iova),
        .flags = VIOMMU_PERM_RW,
    };

    return viommu_db_map(core->db, 1, &mapping) == VIOMMU_S_OK;
}

bool core_unmap_page(Core *core, uint64_t iova)
{
    return viommu_db_unmap(core->db, 1, (ViommuRange){ iova, iova + BENCH_PAGE - 1 }) ==
           VIOMMU_S_OK;
}

void core_fill(Core *core, BenchAddress *address, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_assert_true(core_map_page(core, address(bench_shuffle(i, n))));
    }
}
