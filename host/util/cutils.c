/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include <math.h>
#include "qemu/cutils.h"
#include "qemu/units.h"

/* The common end of all parsers: what strtoX left in @ep and errno. */
static int finish(const char *nptr, const char *ep, const char **endptr)
{
    int err = errno;

    if (endptr) {
        *endptr = ep;
    }
    if (ep == nptr || (!endptr && *ep)) {
        return -EINVAL;
    }
    return -err;
}

static int no_string(const char **endptr)
{
    if (endptr) {
        *endptr = NULL;
    }
    return -EINVAL;
}

int qemu_strtoi64(const char *nptr, const char **endptr, int base, int64_t *result)
{
    char *ep;

    if (!nptr) {
        *result = 0;
        return no_string(endptr);
    }
    errno = 0;
    *result = strtoll(nptr, &ep, base);
    return finish(nptr, ep, endptr);
}

int qemu_strtou64(const char *nptr, const char **endptr, int base, uint64_t *result)
{
    char *ep;

    if (!nptr) {
        *result = 0;
        return no_string(endptr);
    }
    errno = 0;
    *result = strtoull(nptr, &ep, base);
    return finish(nptr, ep, endptr);
}

int qemu_strtol(const char *nptr, const char **endptr, int base, long *result)
{
    int64_t v;
    int ret = qemu_strtoi64(nptr, endptr, base, &v);

    *result = v;
    return ret;
}

int qemu_strtoul(const char *nptr, const char **endptr, int base, unsigned long *result)
{
    uint64_t v;
    int ret = qemu_strtou64(nptr, endptr, base, &v);

    *result = v;
    return ret;
}

int qemu_strtoi(const char *nptr, const char **endptr, int base, int *result)
{
    int64_t v;
    int ret = qemu_strtoi64(nptr, endptr, base, &v);

    *result = CLAMP(v, INT_MIN, INT_MAX);
    return !ret && v != *result ? -ERANGE : ret;
}

int qemu_strtoui(const char *nptr, const char **endptr, int base, unsigned int *result)
{
    uint64_t v;
    int ret = qemu_strtou64(nptr, endptr, base, &v);

    *result = MIN(v, UINT_MAX);
    return !ret && v != *result ? -ERANGE : ret;
}

int parse_uint(const char *s, const char **endptr, int base, uint64_t *value)
{
    const char *c = s;

    while (c && g_ascii_isspace(*c)) {
        c++;
    }
    if (c && *c == '-') {
        *value = 0;
        if (endptr) {
            *endptr = s;
        }
        return -EINVAL;
    }
    return qemu_strtou64(s, endptr, base, value);
}

int parse_uint_full(const char *s, int base, uint64_t *value)
{
    int ret = parse_uint(s, NULL, base, value);

    if (ret) {
        *value = ret == -ERANGE ? UINT64_MAX : 0;
    }
    return ret;
}

static uint64_t suffix_multiplier(char c)
{
    static const char suffixes[] = "BKMGTPE";
    const char *p = c ? strchr(suffixes, g_ascii_toupper(c)) : NULL;

    return p ? UINT64_C(1) << (10 * (p - suffixes)) : 0;
}

/* ".5" and the like: at most 18 digits count. */
static long double parse_fraction(const char **s)
{
    long double digit = 0.1L, sum = 0;

    for ((*s)++; g_ascii_isdigit(**s); (*s)++) {
        sum += digit * (**s - '0');
        digit /= 10;
    }
    return sum;
}

static int parse_size(const char *nptr, const char **end, uint64_t unit,
                      uint64_t *result)
{
    long double fraction = 0;
    const char *ep;
    uint64_t val, mul;
    bool hex = nptr && nptr[0] == '0' && (nptr[1] == 'x' || nptr[1] == 'X');
    int ret = parse_uint(nptr, &ep, hex ? 16 : 10, &val);

    *result = 0;
    if (ret) {
        goto out;
    }
    if (*ep == '.' && !hex) {
        fraction = parse_fraction(&ep);
    }
    mul = suffix_multiplier(*ep);
    if (mul && !(hex && g_ascii_isxdigit(*ep))) {
        ep++;
    } else {
        mul = unit;
    }
    if (fraction > 0 && mul == 1) {
        ret = -EINVAL;
    } else if (__builtin_mul_overflow(val, mul, &val) ||
               __builtin_add_overflow(val, (uint64_t)roundl(fraction * mul), &val)) {
        ret = -ERANGE;
    } else if (!end && *ep) {
        ret = -EINVAL;
    } else {
        *result = val;
    }
out:
    if (end) {
        *end = ret == -EINVAL ? nptr : ep;
    }
    return ret;
}

int qemu_strtosz(const char *nptr, const char **end, uint64_t *result)
{
    return parse_size(nptr, end, 1, result);
}

int qemu_strtosz_MiB(const char *nptr, const char **end, uint64_t *result)
{
    return parse_size(nptr, end, MiB, result);
}

char *size_to_str(uint64_t val)
{
    static const char *const units[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei" };
    int i = 0;

    while (i < 6 && val >> (10 * (i + 1))) {
        i++;
    }
    return g_strdup_printf("%0.3g %sB", (double)val / (UINT64_C(1) << (10 * i)),
                           units[i]);
}

void pstrcpy(char *buf, int buf_size, const char *str)
{
    if (buf_size > 0) {
        g_strlcpy(buf, str, buf_size);
    }
}

void strpadcpy(char *buf, int buf_size, const char *str, char pad)
{
    int len = strnlen(str, buf_size);

    memcpy(buf, str, len);
    memset(buf + len, pad, buf_size - len);
}

int strstart(const char *str, const char *val, const char **ptr)
{
    size_t len = strlen(val);

    if (strncmp(str, val, len)) {
        return 0;
    }
    if (ptr) {
        *ptr = str + len;
    }
    return 1;
}

bool buffer_is_zero(const void *buf, size_t len)
{
    const char *p = buf;

    /* Each byte equals its neighbour, and the first is zero. */
    return !len || (!p[0] && !memcmp(p, p + 1, len - 1));
}

int qemu_parse_fd(const char *param)
{
    int fd;

    return qemu_strtoi(param, NULL, 10, &fd) || fd < 0 ? -1 : fd;
}

void qemu_hexdump(FILE *fp, const char *prefix, const void *bufptr, size_t size)
{
    const uint8_t *buf = bufptr;

    for (size_t b = 0; b < size; b += 16) {
        size_t len = MIN(size - b, 16);

        fprintf(fp, "%s: %04zx:", prefix, b);
        for (size_t i = 0; i < 16; i++) {
            if (i < len) {
                fprintf(fp, " %02x", buf[b + i]);
            } else {
                fprintf(fp, "   ");
            }
        }
        fputc(' ', fp);
        for (size_t i = 0; i < len; i++) {
            fputc(g_ascii_isprint(buf[b + i]) ? buf[b + i] : '.', fp);
        }
        fputc('\n', fp);
    }
}
