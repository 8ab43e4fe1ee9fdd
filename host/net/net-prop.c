/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The properties mac= and netdev= of network cards. */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties-system.h"
#include "net-int.h"
#include "qapi/visitor.h"

/* ---- mac ---- */

static void get_mac(Object *obj, Visitor *v, const char *name, void *opaque,
                    Error **errp)
{
    const MACAddr *mac = object_field_prop_ptr(obj, opaque);
    g_autofree char *text =
        g_strdup_printf("%02x:%02x:%02x:%02x:%02x:%02x", mac->a[0], mac->a[1],
                        mac->a[2], mac->a[3], mac->a[4], mac->a[5]);

    visit_type_str(v, name, &text, errp);
}

/* Six bytes in hex, with one kind of separator. */
static bool parse_mac(const char *text, MACAddr *mac)
{
    for (int i = 0; i < 6; i++) {
        int hi = g_ascii_xdigit_value(text[0]);
        int lo = hi < 0 ? -1 : g_ascii_xdigit_value(text[1]);

        if (lo < 0) {
            return false;
        }
        mac->a[i] = hi << 4 | lo;
        text += 2;
        if (i < 5 && *text != ':' && *text != '-') {
            return false;
        }
        text += i < 5;
    }
    return *text == '\0';
}

static void set_mac(Object *obj, Visitor *v, const char *name, void *opaque,
                    Error **errp)
{
    MACAddr *mac = object_field_prop_ptr(obj, opaque), got;
    g_autofree char *text = NULL;

    if (!visit_type_str(v, name, &text, errp)) {
        return;
    }
    if (!parse_mac(text, &got)) {
        error_setg(errp, "Property '%s.%s' doesn't take value '%s'",
                   object_get_typename(obj), name, text);
        return;
    }
    *mac = got;
}

const PropertyInfo qdev_prop_macaddr = {
    .type = "str",
    .description = "Ethernet 6-byte MAC Address, example: 52:54:00:12:34:56",
    .get = get_mac,
    .set = set_mac,
};

/* ---- netdev ---- */

static void get_netdev(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    NICPeers *peers = object_field_prop_ptr(obj, opaque);
    g_autofree char *text = g_strdup(peers->backend ? peers->backend->id : "");

    visit_type_str(v, name, &text, errp);
}

static void let_go(NICPeers *peers)
{
    if (peers->backend) {
        peers->backend->in_use = false;
        peers->backend = NULL;
    }
}

static void set_netdev(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    NICPeers *peers = object_field_prop_ptr(obj, opaque);
    g_autofree char *text = NULL;
    NetClientState *nc;

    if (!visit_type_str(v, name, &text, errp)) {
        return;
    }
    nc = net_backend_find(text);
    if (!nc) {
        error_setg(errp, "Property '%s.%s' can't find value '%s'",
                   object_get_typename(obj), name, text);
    } else if (nc->in_use) {
        error_setg(errp, "Property '%s.%s' can't take value '%s', it's in use",
                   object_get_typename(obj), name, text);
    } else {
        let_go(peers);
        peers->backend = nc;
        nc->in_use = true;
    }
}

static void release_netdev(Object *obj, const char *name, void *opaque)
{
    let_go(object_field_prop_ptr(obj, opaque));
}

const PropertyInfo qdev_prop_netdev = {
    .type = "str",
    .description = "ID of a netdev to use as a backend",
    .get = get_netdev,
    .set = set_netdev,
    .release = release_netdev,
};

void qdev_prop_set_netdev(DeviceState *dev, const char *name, NetClientState *value)
{
    object_property_set_str(OBJECT(dev), name, value->id, &error_abort);
}
