/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types, casts, references, children, links, aliases and paths.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "qapi/error.h"
#include "qom/object.h"

#define TYPE_SPEAKER "test-speaker"
typedef struct SpeakerClass {
    InterfaceClass parent_class;
    const char *(*speak)(Object *obj);
} SpeakerClass;
DECLARE_CLASS_CHECKERS(SpeakerClass, SPEAKER, TYPE_SPEAKER)

#define TYPE_ANIMAL "test-animal"
#define TYPE_DOG    "test-dog"
#define TYPE_PUPPY  "test-puppy"

typedef struct Animal {
    Object parent_obj;
    char *name;
    Object *friend;
    uint32_t legs;
    bool happy;
} Animal;
typedef struct AnimalClass {
    ObjectClass parent_class;
    int base_inits;
    const void *data;
} AnimalClass;
DECLARE_OBJ_CHECKERS(Animal, AnimalClass, ANIMAL, TYPE_ANIMAL)

static GString *events;

static char *animal_get_name(Object *obj, Error **errp)
{
    return g_strdup(ANIMAL(obj)->name);
}

static void animal_set_name(Object *obj, const char *value, Error **errp)
{
    if (!*value) {
        error_setg(errp, "an animal needs a name");
        return;
    }
    g_free(ANIMAL(obj)->name);
    ANIMAL(obj)->name = g_strdup(value);
}

static bool animal_get_happy(Object *obj, Error **errp)
{
    return ANIMAL(obj)->happy;
}

static void animal_set_happy(Object *obj, bool value, Error **errp)
{
    ANIMAL(obj)->happy = value;
}

static void animal_init(Object *obj)
{
    g_string_append(events, "animal+ ");
    object_property_add_uint32_ptr(obj, "legs", &ANIMAL(obj)->legs,
                                   OBJ_PROP_FLAG_READWRITE);
}

static void animal_post_init(Object *obj)
{
    g_string_append(events, "animal! ");
}

static void animal_finalize(Object *obj)
{
    g_string_append(events, "animal- ");
    g_free(ANIMAL(obj)->name);
}

static void animal_class_init(ObjectClass *oc, const void *data)
{
    object_class_property_add_str(oc, "name", animal_get_name, animal_set_name);
    object_class_property_add_bool(oc, "happy", animal_get_happy, animal_set_happy);
    object_class_property_add_alias(oc, "glad", "happy");
    object_class_property_add_link(oc, "friend", TYPE_ANIMAL, offsetof(Animal, friend),
                                   object_property_allow_set_link,
                                   OBJ_PROP_LINK_STRONG);
}

static void animal_class_base_init(ObjectClass *oc, const void *data)
{
    ANIMAL_CLASS(oc)->base_inits++;
    ANIMAL_CLASS(oc)->data = data;
}

static const char *dog_speak(Object *obj)
{
    return "woof";
}

static const char *puppy_speak(Object *obj)
{
    return "yip";
}

static void dog_init(Object *obj)
{
    g_string_append(events, "dog+ ");
}

static void dog_post_init(Object *obj)
{
    g_string_append(events, "dog! ");
}

static void dog_finalize(Object *obj)
{
    g_string_append(events, "dog- ");
}

static void dog_class_init(ObjectClass *oc, const void *data)
{
    SPEAKER_CLASS(oc)->speak = dog_speak;
}

static void puppy_class_init(ObjectClass *oc, const void *data)
{
    SPEAKER_CLASS(oc)->speak = puppy_speak;
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_SPEAKER,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(SpeakerClass),
    },
    {
        .name = TYPE_PUPPY,
        .parent = TYPE_DOG, /* registered later: order does not matter */
        .class_init = puppy_class_init,
    },
    {
        .name = TYPE_ANIMAL,
        .parent = TYPE_OBJECT,
        .abstract = true,
        .instance_size = sizeof(Animal),
        .instance_init = animal_init,
        .instance_post_init = animal_post_init,
        .instance_finalize = animal_finalize,
        .class_size = sizeof(AnimalClass),
        .class_init = animal_class_init,
        .class_base_init = animal_class_base_init,
    },
    {
        .name = TYPE_DOG,
        .parent = TYPE_ANIMAL,
        .instance_init = dog_init,
        .instance_post_init = dog_post_init,
        .instance_finalize = dog_finalize,
        .class_init = dog_class_init,
        .class_data = "dog data",
        .interfaces = (const InterfaceInfo[]){ { TYPE_SPEAKER }, {} },
    },
};
DEFINE_TYPES(test_types)

static Object *in_root(const char *type, const char *name)
{
    Object *obj = object_new(type);

    object_property_add_child(object_get_root(), name, obj);
    object_unref(obj);
    return obj;
}

