/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strings to numbers, exactly. The parsers return 0 or a negative errno: -EINVAL
 * when there is no number (or something behind it, when @endptr is NULL), -ERANGE
 * when it does not fit, and then *@result is the nearest value.
 */
#ifndef QEMU_CUTILS_H
#define QEMU_CUTILS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

int qemu_strtoi(const char *nptr, const char **endptr, int base, int *result);
int qemu_strtoui(const char *nptr, const char **endptr, int base, unsigned int *result);
int qemu_strtol(const char *nptr, const char **endptr, int base, long *result);
int qemu_strtoul(const char *nptr, const char **endptr, int base,
                 unsigned long *result);
int qemu_strtoi64(const char *nptr, const char **endptr, int base, int64_t *result);
int qemu_strtou64(const char *nptr, const char **endptr, int base, uint64_t *result);

/* Without sign; parse_uint_full() wants the whole string. */
int parse_uint(const char *s, const char **endptr, int base, uint64_t *value);
int parse_uint_full(const char *s, int base, uint64_t *value);

/*
 * A size in bytes with an optional suffix B, K, M, G, T, P or E (powers of 1024,
 * either case), a fraction allowed before a suffix. _MiB: no suffix means MiB.
 */
int qemu_strtosz(const char *nptr, const char **end, uint64_t *result);
int qemu_strtosz_MiB(const char *nptr, const char **end, uint64_t *result);
/* The largest unit with at most 4 digits: "128 MiB". Free with g_free(). */
char *size_to_str(uint64_t val);

/* Copy as much as fits, always terminated. */
void pstrcpy(char *buf, int buf_size, const char *str);
/* Copy and pad with @pad; no terminator when it fits exactly. */
void strpadcpy(char *buf, int buf_size, const char *str, char pad);
/* Does @str start with @val? *@ptr (may be NULL) is what follows. */
int strstart(const char *str, const char *val, const char **ptr);

/* Is all of @len bytes zero? */
bool buffer_is_zero(const void *buf, size_t len);

static inline const char *yes_no(bool b)
{
    return b ? "yes" : "no";
}

/* A descriptor number of the command line: >= 0, or -1. */
int qemu_parse_fd(const char *param);

/* 16 bytes a line, as offsets, hex and characters. */
void qemu_hexdump(FILE *fp, const char *prefix, const void *bufptr, size_t size);

#endif
