/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

bool bench_smoke;

static char *json_file;
static gboolean check, smoke;
static GString *json;
static bool missed;
static const char *heading; /* not printed yet */

/* ---- start ---- */

void bench_init_with(int *argc, char ***argv, const char *title,
                     const GOptionEntry *more)
{
    const GOptionEntry entries[] = {
        { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_file, "write results here",
          "FILE" },
        { "check", 0, 0, G_OPTION_ARG_NONE, &check, "fail if a goal is missed", NULL },
        { "smoke", 0, 0, G_OPTION_ARG_NONE, &smoke, "as short as can be", NULL },
        { NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) err = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    if (more) {
        g_option_context_add_main_entries(context, more, NULL);
    }
    if (!g_option_context_parse(context, argc, argv, &err)) {
        fprintf(stderr, "%s\n", err->message);
        exit(2);
    }
    bench_smoke = smoke;
    json = g_string_new("[");
    heading = title;
}

void bench_init(int *argc, char ***argv, const char *title)
{
    bench_init_with(argc, argv, title, NULL);
}

/* ---- rows ---- */

static bool is_met(const BenchRow *row)
{
    double value = row->ratio ? row->ratio : row->value;

    return row->at_most ? value <= row->goal : value >= row->goal;
}

/* "" when there is nothing to say. */
static void print_number(int width, const char *format, double value)
{
    char text[32] = "";

    if (value) {
        snprintf(text, sizeof(text), format, value);
    }
    printf(" %*s", width, text);
}

static void print_row(const BenchRow *row, const char *verdict)
{
    char goal[32] = "";

    if (heading) {
        printf("%s\n%-36s %8s %12s %12s %-6s %8s %9s\n", heading, "what", "n",
               "baseline", "value", "unit", "ratio", "goal");
        heading = NULL;
    }
    if (row->goal) {
        snprintf(goal, sizeof(goal), "%s %g", row->at_most ? "<=" : ">=", row->goal);
    }
    printf("%-36s", row->name);
    print_number(8, "%.0f", row->n);
    print_number(12, row->baseline >= 1e5 ? "%.0f" : "%.2f", row->baseline);
    printf(row->value >= 1e5 ? " %12.0f" : " %12.2f", row->value);
    printf(" %-6s", row->unit);
    print_number(8, "%.3g", row->ratio);
    printf(" %9s  %s\n", goal, verdict);
    fflush(stdout);
}

void bench_report(const BenchRow *row)
{
    const char *verdict = !row->goal ? "" : is_met(row) ? "met" : "not met";

    missed |= row->goal && !is_met(row);
    print_row(row, verdict);
    g_string_append(json, json->len > 1 ? ",\n " : "\n ");
    g_string_append_printf(
        json,
        "{\"name\": \"%s\", \"n\": %zu, \"baseline\": %.3f, \"value\": %.3f, "
        "\"unit\": \"%s\", \"ratio\": %.4f, \"goal\": %g, \"at_most\": %s, "
        "\"verdict\": \"%s\"}",
        row->name, row->n, row->baseline, row->value, row->unit, row->ratio, row->goal,
        row->at_most ? "true" : "false", verdict);
}

void bench_row(const char *name, size_t n, double baseline, double ns, double goal)
{
    bench_report(&(BenchRow){ .name = name,
                              .n = n,
                              .baseline = baseline,
                              .value = ns,
                              .unit = "ns",
                              .ratio = baseline / ns,
                              .goal = goal });
}

void bench_figure(const char *name, size_t n, double value, double limit,
                  const char *unit)
{
    bench_report(&(BenchRow){ .name = name,
                              .n = n,
                              .value = value,
                              .unit = unit,
                              .goal = limit,
                              .at_most = true });
}

/* ---- end ---- */

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

static double clock_ns(clockid_t clock)
{
    struct timespec ts;

    clock_gettime(clock, &ts);
    return ts.tv_sec * 1e9 + ts.tv_nsec;
}

double bench_now_ns(void)
{
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

double bench_process_ns(void)
{
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

double bench_wall_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}
