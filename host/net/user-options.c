/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include <arpa/inet.h>
#include "user.h"

void net_user_options_clear(NetUserOptions *o)
{
    g_free(o->hostname);
    g_free(o->domainname);
    g_free(o->tftp);
    g_free(o->bootfile);
    if (o->hostfwd) {
        g_ptr_array_unref(o->hostfwd);
    }
}

/* ---- addresses ---- */

static struct in_addr offset_in(struct in_addr net, uint32_t n)
{
    return (struct in_addr){ .s_addr = htonl(ntohl(net.s_addr) + n) };
}

static bool take_addr(struct json_object *opts, const char *key, struct in_addr *out,
                      Error **errp)
{
    g_autofree char *text = NULL;

    if (!opts_take_str(opts, key, &text, errp)) {
        return false;
    }
    if (text && !inet_aton(text, out)) {
        error_setg(errp, "Parameter '%s' expects an IPv4 address", key);
        return false;
    }
    return true;
}

/* ADDR, ADDR/BITS or ADDR/MASK. */
static bool take_net(struct json_object *opts, NetUserOptions *o, Error **errp)
{
    g_autofree char *text = NULL;
    char *slash, *end;
    unsigned long bits;

    inet_aton("10.0.2.0", &o->net);
    inet_aton("255.255.255.0", &o->mask);
    if (!opts_take_str(opts, "net", &text, errp) || !text) {
        return !text;
    }
    slash = strchr(text, '/');
    if (slash) {
        *slash++ = '\0';
        bits = strtoul(slash, &end, 10);
        if (!*end && bits >= 4 && bits <= 30) {
            o->mask.s_addr = htonl(UINT32_MAX << (32 - bits));
        } else if (!strchr(slash, '.') || !inet_aton(slash, &o->mask)) {
            error_setg(errp, "Parameter 'net' has a bad mask '%s'", slash);
            return false;
        }
    }
    if (!inet_aton(text, &o->net)) {
        error_setg(errp, "Parameter 'net' expects ADDR[/MASK]");
        return false;
    }
    o->net.s_addr &= o->mask.s_addr;
    return true;
}

static bool check_inside(const NetUserOptions *o, const char *key, struct in_addr a,
                         Error **errp)
{
    if ((a.s_addr & o->mask.s_addr) != o->net.s_addr) {
        error_setg(errp, "Parameter '%s' expects an address inside the network", key);
        return false;
    }
    return true;
}

static bool take_addresses(struct json_object *opts, NetUserOptions *o, Error **errp)
{
    if (!take_net(opts, o, errp)) {
        return false;
    }
    o->host = offset_in(o->net, 2);
    o->dns = offset_in(o->net, 3);
    o->dhcpstart = offset_in(o->net, 15);
    if (!take_addr(opts, "host", &o->host, errp) ||
        !take_addr(opts, "dns", &o->dns, errp) ||
        !take_addr(opts, "dhcpstart", &o->dhcpstart, errp) ||
        !check_inside(o, "host", o->host, errp) ||
        !check_inside(o, "dns", o->dns, errp) ||
        !check_inside(o, "dhcpstart", o->dhcpstart, errp)) {
        return false;
    }
    if (o->dns.s_addr == o->host.s_addr) {
        error_setg(errp, "DNS must be different from host");
        return false;
    }
    return true;
}

/* ---- forwarding ---- */

/* One rule, or a JSON list of rules: strings or {"str": rule}. */
static bool take_hostfwd(struct json_object *opts, NetUserOptions *o, Error **errp)
{
    struct json_object *val = opts_take(opts, "hostfwd"), *item, *str;
    bool list = val && json_object_is_type(val, json_type_array);
    size_t n = list ? json_object_array_length(val) : val ? 1 : 0;
    bool ok = true;

    o->hostfwd = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < n && ok; i++) {
        item = list ? json_object_array_get_idx(val, i) : val;
        if (json_object_is_type(item, json_type_object) &&
            json_object_object_get_ex(item, "str", &str)) {
            item = str;
        }
        ok = json_object_is_type(item, json_type_string);
        if (ok) {
            g_ptr_array_add(o->hostfwd, g_strdup(json_object_get_string(item)));
        } else {
            error_setg(errp, "Invalid parameter type for 'hostfwd', expected: string");
        }
    }
    json_object_put(val);
    return ok;
}