static void expect_error(Error **err, const char *text)
{
    g_assert_nonnull(*err);
    g_assert_cmpstr(error_get_pretty(*err), ==, text);
    error_free(*err);
    *err = NULL;
}

static void test_life_order(void)
{
    Object *obj;

    g_string_truncate(events, 0);
    obj = object_new(TYPE_PUPPY);
    g_assert_cmpstr(events->str, ==, "animal+ dog+ animal! dog! ");
    g_string_truncate(events, 0);
    object_ref(obj);
    object_unref(obj);
    g_assert_cmpstr(events->str, ==, "");
    object_unref(obj);
    g_assert_cmpstr(events->str, ==, "dog- animal- ");
}

static void test_class_base_init(void)
{
    AnimalClass *dog = ANIMAL_CLASS(object_class_by_name(TYPE_DOG));
    AnimalClass *puppy = ANIMAL_CLASS(object_class_by_name(TYPE_PUPPY));

    g_assert_cmpint(dog->base_inits, ==, 1);
    g_assert_cmpstr(dog->data, ==, "dog data");
    g_assert_cmpint(puppy->base_inits, ==, 2); /* the parent's count, and its own */
    g_assert_null(puppy->data);
}

static void test_casts(void)
{
    Object *dog = object_new(TYPE_DOG);
    char *copy = g_strdup(TYPE_ANIMAL);

    g_assert_true(object_dynamic_cast(dog, TYPE_ANIMAL) == dog);
    g_assert_true(object_dynamic_cast(dog, copy) == dog);
    g_assert_true(object_dynamic_cast(dog, TYPE_SPEAKER) == dog);
    g_assert_null(object_dynamic_cast(dog, TYPE_PUPPY));
    g_assert_null(object_dynamic_cast(dog, "no-such-type"));
    g_assert_null(object_dynamic_cast(NULL, TYPE_DOG));
    for (int i = 0; i < 3; i++) { /* cached from the second time on */
        g_assert_true((Object *)ANIMAL(dog) == dog);
    }
    g_free(copy);
    object_unref(dog);
}

