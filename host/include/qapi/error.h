/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors for the user. A function that can fail takes `Error **errp` last and
 * returns a value that says whether it failed.
 *
 *   Create:     error_setg(errp, "Device '%s' not found", id); return false;
 *   Pass on:    if (!foo(arg, errp)) { return false; }
 *   Handle:     Error *err = NULL;
 *               if (!foo(arg, &err)) { error_report_err(err); }
 *   Add to it:  ERRP_GUARD() first, then error_prepend(errp, ...) or
 *               error_append_hint(errp, ...).
 *
 * errp may be NULL (nobody wants to know), &error_abort (it can not happen:
 * print where and abort) or &error_fatal (start-up only: print and exit(1)).
 * The receiver owns the Error and frees it exactly once.
 */
#ifndef QAPI_ERROR_H
#define QAPI_ERROR_H

#include <glib.h>
#include <stdbool.h>

#include "qemu/typedefs.h"

/* What a management program can tell apart; all else is generic. */
typedef enum ErrorClass {
    ERROR_CLASS_GENERIC_ERROR,
    ERROR_CLASS_COMMAND_NOT_FOUND,
    ERROR_CLASS_DEVICE_NOT_ACTIVE,
    ERROR_CLASS_DEVICE_NOT_FOUND,
    ERROR_CLASS_KVM_MISSING_CAP,
} ErrorClass;

extern Error *error_abort;
extern Error *error_fatal;

/* Message without newline or full stop. *errp must be NULL before. */
#define error_setg(errp, ...)                                                          \
    error_setg_internal((errp), __FILE__, __LINE__, __func__, __VA_ARGS__)
/* The same followed by ": " and what errno value @os_errno means, if not 0. */
#define error_setg_errno(errp, os_errno, ...)                                          \
    error_setg_errno_internal((errp), __FILE__, __LINE__, __func__, (os_errno),        \
                              __VA_ARGS__)
/* ": '@filename'" is appended by the caller's own format. */
#define error_setg_file_open(errp, os_errno, filename)                                 \
    error_setg_errno((errp), (os_errno), "Could not open '%s'", (filename))
#define error_set(errp, err_class, ...)                                                \
    error_set_internal((errp), __FILE__, __LINE__, __func__, (err_class), __VA_ARGS__)

void error_setg_internal(Error **errp, const char *src, int line, const char *func,
                         const char *fmt, ...) G_GNUC_PRINTF(5, 6);
void error_setg_errno_internal(Error **errp, const char *src, int line,
                               const char *func, int os_errno, const char *fmt, ...)
    G_GNUC_PRINTF(6, 7);
void error_set_internal(Error **errp, const char *src, int line, const char *func,
                        ErrorClass err_class, const char *fmt, ...) G_GNUC_PRINTF(6, 7);

const char *error_get_pretty(const Error *err);
ErrorClass error_get_class(const Error *err);
/* "GenericError" and so on: the name QMP uses. */
const char *error_class_name(ErrorClass err_class);

/* Give @local_err to @dst_errp, or free it when nobody wants it. NULL is fine. */
void error_propagate(Error **dst_errp, Error *local_err);
void error_propagate_prepend(Error **dst_errp, Error *local_err, const char *fmt, ...)
    G_GNUC_PRINTF(3, 4);
void error_prepend(Error *const *errp, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* A hint is for people only: it is printed after the message, with newlines. */
void error_append_hint(Error *const *errp, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

Error *error_copy(const Error *err);
void error_free(Error *err);
/* For callers that expect failure: err must be set. */
void error_free_or_abort(Error **errp);

/* Print and free. */
void error_report_err(Error *err);
void warn_report_err(Error *err);
void error_reportf_err(Error *err, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void warn_reportf_err(Error *err, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

typedef struct ErrorPropagator {
    Error *local_err;
    Error **errp;
} ErrorPropagator;

void error_propagator_cleanup(ErrorPropagator *prop);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ErrorPropagator, error_propagator_cleanup)

/*
 * Makes *errp readable in a function that looks at it or adds to it: a NULL
 * or fatal errp is replaced by a local one, handed on at return.
 */
#define ERRP_GUARD()                                                                   \
    g_auto(ErrorPropagator) errp_guard_ = { .errp = errp };                            \
    do {                                                                               \
        if (!errp || errp == &error_fatal) {                                           \
            errp = &errp_guard_.local_err;                                             \
        }                                                                              \
    } while (0)

#endif
