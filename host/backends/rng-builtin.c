/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random bytes from the kernel's generator, without a file.
 */
#include "qemu/osdep.h"
#include <sys/random.h>
#include "qemu/main-loop.h"
#include "system/rng.h"

OBJECT_DECLARE_SIMPLE_TYPE(RngBuiltin, RNG_BUILTIN)

struct RngBuiltin {
    RngBackend parent;
    QEMUBH *bh;
};

static void fill(uint8_t *data, size_t size)
{
    while (size) {
        ssize_t n = getrandom(data, size, 0);

        if (n > 0) {
            data += n;
            size -= n;
        }
    }
}

static void rng_builtin_serve(void *opaque)
{
    RngBackend *s = opaque;
    RngRequest *req;

    while ((req = QSIMPLEQ_FIRST(&s->requests))) {
        fill(req->data, req->size);
        req->receive_entropy(req->opaque, req->data, req->size);
        rng_backend_finalize_request(s, req);
    }
}

static void rng_builtin_request_entropy(RngBackend *b, RngRequest *req)
{
    qemu_bh_schedule(RNG_BUILTIN(b)->bh);
}

static void rng_builtin_init(Object *obj)
{
    RNG_BUILTIN(obj)->bh = qemu_bh_new(rng_builtin_serve, obj);
}

static void rng_builtin_finalize(Object *obj)
{
    qemu_bh_delete(RNG_BUILTIN(obj)->bh);
}

static void rng_builtin_class_init(ObjectClass *klass, const void *data)
{
    RNG_BACKEND_CLASS(klass)->request_entropy = rng_builtin_request_entropy;
}

static const TypeInfo rng_builtin_types[] = {
    {
        .name = TYPE_RNG_BUILTIN,
        .parent = TYPE_RNG_BACKEND,
        .instance_size = sizeof(RngBuiltin),
        .instance_init = rng_builtin_init,
        .instance_finalize = rng_builtin_finalize,
        .class_init = rng_builtin_class_init,
    },
};

DEFINE_TYPES(rng_builtin_types)
