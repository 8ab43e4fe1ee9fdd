/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/notify.h"
#include "qemu/queue.h"

typedef struct Elem {
    char name;
    QLIST_ENTRY(Elem) l;
    QSLIST_ENTRY(Elem) s;
    QSIMPLEQ_ENTRY(Elem) q;
    QTAILQ_ENTRY(Elem) t;
} Elem;

static Elem a = { 'a' }, b = { 'b' }, c = { 'c' }, d = { 'd' };

#define EXPECT(foreach, head, field, want)                                             \
    do {                                                                               \
        g_autoptr(GString) got = g_string_new(NULL);                                   \
        Elem *x_;                                                                      \
        foreach(x_, head, field)                                                       \
        {                                                                              \
            g_string_append_c(got, x_->name);                                          \
        }                                                                              \
        g_assert_cmpstr(got->str, ==, want);                                           \
    } while (0)

static void test_list(void)
{
    QLIST_HEAD(, Elem) h = QLIST_HEAD_INITIALIZER(h);
    Elem *e, *next;

    g_assert_true(QLIST_EMPTY(&h));
    QLIST_INSERT_HEAD(&h, &b, l);
    QLIST_INSERT_HEAD(&h, &a, l);
    QLIST_INSERT_AFTER(&b, &d, l);
    QLIST_INSERT_BEFORE(&d, &c, l);
    EXPECT(QLIST_FOREACH, &h, l, "abcd");
    QLIST_REMOVE(&d, l);
    QLIST_REMOVE(&a, l);
    g_assert_false(QLIST_IS_INSERTED(&a, l));
    QLIST_SAFE_REMOVE(&a, l);
    EXPECT(QLIST_FOREACH, &h, l, "bc");
    QLIST_FOREACH_SAFE(e, &h, l, next) {
        QLIST_REMOVE(e, l);
    }
    g_assert_true(QLIST_EMPTY(&h));
}

static void test_stack(void)
{
    QSLIST_HEAD(, Elem) h = QSLIST_HEAD_INITIALIZER(h);

    QSLIST_INSERT_HEAD(&h, &a, s);
    QSLIST_INSERT_HEAD(&h, &b, s);
    EXPECT(QSLIST_FOREACH, &h, s, "ba");
    QSLIST_REMOVE_HEAD(&h, s);
    g_assert_true(QSLIST_FIRST(&h) == &a && !QSLIST_NEXT(&a, s));
}

static void test_simple_queue(void)
{
    QSIMPLEQ_HEAD(Q, Elem) h = QSIMPLEQ_HEAD_INITIALIZER(h), h2;

    QSIMPLEQ_INIT(&h2);
    QSIMPLEQ_INSERT_TAIL(&h, &b, q);
    QSIMPLEQ_INSERT_TAIL(&h, &c, q);
    QSIMPLEQ_INSERT_HEAD(&h, &a, q);
    EXPECT(QSIMPLEQ_FOREACH, &h, q, "abc");
    QSIMPLEQ_REMOVE(&h, &c, Elem, q); /* the tail moves */
    QSIMPLEQ_INSERT_TAIL(&h2, &d, q);
    QSIMPLEQ_CONCAT(&h, &h2);
    EXPECT(QSIMPLEQ_FOREACH, &h, q, "abd");
    g_assert_true(QSIMPLEQ_EMPTY(&h2));
    QSIMPLEQ_REMOVE_HEAD(&h, q);
    QSIMPLEQ_REMOVE_HEAD(&h, q);
    QSIMPLEQ_REMOVE_HEAD(&h, q);
    g_assert_true(QSIMPLEQ_EMPTY(&h));
    QSIMPLEQ_INSERT_TAIL(&h, &a, q);
    EXPECT(QSIMPLEQ_FOREACH, &h, q, "a");
}

static void test_tail_queue(void)
{
    QTAILQ_HEAD(, Elem) h = QTAILQ_HEAD_INITIALIZER(h);
    Elem *e, *next;

    g_assert_null(QTAILQ_LAST(&h));
    QTAILQ_INSERT_TAIL(&h, &c, t);
    QTAILQ_INSERT_HEAD(&h, &a, t);
    QTAILQ_INSERT_AFTER(&h, &c, &d, t);
    QTAILQ_INSERT_BEFORE(&c, &b, t);
    EXPECT(QTAILQ_FOREACH, &h, t, "abcd");
    EXPECT(QTAILQ_FOREACH_REVERSE, &h, t, "dcba");
    g_assert_true(QTAILQ_LAST(&h) == &d);
    g_assert_null(QTAILQ_PREV(&a, t));
    QTAILQ_REMOVE(&h, &d, t);
    QTAILQ_REMOVE(&h, &b, t);
    g_assert_false(QTAILQ_IN_USE(&b, t));
    g_assert_true(QTAILQ_IN_USE(&c, t));
    EXPECT(QTAILQ_FOREACH_REVERSE, &h, t, "ca");
    QTAILQ_FOREACH_SAFE(e, &h, t, next) {
        QTAILQ_REMOVE(&h, e, t);
    }
    g_assert_true(QTAILQ_EMPTY(&h) && !QTAILQ_LAST(&h));
}

typedef struct Listener {
    Notifier n;
    int calls;
} Listener;

static void listen_once(Notifier *n, void *data)
{
    container_of(n, Listener, n)->calls += *(int *)data;
    notifier_remove(n);
}

static void test_notifiers(void)
{
    NotifierList list;
    Listener x = { { listen_once } }, y = { { listen_once } };
    int step = 3;

    notifier_list_init(&list);
    notifier_list_add(&list, &x.n);
    notifier_list_add(&list, &y.n);
    notifier_list_notify(&list, &step);
    notifier_list_notify(&list, &step);
    g_assert_cmpint(x.calls, ==, 3);
    g_assert_cmpint(y.calls, ==, 3);
    g_assert_true(notifier_list_empty(&list));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/queue/list", test_list);
    g_test_add_func("/queue/stack", test_stack);
    g_test_add_func("/queue/simple", test_simple_queue);
    g_test_add_func("/queue/tail", test_tail_queue);
    g_test_add_func("/queue/notifiers", test_notifiers);
    return g_test_run();
}
