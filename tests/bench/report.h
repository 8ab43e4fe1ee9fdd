/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a benchmark prints: a table, one figure a row with the goal it has to meet
 * beside it, and the same as JSON with --json FILE. --check fails the run if a goal
 * is missed. --smoke asks for the shortest run that still has every row: it shows
 * that the benchmark works, and its figures mean nothing.
 */
#ifndef TESTS_BENCH_REPORT_H
#define TESTS_BENCH_REPORT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct BenchRow {
    const char *name;
    size_t n;        /* of what there are that many, mostly mappings; 0: nothing */
    double baseline; /* in @unit: what @value is compared with; 0: nothing */
    double value;
    const char *unit;
    double ratio; /* of the two, such that more is better; 0: there is none */
    double goal;  /* for @ratio if there is one, else for @value; 0: none */
    bool at_most; /* the goal is not to be exceeded, else to be reached */
} BenchRow;

extern bool bench_smoke;

/* Takes the options away. @more: options of the caller's own, or NULL. */
void bench_init_with(int *argc, char ***argv, const char *title,
                     const GOptionEntry *more);
void bench_init(int *argc, char ***argv, const char *title);

void bench_report(const BenchRow *row);

/* Nanoseconds an operation; @goal: times faster than @baseline. */
void bench_row(const char *name, size_t n, double baseline, double ns, double goal);
/* A figure with a limit it must stay under. */
void bench_figure(const char *name, size_t n, double value, double limit,
                  const char *unit);

/* Writes the JSON and returns main()'s result. */
int bench_finish(void);

/* CPU time of this thread: what other processes take away does not count. */
double bench_now_ns(void);
/* The same of all threads of this process. */
double bench_process_ns(void);
/* Time that passes. */
double bench_wall_ns(void);

#endif
