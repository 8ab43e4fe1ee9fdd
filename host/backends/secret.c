/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -object secret: bytes from the command line or a file. Management programs
 * make one; nothing here uses it, so it is only checked.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qom/object_interfaces.h"

#define TYPE_SECRET "secret"
OBJECT_DECLARE_SIMPLE_TYPE(Secret, SECRET)

typedef enum SecretFormat { SECRET_FORMAT_RAW, SECRET_FORMAT_BASE64 } SecretFormat;

static const QEnumLookup secret_formats = {
    .array =
        (const char *const[]){
            [SECRET_FORMAT_RAW] = "raw",
            [SECRET_FORMAT_BASE64] = "base64",
        },
    .size = 2,
};

struct Secret {
    Object parent_obj;
    char *data;
    char *file;
    SecretFormat format;
};

static bool check_text(const char *text, size_t len, SecretFormat format, Error **errp)
{
    g_autofree guchar *raw = NULL;
    gsize out;

    if (format == SECRET_FORMAT_RAW) {
        return true;
    }
    raw = memchr(text, '\0', len) ? NULL : g_base64_decode(text, &out);
    if (!raw) {
        error_setg(errp, "Unable to base64 decode the secret");
        return false;
    }
    return true;
}

static void secret_complete(UserCreatable *uc, Error **errp)
{
    Secret *s = SECRET(uc);
    g_autoptr(GError) gerr = NULL;
    g_autofree char *text = NULL;
    gsize len;

    if (!s->data == !s->file) {
        error_setg(errp, s->data ? "'file' and 'data' are mutually exclusive"
                                 : "Must provide 'file' or 'data'");
        return;
    }
    if (s->data) {
        check_text(s->data, strlen(s->data), s->format, errp);
    } else if (!g_file_get_contents(s->file, &text, &len, &gerr)) {
        error_setg(errp, "Unable to read %s: %s", s->file, gerr->message);
    } else {
        check_text(text, len, s->format, errp);
    }
}

static char *get_data(Object *obj, Error **errp)
{
    return g_strdup(SECRET(obj)->data);
}

static void set_data(Object *obj, const char *value, Error **errp)
{
    g_free(SECRET(obj)->data);
    SECRET(obj)->data = g_strdup(value);
}

static char *get_file(Object *obj, Error **errp)
{
    return g_strdup(SECRET(obj)->file);
}

static void set_file(Object *obj, const char *value, Error **errp)
{
    g_free(SECRET(obj)->file);
    SECRET(obj)->file = g_strdup(value);
}

static int get_format(Object *obj, Error **errp)
{
    return SECRET(obj)->format;
}

static void set_format(Object *obj, int value, Error **errp)
{
    SECRET(obj)->format = value;
}

static void secret_finalize(Object *obj)
{
    g_free(SECRET(obj)->data);
    g_free(SECRET(obj)->file);
}

static void secret_class_init(ObjectClass *oc, const void *data)
{
    USER_CREATABLE_CLASS(oc)->complete = secret_complete;
    object_class_property_add_str(oc, "data", get_data, set_data);
    object_class_property_add_str(oc, "file", get_file, set_file);
    object_class_property_add_enum(oc, "format", "QCryptoSecretFormat", &secret_formats,
                                   get_format, set_format);
}

static const TypeInfo secret_types[] = {
    {
        .name = TYPE_SECRET,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Secret),
        .instance_finalize = secret_finalize,
        .class_init = secret_class_init,
        .interfaces =
            (const InterfaceInfo[]){
                { TYPE_USER_CREATABLE },
                {},
            },
    },
};

DEFINE_TYPES(secret_types)
