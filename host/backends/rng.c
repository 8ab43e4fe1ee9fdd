/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queue of requests for random bytes that every source has.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qom/object_interfaces.h"
#include "system/rng.h"

void rng_backend_request_entropy(RngBackend *s, size_t size,
                                 EntropyReceiveFunc *receive_entropy, void *opaque)
{
    RngBackendClass *k = RNG_BACKEND_GET_CLASS(s);
    RngRequest *req = g_new0(RngRequest, 1);

    req->size = size;
    req->receive_entropy = receive_entropy;
    req->opaque = opaque;
    req->data = g_malloc(size);
    QSIMPLEQ_INSERT_TAIL(&s->requests, req, next);
    k->request_entropy(s, req);
}

static void request_free(RngRequest *req)
{
    g_free(req->data);
    g_free(req);
}

void rng_backend_finalize_request(RngBackend *s, RngRequest *req)
{
    QSIMPLEQ_REMOVE(&s->requests, req, RngRequest, next);
    request_free(req);
}

void rng_backend_cancel_requests(RngBackend *s, void *opaque)
{
    RngRequest *req, *next;

    QSIMPLEQ_FOREACH_SAFE(req, &s->requests, next, next)
    {
        if (req->opaque == opaque) {
            rng_backend_finalize_request(s, req);
        }
    }
}

static void rng_backend_complete(UserCreatable *uc, Error **errp)
{
    RngBackend *s = RNG_BACKEND(uc);
    RngBackendClass *k = RNG_BACKEND_GET_CLASS(uc);
    Error *err = NULL;

    if (k->opened) {
        k->opened(s, &err);
    }
    s->opened = !err;
    error_propagate(errp, err);
}

static void rng_backend_init(Object *obj)
{
    QSIMPLEQ_INIT(&RNG_BACKEND(obj)->requests);
}

static void rng_backend_finalize(Object *obj)
{
    RngBackend *s = RNG_BACKEND(obj);
    RngRequest *req;

    while ((req = QSIMPLEQ_FIRST(&s->requests))) {
        rng_backend_finalize_request(s, req);
    }
}

static void rng_backend_class_init(ObjectClass *oc, const void *data)
{
    USER_CREATABLE_CLASS(oc)->complete = rng_backend_complete;
}

static const TypeInfo rng_types[] = {
    {
        .name = TYPE_RNG_BACKEND,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(RngBackend),
        .instance_init = rng_backend_init,
        .instance_finalize = rng_backend_finalize,
        .class_size = sizeof(RngBackendClass),
        .class_init = rng_backend_class_init,
        .abstract = true,
        .interfaces =
            (const InterfaceInfo[]){
                { TYPE_USER_CREATABLE },
                {},
            },
    },
};

DEFINE_TYPES(rng_types)
