/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "qapi/error.h"

typedef struct Inner {
    uint16_t a;
} Inner;

typedef struct Outer {
    bool flag;
    uint8_t u8;
    uint64_t u64;
    uint32_t array[3];
    uint8_t bytes[5];
    uint32_t n_inner;
    Inner inner[4];
    int32_t extra; /* in a subsection, only if not 0 */
    int post_loads;
    int refuse;
} Outer;

static const VMStateDescription vmstate_inner = {
    .name = "inner",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]){ VMSTATE_UINT16(a, Inner), VMSTATE_END_OF_LIST() },
};

static bool extra_needed(void *opaque)
{
    return ((Outer *)opaque)->extra;
}

static const VMStateDescription vmstate_extra = {
    .name = "outer/extra",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = extra_needed,
    .fields =
        (const VMStateField[]){ VMSTATE_INT32(extra, Outer), VMSTATE_END_OF_LIST() },
};

static int outer_post_load(void *opaque, int version_id)
{
    Outer *o = opaque;

    o->post_loads++;
    return o->refuse;
}

static const VMStateDescription vmstate_outer = {
    .name = "outer",
    .version_id = 2,
    .minimum_version_id = 2,
    .post_load = outer_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_BOOL(flag, Outer),
            VMSTATE_UINT8(u8, Outer),
            VMSTATE_UINT64(u64, Outer),
            VMSTATE_UINT32_ARRAY(array, Outer, 3),
            VMSTATE_BUFFER(bytes, Outer),
            VMSTATE_STRUCT_VARRAY_UINT32_MAX(inner, Outer, n_inner, 4, vmstate_inner,
                                             Inner),
            VMSTATE_END_OF_LIST(),
        },
    .subsections = (const VMStateDescription *const[]){ &vmstate_extra, NULL },
};

static const Outer sample = {
    .flag = true,
    .u8 = 0x81,
    .u64 = 0x0123456789abcdef,
    .array = { 1, 0xffffffff, 3 },
    .bytes = "abcd",
    .n_inner = 2,
    .inner = { { 0x1234 }, { 0xfedc } },
    .extra = -7,
};

static GByteArray *save(Outer o)
{
    QEMUFile *f = qemu_file_new_output();
    GByteArray *bytes = g_byte_array_new();
    const uint8_t *data;
    size_t size;

    g_assert_cmpint(vmstate_save_state(f, &vmstate_outer, &o, NULL, &error_abort), ==,
                    0);
    data = qemu_file_data(f, &size);
    g_byte_array_append(bytes, data, size);
    qemu_file_free(f);
    return bytes;
}

static int load(const uint8_t *data, size_t size, Outer *o, Error **errp)
{
    QEMUFile *f = qemu_file_new_input(data, size);
    int ret = vmstate_load_state(f, &vmstate_outer, o, 2, errp);

    qemu_file_free(f);
    return ret;
}

static void expect_refused(const uint8_t *data, size_t size, const char *why)
{
    Outer o = { 0 };
    Error *err = NULL;

    g_assert_cmpint(load(data, size, &o, &err), <, 0);
    g_assert_nonnull(err);
    if (!strstr(error_get_pretty(err), why)) {
        g_error("'%s' does not say '%s'", error_get_pretty(err), why);
    }
    g_assert_cmpint(o.post_loads, ==, 0);
    error_free(err);
}

static void test_round_trip(void)
{
    g_autoptr(GByteArray) bytes = save(sample);
    Outer o = { 0 };

    g_assert_cmpint(load(bytes->data, bytes->len, &o, &error_abort), ==, 0);
    g_assert_cmpint(o.post_loads, ==, 1);
    o.post_loads = 0;
    g_assert_cmpmem(&o, sizeof(o), &sample, sizeof(sample));
}

static void test_subsection_is_left_out(void)
{
    g_autoptr(GByteArray) with = save(sample);
    Outer without_extra = sample;
    g_autoptr(GByteArray) without = NULL;
    Outer o = { 0 };

    without_extra.extra = 0;
    without = save(without_extra);
    g_assert_cmpuint(without->len, <, with->len);
    g_assert_cmpint(load(without->data, without->len, &o, &error_abort), ==, 0);
    g_assert_cmpint(o.extra, ==, 0);
}

static void test_truncated_at_every_byte(void)
{
    g_autoptr(GByteArray) bytes = save(sample);

    for (size_t n = 0; n < bytes->len; n++) {
        g_autofree uint8_t *exact = g_memdup(bytes->data, n); /* for the sanitizer */

        expect_refused(exact, n, "");
    }
}

static void test_bad_values(void)
{
    g_autoptr(GByteArray) bytes = save(sample);

    bytes->data[0] = 2;
    expect_refused(bytes->data, bytes->len, "'outer': field 'flag'");
    bytes->data[0] = 1;
    bytes->data[1 + 1 + 8 + 12 + 5 + 3] = 5;
    expect_refused(bytes->data, bytes->len, "has 5 elements, there is room for 4");
}

static void test_unknown_subsection(void)
{
    Outer plain = sample;
    g_autoptr(GByteArray) bytes = NULL;
    const uint8_t other[] = { VMSTATE_SUBSECTION, 3, 'f', 'o', 'o', 0, 0, 0, 1, 0 };

    plain.extra = 0;
    bytes = save(plain);
    g_byte_array_set_size(bytes, bytes->len - 1);
    g_byte_array_append(bytes, other, sizeof(other));
    expect_refused(bytes->data, bytes->len, "no subsection 'foo'");
}

static void test_version(void)
{
    g_autoptr(GByteArray) bytes = save(sample);
    QEMUFile *f = qemu_file_new_input(bytes->data, bytes->len);
    Outer o = { 0 };
    Error *err = NULL;

    g_assert_cmpint(vmstate_load_state(f, &vmstate_outer, &o, 3, &err), <, 0);
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "'outer' has version 3 in the stream, known are 2 to 2");
    error_free(err);
    qemu_file_free(f);
}

static void test_post_load_refuses(void)
{
    g_autoptr(GByteArray) bytes = save(sample);
    Outer o = { .refuse = -EINVAL };
    Error *err = NULL;

    g_assert_cmpint(load(bytes->data, bytes->len, &o, &err), ==, -EINVAL);
    g_assert_nonnull(
        strstr(error_get_pretty(err), "'outer' does not accept the state"));
    error_free(err);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vmstate/round-trip", test_round_trip);
    g_test_add_func("/vmstate/subsection-is-left-out", test_subsection_is_left_out);
    g_test_add_func("/vmstate/truncated-at-every-byte", test_truncated_at_every_byte);
    g_test_add_func("/vmstate/bad-values", test_bad_values);
    g_test_add_func("/vmstate/unknown-subsection", test_unknown_subsection);
    g_test_add_func("/vmstate/version", test_version);
    g_test_add_func("/vmstate/post-load-refuses", test_post_load_refuses);
    return g_test_run();
}