static void test_wrong_cast_dies(void)
{
    if (g_test_subprocess()) {
        Object *box = object_new(TYPE_CONTAINER);

        ANIMAL(box)->legs = 1;
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*not an instance of type test-animal*");
}

static void test_interface_methods(void)
{
    Object *dog = object_new(TYPE_DOG), *puppy = object_new(TYPE_PUPPY);

    g_assert_cmpstr(SPEAKER_GET_CLASS(dog)->speak(dog), ==, "woof");
    g_assert_cmpstr(SPEAKER_GET_CLASS(puppy)->speak(puppy), ==, "yip");
    object_unref(dog);
    object_unref(puppy);
}

static void test_class_list(void)
{
    GSList *all = object_class_get_list_sorted(TYPE_ANIMAL, true);
    GSList *concrete = object_class_get_list_sorted(TYPE_SPEAKER, false);

    g_assert_cmpuint(g_slist_length(all), ==, 3);
    g_assert_cmpstr(object_class_get_name(all->data), ==, TYPE_ANIMAL);
    g_assert_cmpuint(g_slist_length(concrete), ==, 2);
    g_assert_cmpstr(object_class_get_name(concrete->data), ==, TYPE_DOG);
    g_slist_free(all);
    g_slist_free(concrete);
}

static void test_children(void)
{
    Object *dog = in_root(TYPE_DOG, "kennel"), *puppy = object_new(TYPE_PUPPY);
    g_autofree char *path = NULL;
    Error *err = NULL;

    object_property_add_child(dog, "litter[*]", puppy);
    object_unref(puppy);
    path = object_get_canonical_path(puppy);
    g_assert_cmpstr(path, ==, "/kennel/litter[0]");
    g_assert_true(object_resolve_path("/kennel//litter[0]", NULL) == puppy);
    g_assert_null(object_resolve_path("/kennel/litter[1]", NULL));
    g_assert_null(object_resolve_path("/kennel/name", NULL));

    puppy = object_new(TYPE_PUPPY);
    g_assert_null(object_property_try_add_child(dog, "litter[0]", puppy, &err));
    expect_error(&err, "attempt to add duplicate property 'litter[0]' to object "
                       "(type 'test-dog')");
    object_property_add_child(dog, "litter[*]", puppy);
    object_unref(puppy);
    g_assert_true(object_resolve_path("/kennel/litter[1]", NULL) == puppy);

    g_string_truncate(events, 0);
    object_unparent(dog); /* and the puppies with it */
    g_assert_cmpstr(events->str, ==, "dog- animal- dog- animal- dog- animal- ");
    g_assert_null(object_resolve_path("/kennel", NULL));
}

static void test_partial_paths(void)
{
    Object *a = in_root(TYPE_DOG, "a"), *b = in_root(TYPE_DOG, "b");
    Object *x = object_new(TYPE_PUPPY), *y = object_new(TYPE_PUPPY);
    bool ambiguous;

    object_property_add_child(a, "x", x);
    object_property_add_child(b, "y", y);
    object_unref(x);
    object_unref(y);
    g_assert_true(object_resolve_path("x", &ambiguous) == x && !ambiguous);
    g_assert_true(object_resolve_path("b/y", NULL) == y);
    g_assert_null(object_resolve_path_type("", TYPE_PUPPY, &ambiguous));
    g_assert_true(ambiguous);
    object_unparent(y);
    g_assert_true(object_resolve_path_type("", TYPE_PUPPY, &ambiguous) == x);
    g_assert_false(ambiguous);
    object_unparent(a);
    object_unparent(b);
}

static void test_links(void)
{
    Object *a = in_root(TYPE_DOG, "a"), *b = in_root(TYPE_DOG, "b");
    Object *box = object_get_container("box"), *lost = object_new(TYPE_DOG);
    g_autofree char *text = NULL;
    Error *err = NULL;

    g_assert_true(object_property_set_link(a, "friend", b, &error_abort));
    g_assert_true(ANIMAL(a)->friend == b);
    g_assert_cmpuint(b->ref, ==, 2);
    text = object_property_get_str(a, "friend", &error_abort);
    g_assert_cmpstr(text, ==, "/b");
    g_assert_true(object_property_get_link(a, "friend", &error_abort) == b);
    g_assert_true(object_resolve_path("/a/friend", NULL) == b);

    g_assert_false(object_property_set_str(a, "friend", "/c", &err));
    expect_error(&err, "Device '/c' not found");
    g_assert_false(object_property_set_link(a, "friend", box, &err));
    expect_error(&err, "Invalid parameter type for 'friend', expected: test-animal");
    g_assert_false(object_property_set_link(a, "friend", lost, &err));
    expect_error(&err,
                 "Property 'test-dog.friend' cannot take an object that has no path");
    g_assert_true(ANIMAL(a)->friend == b);

    object_unparent(b); /* the link keeps it */
    g_assert_cmpuint(b->ref, ==, 1);
    g_assert_true(object_property_set_link(a, "friend", NULL, &error_abort));
    g_assert_null(ANIMAL(a)->friend);
    object_unref(lost);
    object_unparent(box);
    object_unparent(a);
}

static void test_alias_to_child(void)
{
    Object *dog = in_root(TYPE_DOG, "dog"), *puppy = object_new(TYPE_PUPPY);
    g_autofree char *name = NULL;

    object_property_add_child(dog, "puppy", puppy);
    object_unref(puppy);
    object_property_add_alias(dog, "puppy-name", puppy, "name");
    g_assert_true(object_property_set_str(dog, "puppy-name", "rex", &error_abort));
    name = object_property_get_str(puppy, "name", &error_abort);
    g_assert_cmpstr(name, ==, "rex");
    g_assert_cmpstr(object_property_get_type(dog, "puppy-name", NULL), ==, "string");
    object_unparent(dog);
}

/* Sets both names from one user's JSON object; NULL: accepted. */
static char *set_pair(const char *json, bool keyval)
{
    Object *dog = object_new(TYPE_DOG);
    struct json_object *props = json_tokener_parse(json);
    Error *err = NULL;
    char *message = NULL;

    if (!object_set_properties_json(dog, props, keyval, &err)) {
        message = g_strdup(error_get_pretty(err));
        error_free(err);
    }
    json_object_put(props);
    object_unref(dog);
    return message;
}

static void test_two_names(void)
{
    g_autofree char *differ = set_pair("{\"happy\":true,\"glad\":false}", false);
    g_autofree char *text = set_pair("{\"glad\":\"on\",\"happy\":\"off\"}", true);

    g_assert_null(set_pair("{\"happy\":true,\"glad\":true}", false));
    g_assert_null(set_pair("{\"happy\":\"on\",\"glad\":\"yes\"}", true));
    g_assert_cmpstr(differ, ==,
                    "'happy' and 'glad' are two names of one property: "
                    "they are given with different values (true and false)");
    g_assert_nonnull(strstr(text, "'glad' and 'happy'"));
}

static void test_origin(void)
{
    Object *dog = object_new(TYPE_DOG);
    struct json_object *on = json_object_new_boolean(true);
    struct json_object *off = json_object_new_boolean(false);
    Error *err = NULL;

    /* A stronger origin replaces, whatever the name; a weaker one does nothing. */
    g_assert_true(object_property_set_explicit(dog, "glad", on, false,
                                               PROPERTY_ORIGIN_GLOBAL, &error_abort));
    g_assert_true(object_property_set_explicit(dog, "happy", off, false,
                                               PROPERTY_ORIGIN_USER, &error_abort));
    g_assert_false(ANIMAL(dog)->happy);
    g_assert_true(object_property_set_explicit(dog, "happy", on, false,
                                               PROPERTY_ORIGIN_COMPAT, &error_abort));
    g_assert_false(ANIMAL(dog)->happy);
    /* The same name again: the last one counts. */
    g_assert_true(object_property_set_explicit(dog, "happy", on, false,
                                               PROPERTY_ORIGIN_USER, &error_abort));
    g_assert_true(ANIMAL(dog)->happy);
    g_assert_false(object_property_set_explicit(dog, "glad", off, false,
                                                PROPERTY_ORIGIN_USER, &err));
    g_assert_nonnull(err);
    error_free(err);
    json_object_put(on);
    json_object_put(off);
    object_unref(dog);
}

static void test_property_errors(void)
{
    Object *dog = object_new(TYPE_DOG);
    Error *err = NULL;

    g_assert_false(object_property_set_str(dog, "wings", "2", &err));
    expect_error(&err, "Property 'test-dog.wings' not found");
    g_assert_false(object_property_set_str(dog, "name", "", &err));
    expect_error(&err, "an animal needs a name");
    g_assert_false(object_property_set_str(dog, "legs", "4", &err));
    expect_error(&err, "Invalid parameter type for 'legs', expected: integer");
    g_assert_false(object_property_set_uint(dog, "legs", 1ull << 32, &err));
    expect_error(&err, "Parameter 'legs' expects uint32_t");
    g_assert_false(object_property_set_int(dog, "legs", -1, &err));
    expect_error(&err, "Parameter 'legs' expects uint64");
    g_assert_true(object_property_parse(dog, "legs", "0x10", &error_abort));
    g_assert_cmpuint(object_property_get_uint(dog, "legs", &error_abort), ==, 16);
    g_assert_false(object_property_parse(dog, "legs", "many", &err));
    expect_error(&err, "Parameter 'legs' expects a non-negative integer");
    object_unref(dog);
}

static void test_iterate(void)
{
    Object *dog = object_new(TYPE_DOG);
    ObjectPropertyIterator iter;
    ObjectProperty *prop;
    unsigned n = 0;

    object_property_iter_init(&iter, dog);
    while ((prop = object_property_iter_next(&iter))) {
        g_assert_true(object_property_find(dog, prop->name) == prop);
        n++;
    }
    g_assert_cmpuint(n, ==, 6); /* legs; name, happy, glad, friend; type */
    object_unref(dog);
}

static int unparent_puppy(Object *child, void *opaque)
{
    if (object_dynamic_cast(child, TYPE_PUPPY)) {
        object_unparent(child);
        ++*(int *)opaque;
    }
    return 0;
}

static void test_foreach_may_remove(void)
{
    Object *box = object_get_container("box");
    int removed = 0;

    for (int i = 0; i < 10; i++) {
        Object *puppy = object_new(TYPE_PUPPY);

        object_property_add_child(box, "puppy[*]", puppy);
        object_unref(puppy);
    }
    g_assert_cmpint(
        object_child_foreach_recursive(object_get_root(), unparent_puppy, &removed), ==,
        0);
    g_assert_cmpint(removed, ==, 10);
    object_unparent(box);
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    events = g_string_new(NULL);
    g_test_add_func("/object/life-order", test_life_order);
    g_test_add_func("/object/class-base-init", test_class_base_init);
    g_test_add_func("/object/casts", test_casts);
    g_test_add_func("/object/wrong-cast-dies", test_wrong_cast_dies);
    g_test_add_func("/object/interface-methods", test_interface_methods);
    g_test_add_func("/object/class-list", test_class_list);
    g_test_add_func("/object/children", test_children);
    g_test_add_func("/object/partial-paths", test_partial_paths);
    g_test_add_func("/object/links", test_links);
    g_test_add_func("/object/alias-to-child", test_alias_to_child);
    g_test_add_func("/object/two-names", test_two_names);
    g_test_add_func("/object/origin", test_origin);
    g_test_add_func("/object/property-errors", test_property_errors);
    g_test_add_func("/object/iterate", test_iterate);
    g_test_add_func("/object/foreach-may-remove", test_foreach_may_remove);
    ret = g_test_run();
    g_string_free(events, true);
    return ret;
}