/* "[ADDR]:PORT" */
static bool parse_end(char *text, struct in_addr *addr, int *port)
{
    char *colon = strrchr(text, ':'), *end;
    unsigned long n;

    if (!colon) {
        return false;
    }
    *colon = '\0';
    n = strtoul(colon + 1, &end, 10);
    if (colon[1] == '\0' || *end || n > 65535) {
        return false;
    }
    *port = n;
    return !*text || inet_aton(text, addr);
}

/* "[tcp|udp]:[HOSTADDR]:HOSTPORT-[GUESTADDR]:GUESTPORT" */
static bool parse_rule(const char *rule, const NetUserOptions *o, bool *udp,
                       struct in_addr *haddr, int *hport, struct in_addr *gaddr,
                       int *gport)
{
    g_auto(GStrv) parts = g_strsplit(rule, ":", 2);
    g_auto(GStrv) ends = parts[0] && parts[1] ? g_strsplit(parts[1], "-", 2) : NULL;

    haddr->s_addr = htonl(INADDR_ANY);
    *gaddr = o->dhcpstart;
    if (!ends || !ends[0] || !ends[1]) {
        return false;
    }
    *udp = g_str_equal(parts[0], "udp");
    return (*udp || !*parts[0] || g_str_equal(parts[0], "tcp")) &&
           parse_end(ends[0], haddr, hport) && parse_end(ends[1], gaddr, gport) &&
           *gport != 0;
}

bool net_user_forward(Slirp *slirp, const NetUserOptions *o, Error **errp)
{
    for (unsigned i = 0; i < o->hostfwd->len; i++) {
        const char *rule = g_ptr_array_index(o->hostfwd, i);
        struct in_addr haddr, gaddr;
        int hport, gport;
        bool udp;

        if (!parse_rule(rule, o, &udp, &haddr, &hport, &gaddr, &gport)) {
            error_setg(errp, "Invalid host forwarding rule '%s'", rule);
            return false;
        }
        if (slirp_add_hostfwd(slirp, udp, haddr, hport, gaddr, gport) < 0) {
            error_setg(errp, "Could not set up host forwarding rule '%s'", rule);
            return false;
        }
    }
    return true;
}

/* ---- the whole ---- */

bool net_user_options(struct json_object *opts, bool keyval, NetUserOptions *o,
                      Error **errp)
{
    o->ipv4 = true;
    o->ipv6 = true;
    if (!opts_take_bool(opts, "restrict", keyval, &o->restricted, errp) ||
        !opts_take_bool(opts, "ipv4", keyval, &o->ipv4, errp) ||
        !opts_take_bool(opts, "ipv6", keyval, &o->ipv6, errp) ||
        !opts_take_str(opts, "hostname", &o->hostname, errp) ||
        !opts_take_str(opts, "domainname", &o->domainname, errp) ||
        !opts_take_str(opts, "tftp", &o->tftp, errp) ||
        !opts_take_str(opts, "bootfile", &o->bootfile, errp) ||
        !take_addresses(opts, o, errp) || !take_hostfwd(opts, o, errp)) {
        return false;
    }
    if (!o->ipv4 && !o->ipv6) {
        error_setg(errp, "IPv4 and IPv6 disabled");
        return false;
    }
    return true;
}

void net_user_config(const NetUserOptions *o, SlirpConfig *cfg)
{
    memset(cfg, 0, sizeof(*cfg));
    cfg->version = 3;
    cfg->restricted = o->restricted;
    cfg->in_enabled = o->ipv4;
    cfg->vnetwork = o->net;
    cfg->vnetmask = o->mask;
    cfg->vhost = o->host;
    cfg->in6_enabled = o->ipv6;
    inet_pton(AF_INET6, "fec0::", &cfg->vprefix_addr6);
    cfg->vprefix_len = 64;
    inet_pton(AF_INET6, "fec0::2", &cfg->vhost6);
    inet_pton(AF_INET6, "fec0::3", &cfg->vnameserver6);
    cfg->vhostname = o->hostname;
    cfg->vdomainname = o->domainname;
    cfg->tftp_path = o->tftp;
    cfg->bootfile = o->bootfile;
    cfg->vdhcp_start = o->dhcpstart;
    cfg->vnameserver = o->dns;
}
