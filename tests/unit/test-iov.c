/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/iov.h"

/* Three elements, the middle one empty, over "abcdefghij". */
typedef struct Fixture {
    char mem[11];
    struct iovec iov[3];
} Fixture;

static void setup(Fixture *f)
{
    memcpy(f->mem, "abcdefghij", 11);
    f->iov[0] = (struct iovec){ f->mem, 4 };
    f->iov[1] = (struct iovec){ NULL, 0 };
    f->iov[2] = (struct iovec){ f->mem + 4, 6 };
}

static void test_size(void)
{
    Fixture f;
    struct iovec huge[2] = { { NULL, SIZE_MAX }, { NULL, 2 } };

    setup(&f);
    g_assert_cmpuint(iov_size(f.iov, 3), ==, 10);
    g_assert_cmpuint(iov_size(f.iov, 0), ==, 0);
    g_assert_cmpuint(iov_size(huge, 2), ==, SIZE_MAX);
}

static void test_copy_bytes(void)
{
    Fixture f;
    char buf[16] = "";

    setup(&f);
    g_assert_cmpuint(iov_to_buf(f.iov, 3, 2, buf, 5), ==, 5);
    g_assert_cmpstr(buf, ==, "cdefg");
    g_assert_cmpuint(iov_to_buf(f.iov, 3, 8, buf, 16), ==, 2); /* short */
    g_assert_cmpuint(iov_to_buf(f.iov, 3, 10, buf, 1), ==, 0);
    g_assert_cmpuint(iov_to_buf(f.iov, 3, SIZE_MAX, buf, 1), ==, 0);
    g_assert_cmpuint(iov_from_buf(f.iov, 3, 3, "XY", 2), ==, 2);
    g_assert_cmpstr(f.mem, ==, "abcXYfghij");
    g_assert_cmpuint(iov_memset(f.iov, 3, 9, '!', 5), ==, 1);
    g_assert_cmpstr(f.mem, ==, "abcXYfghi!");
}

static void test_slice(void)
{
    struct iovec dst[2];
    Fixture f;

    setup(&f);
    g_assert_cmpuint(iov_copy(dst, 2, f.iov, 3, 3, 3), ==, 2);
    g_assert_true(dst[0].iov_base == f.mem + 3 && dst[0].iov_len == 1);
    g_assert_true(dst[1].iov_base == f.mem + 4 && dst[1].iov_len == 2);
    g_assert_cmpuint(iov_copy(dst, 1, f.iov, 3, 3, 3), ==, 1);
    g_assert_cmpuint(iov_copy(dst, 2, f.iov, 3, 10, 3), ==, 0);
}

static void test_discard(void)
{
    struct iovec *iov;
    unsigned n = 3;
    Fixture f;

    setup(&f);
    iov = f.iov;
    g_assert_cmpuint(iov_discard_front(&iov, &n, 5), ==, 5);
    g_assert_cmpuint(n, ==, 1);
    g_assert_true(iov[0].iov_base == f.mem + 5 && iov[0].iov_len == 5);
    g_assert_cmpuint(iov_discard_back(iov, &n, 2), ==, 2);
    g_assert_cmpuint(iov[0].iov_len, ==, 3);
    g_assert_cmpuint(iov_discard_back(iov, &n, 9), ==, 3);
    g_assert_cmpuint(n, ==, 0);
    g_assert_cmpuint(iov_discard_front(&iov, &n, 1), ==, 0);
}

static void test_vector(void)
{
    QEMUIOVector v;
    char a[3], b[2], out[5];

    qemu_iovec_init(&v, 0);
    qemu_iovec_add(&v, a, 3);
    qemu_iovec_add(&v, b, 2);
    g_assert_cmpuint(v.size, ==, 5);
    g_assert_cmpuint(qemu_iovec_from_buf(&v, 0, "12345", 5), ==, 5);
    g_assert_cmpmem(b, 2, "45", 2);
    g_assert_cmpuint(qemu_iovec_to_buf(&v, 1, out, 5), ==, 4);
    g_assert_cmpmem(out, 4, "2345", 4);
    qemu_iovec_reset(&v);
    g_assert_cmpuint(v.size, ==, 0);
    qemu_iovec_destroy(&v);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/iov/size", test_size);
    g_test_add_func("/iov/bytes", test_copy_bytes);
    g_test_add_func("/iov/slice", test_slice);
    g_test_add_func("/iov/discard", test_discard);
    g_test_add_func("/iov/vector", test_vector);
    return g_test_run();
}
