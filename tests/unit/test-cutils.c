/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"
#include "qemu/id.h"
#include "qemu/units.h"

static void test_integers(void)
{
    const char *end;
    uint64_t u;
    int64_t s;
    int i;
    unsigned n;

    g_assert_cmpint(qemu_strtou64("0x10", NULL, 0, &u), ==, 0);
    g_assert_cmpuint(u, ==, 16);
    g_assert_cmpint(qemu_strtou64("12x", NULL, 0, &u), ==, -EINVAL);
    g_assert_cmpint(qemu_strtou64("12x", &end, 0, &u), ==, 0);
    g_assert_cmpstr(end, ==, "x");
    g_assert_cmpint(qemu_strtou64("", NULL, 0, &u), ==, -EINVAL);
    g_assert_cmpint(qemu_strtou64(NULL, NULL, 0, &u), ==, -EINVAL);
    g_assert_cmpint(qemu_strtou64("18446744073709551616", NULL, 0, &u), ==, -ERANGE);
    g_assert_cmpint(qemu_strtoi64("-9223372036854775808", NULL, 0, &s), ==, 0);
    g_assert_cmpint(s, ==, INT64_MIN);
    g_assert_cmpint(qemu_strtoi("2147483648", NULL, 0, &i), ==, -ERANGE);
    g_assert_cmpint(i, ==, INT_MAX);
    g_assert_cmpint(qemu_strtoui("4294967295", NULL, 0, &n), ==, 0);
    g_assert_cmpuint(n, ==, UINT_MAX);
    g_assert_cmpint(parse_uint_full("-1", 0, &u), ==, -EINVAL);
    g_assert_cmpint(parse_uint_full(" 7", 0, &u), ==, 0);
    g_assert_cmpint(parse_uint_full("7 ", 0, &u), ==, -EINVAL);
    g_assert_cmpint(qemu_parse_fd("3"), ==, 3);
    g_assert_cmpint(qemu_parse_fd("-3"), ==, -1);
}

static void test_sizes(void)
{
    static const struct {
        const char *str;
        int ret;
        uint64_t value;
    } cases[] = {
        { "0", 0, 0 },
        { "1024", 0, 1024 },
        { "0x20", 0, 32 },
        { "1k", 0, 1024 },
        { "128M", 0, 128 * MiB },
        { "1.5G", 0, 3 * GiB / 2 },
        { "8E", 0, UINT64_C(1) << 63 },
        { "16E", -ERANGE, 0 },
        { "18446744073709551615", 0, UINT64_MAX },
        { "18446744073709551616", -ERANGE, 0 },
        { "1.5", -EINVAL, 0 },
        { "-1", -EINVAL, 0 },
        { "M", -EINVAL, 0 },
        { "", -EINVAL, 0 },
        { "1Mx", -EINVAL, 0 },
        { "1X", -EINVAL, 0 },
        { NULL, -EINVAL, 0 },
    };
    const char *end;
    uint64_t v;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        g_assert_cmpint(qemu_strtosz(cases[i].str, NULL, &v), ==, cases[i].ret);
        g_assert_cmpuint(v, ==, cases[i].value);
    }
    g_assert_cmpint(qemu_strtosz_MiB("3", NULL, &v), ==, 0);
    g_assert_cmpuint(v, ==, 3 * MiB);
    g_assert_cmpint(qemu_strtosz("4k,x", &end, &v), ==, 0);
    g_assert_cmpstr(end, ==, ",x");
}

static void test_strings(void)
{
    char buf[4];
    const char *rest;
    g_autofree char *size = size_to_str(128 * MiB);

    g_assert_cmpstr(size, ==, "128 MiB");
    pstrcpy(buf, sizeof(buf), "abcdef");
    g_assert_cmpstr(buf, ==, "abc");
    strpadcpy(buf, sizeof(buf), "x", ' ');
    g_assert_cmpmem(buf, 4, "x   ", 4);
    g_assert_true(strstart("unix:/p", "unix:", &rest));
    g_assert_cmpstr(rest, ==, "/p");
    g_assert_false(strstart("uni", "unix:", NULL));
    g_assert_true(buffer_is_zero("\0\0\0", 3));
    g_assert_false(buffer_is_zero("\0\0\1", 3));
    g_assert_true(buffer_is_zero(NULL, 0));
}

static void test_ids(void)
{
    g_autofree char *a = id_generate(ID_NET), *b = id_generate(ID_NET);

    g_assert_true(id_wellformed("net0"));
    g_assert_true(id_wellformed("a.b-c_d"));
    g_assert_false(id_wellformed(""));
    g_assert_false(id_wellformed("0net"));
    g_assert_false(id_wellformed("a/b"));
    g_assert_cmpstr(a, !=, b);
    g_assert_false(id_wellformed(a));
}

static void test_bits(void)
{
    g_autofree unsigned long *map = bitmap_new(130);

    g_assert_true(bitmap_empty(map, 130));
    g_assert_cmpuint(find_first_bit(map, 130), ==, 130);
    bitmap_set(map, 60, 10);
    g_assert_cmpuint(find_first_bit(map, 130), ==, 60);
    g_assert_cmpuint(find_next_zero_bit(map, 130, 60), ==, 70);
    g_assert_cmpuint(find_next_bit(map, 65, 70), ==, 65);
    set_bit(129, map);
    g_assert_cmpuint(find_next_bit(map, 129, 70), ==, 129);
    bitmap_set(map, 0, 130);
    g_assert_true(bitmap_full(map, 130));
    g_assert_cmphex(extract64(0xf0ULL, 4, 64 - 4), ==, 0xf);
    g_assert_cmphex(deposit32(0xffffffff, 8, 8, 0), ==, 0xffff00ff);
    g_assert_cmpint(sextract32(0x80, 0, 8), ==, -128);
    g_assert_cmpuint(pow2ceil(0), ==, 1);
    g_assert_cmpuint(pow2ceil(5), ==, 8);
    g_assert_cmpuint(pow2ceil(UINT64_MAX), ==, 0);
    g_assert_cmpuint(pow2floor(5), ==, 4);
    g_assert_cmphex(revbit32(1), ==, 0x80000000);
    g_assert_cmphex(ror32(1, 0), ==, 1);
    g_assert_cmphex(rol64(UINT64_C(1) << 63, 1), ==, 1);
    g_assert_cmpuint(muldiv64(UINT64_MAX, 1000, 1000), ==, UINT64_MAX);
}

static void test_byte_order(void)
{
    uint8_t b[9];

    stq_le_p(b + 1, 0x0102030405060708); /* unaligned on purpose */
    g_assert_cmphex(b[1], ==, 8);
    g_assert_cmphex(ldl_le_p(b + 1), ==, 0x05060708);
    g_assert_cmphex(lduw_be_p(b + 1), ==, 0x0807);
    g_assert_cmphex(ldn_be_p(b + 1, 4), ==, 0x08070605);
    stn_be_p(b, 2, 0x1234);
    g_assert_cmphex(b[0], ==, 0x12);
    g_assert_cmphex(be32_to_cpu(cpu_to_be32(0x11223344)), ==, 0x11223344);
    stw_be_p(b, 0xff80);
    g_assert_cmpint(ldsw_be_p(b), ==, -128);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cutils/integers", test_integers);
    g_test_add_func("/cutils/sizes", test_sizes);
    g_test_add_func("/cutils/strings", test_strings);
    g_test_add_func("/cutils/ids", test_ids);
    g_test_add_func("/cutils/bits", test_bits);
    g_test_add_func("/cutils/byte-order", test_byte_order);
    return g_test_run();
}
