/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qmp-internal.h"

void qmp_parser_init(QmpParser *p)
{
    *p = (QmpParser){ .tok = json_tokener_new_ex(QMP_MAX_DEPTH) };
    json_tokener_set_flags(p->tok, JSON_TOKENER_VALIDATE_UTF8);
}

void qmp_parser_destroy(QmpParser *p)
{
    json_tokener_free(p->tok);
    p->tok = NULL;
}

void qmp_parser_reset(QmpParser *p)
{
    json_tokener_reset(p->tok);
    p->size = 0;
    p->skip_line = false;
}

static void parse_failed(QmpParser *p, Error **errp, const char *what)
{
    qmp_parser_reset(p);
    p->skip_line = true;
    error_setg(errp, "JSON parse error, %s", what);
}

/* How much of @buf belongs to the line in error. */
static size_t skip_line(QmpParser *p, const char *buf, size_t len)
{
    const char *newline = memchr(buf, '\n', len);

    if (!newline) {
        return len;
    }
    p->skip_line = false;
    return newline + 1 - buf;
}

static size_t skip_space(const char *buf, size_t len)
{
    size_t n = 0;

    while (n < len && strchr(" \t\r\n", buf[n]) && buf[n]) {
        n++;
    }
    return n;
}

size_t qmp_parser_feed(QmpParser *p, const char *buf, size_t len,
                       struct json_object **msg, Error **errp)
{
    enum json_tokener_error err;
    const char *nul;
    size_t used;

    *msg = NULL;
    if (p->skip_line) {
        return skip_line(p, buf, len);
    }
    used = p->size ? 0 : skip_space(buf, len);
    if (used) {
        return used;
    }
    if (!*buf) {
        parse_failed(p, errp, "stray zero byte");
        return 1;
    }
    /* The tokener takes a zero byte for the end of its input. */
    nul = memchr(buf, 0, len);
    len = MIN(nul ? nul - buf : len, QMP_MAX_MESSAGE - p->size + 1);
    *msg = json_tokener_parse_ex(p->tok, buf, len);
    err = json_tokener_get_error(p->tok);
    used = json_tokener_get_parse_end(p->tok);
    p->size += used;
    if (err == json_tokener_success) {
        p->size = 0;
        return MAX(used, 1);
    }
    if (err != json_tokener_continue) {
        used = MAX(used, 1); /* the very first byte may be the wrong one */
        parse_failed(p, errp,
                     err == json_tokener_error_depth ? "nesting depth limit exceeded"
                                                     : json_tokener_error_desc(err));
    } else if (p->size > QMP_MAX_MESSAGE) {
        parse_failed(p, errp, "message size limit exceeded");
    }
    return used;
}
