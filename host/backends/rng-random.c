/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random bytes from a file, /dev/urandom unless the user names another. A file
 * that ends serves no more requests.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "system/rng.h"

OBJECT_DECLARE_SIMPLE_TYPE(RngRandom, RNG_RANDOM)

struct RngRandom {
    RngBackend parent;
    int fd; /* -1: not open */
    char *filename;
};

static void entropy_available(void *opaque)
{
    RngRandom *s = opaque;
    RngRequest *req;

    while ((req = QSIMPLEQ_FIRST(&s->parent.requests))) {
        ssize_t len = RETRY_ON_EINTR(read(s->fd, req->data, req->size));

        if (len < 0 && errno == EAGAIN) {
            return;
        }
        if (len <= 0) {
            break;
        }
        req->receive_entropy(req->opaque, req->data, len);
        rng_backend_finalize_request(&s->parent, req);
    }
    qemu_set_fd_handler(s->fd, NULL, NULL, NULL);
}

static void rng_random_request_entropy(RngBackend *b, RngRequest *req)
{
    RngRandom *s = RNG_RANDOM(b);

    qemu_set_fd_handler(s->fd, entropy_available, NULL, s);
}

static void rng_random_opened(RngBackend *b, Error **errp)
{
    RngRandom *s = RNG_RANDOM(b);

    s->fd = open(s->filename, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (s->fd < 0) {
        error_setg_errno(errp, errno, "Could not open '%s'", s->filename);
    }
}

static char *get_filename(Object *obj, Error **errp)
{
    return g_strdup(RNG_RANDOM(obj)->filename);
}

static void set_filename(Object *obj, const char *filename, Error **errp)
{
    RngRandom *s = RNG_RANDOM(obj);

    if (s->parent.opened) {
        error_setg(errp,
                   "Property 'filename' can not be set after the file was opened");
        return;
    }
    g_free(s->filename);
    s->filename = g_strdup(filename);
}

static void rng_random_init(Object *obj)
{
    RngRandom *s = RNG_RANDOM(obj);

    s->filename = g_strdup("/dev/urandom");
    s->fd = -1;
}

static void rng_random_finalize(Object *obj)
{
    RngRandom *s = RNG_RANDOM(obj);

    if (s->fd >= 0) {
        qemu_set_fd_handler(s->fd, NULL, NULL, NULL);
        close(s->fd);
    }
    g_free(s->filename);
}

static void rng_random_class_init(ObjectClass *klass, const void *data)
{
    RngBackendClass *rbc = RNG_BACKEND_CLASS(klass);

    rbc->request_entropy = rng_random_request_entropy;
    rbc->opened = rng_random_opened;
    object_class_property_add_str(klass, "filename", get_filename, set_filename);
}

static const TypeInfo rng_random_types[] = {
    {
        .name = TYPE_RNG_RANDOM,
        .parent = TYPE_RNG_BACKEND,
        .instance_size = sizeof(RngRandom),
        .instance_init = rng_random_init,
        .instance_finalize = rng_random_finalize,
        .class_init = rng_random_class_init,
    },
};

DEFINE_TYPES(rng_random_types)
