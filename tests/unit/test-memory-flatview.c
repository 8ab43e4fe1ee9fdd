/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is visible: overlap, aliases, sharing, listeners, and a random model. */
#include "qemu/osdep.h"
#include "memory-test.h"

static MemoryRegion *at(AddressSpace *as, hwaddr addr, hwaddr *xlat)
{
    hwaddr off, len = 1;
    MemoryRegion *mr = address_space_translate(as, addr, &off, &len, false, UNSPEC);

    if (xlat) {
        *xlat = off;
    }
    return memory_region_is_ram(mr) ? mr : NULL;
}

/* --- by hand --- */

static void test_priority(void)
{
    MemoryRegion *root = new_container("root", UINT64_MAX);
    MemoryRegion *low = new_ram("low", 16 * KIB), *high = new_ram("high", 4 * KIB);
    AddressSpace as;
    hwaddr off;

    address_space_init(&as, root, "prio");
    memory_region_add_subregion_overlap(root, 0x1000, low, -1);
    memory_region_add_subregion_overlap(root, 0x2000, high, 5);
    g_assert_true(at(&as, 0x1fff, &off) == low);
    g_assert_cmphex(off, ==, 0xfff);
    g_assert_true(at(&as, 0x2000, &off) == high);
    g_assert_true(at(&as, 0x3000, &off) == low);
    g_assert_cmphex(off, ==, 0x2000);
    g_assert_null(at(&as, 0xfff, NULL));
    g_assert_null(at(&as, 0x5000, NULL));

    memory_region_set_enabled(high, false);
    g_assert_true(at(&as, 0x2000, NULL) == low);
    memory_region_set_enabled(high, true);
    memory_region_set_address(high, 0x4800);
    g_assert_true(at(&as, 0x4800, NULL) == high);
    g_assert_true(at(&as, 0x57ff, NULL) == high);
    g_assert_null(at(&as, 0x5800, NULL));
    memory_region_set_size(low, 4 * KIB);
    g_assert_null(at(&as, 0x2000, NULL));

    address_space_destroy(&as);
    free_region(high);
    free_region(low);
    free_region(root);
}

/* The last byte of the space, and a size of 2^64. */
static void test_full_space(void)
{
    MemoryRegion *root = new_container("root", UINT64_MAX),
                 *ram = new_ram("r", 8 * KIB);
    MemoryRegion *alias = new_alias("all", root, 0, UINT64_MAX);
    MemoryRegion *outer = new_container("outer", UINT64_MAX);
    MemoryRegionSection s;
    AddressSpace as, as2;
    MemTxResult r;

    g_assert_cmphex(memory_region_size(root), ==, UINT64_MAX);
    address_space_init(&as, root, "full");
    memory_region_add_subregion(root, UINT64_MAX - 4095, ram);
    address_space_stb(&as, UINT64_MAX, 0x42, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmphex(address_space_ldub(&as, UINT64_MAX, UNSPEC, NULL), ==, 0x42);
    /* Over the end of the space: no wrap to 0. */
    address_space_ldl_le(&as, UINT64_MAX - 1, UNSPEC, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_null(at(&as, 0, NULL));
    s = memory_region_find(root, UINT64_MAX - 10, UINT64_MAX);
    g_assert_true(s.mr == ram);
    g_assert_cmpuint(int128_get64(s.size), ==, 11);

    memory_region_add_subregion(outer, 0, alias);
    address_space_init(&as2, outer, "outer");
    g_assert_cmphex(address_space_ldub(&as2, UINT64_MAX, UNSPEC, NULL), ==, 0x42);
    g_assert_true(as.current_map == as2.current_map);

    address_space_destroy(&as2);
    address_space_destroy(&as);
    free_region(alias);
    free_region(outer);
    free_region(ram);
    free_region(root);
}

static void test_alias(void)
{
    MemoryRegion *root = new_container("root", UINT64_MAX);
    MemoryRegion *ram = new_ram("ram", 16 * KIB);
    MemoryRegion *a = new_alias("a", ram, 0x1000, 0x1000);
    MemoryRegion *b = new_alias("b", ram, 0x2000, 0x1000);
    AddressSpace as;
    hwaddr off, len;

    address_space_init(&as, root, "alias");
    memory_region_add_subregion(root, 0x10000, a);
    memory_region_add_subregion(root, 0x11000, b);
    g_assert_true(memory_region_is_mapped(ram));
    g_assert_true(at(&as, 0x10010, &off) == ram);
    g_assert_cmphex(off, ==, 0x1010);
    /* Neighbours that show neighbours are one piece. */
    len = 0x2000;
    RCU_READ_LOCK_GUARD();
    address_space_translate(&as, 0x10000, &off, &len, false, UNSPEC);
    g_assert_cmphex(len, ==, 0x2000);
    memory_region_set_alias_offset(b, 0x3000);
    g_assert_true(at(&as, 0x11000, &off) == ram);
    g_assert_cmphex(off, ==, 0x3000);
    /* A read-only window onto RAM. */
    memory_region_set_readonly(a, true);
    g_assert_false(address_space_access_valid(&as, 0x10000, 1, true, UNSPEC));
    g_assert_true(address_space_access_valid(&as, 0x10000, 1, false, UNSPEC));
    /* What is disabled is not seen through a window either. */
    memory_region_set_enabled(ram, false);
    g_assert_null(at(&as, 0x10010, NULL));

    address_space_destroy(&as);
    memory_region_del_subregion(root, a);
    memory_region_del_subregion(root, b);
    g_assert_false(memory_region_is_mapped(ram));
    rcu_read_unlock();
    free_region(a);
    free_region(b);
    free_region(ram);
    free_region(root);
    rcu_read_lock();
}

/* --- sharing and transactions --- */

static void test_sharing(void)
{
    MemoryRegion *root = new_container("root", UINT64_MAX),
                 *ram = new_ram("r", 4 * KIB);
    MemoryRegion *wrap = new_container("wrap", UINT64_MAX);
    MemoryRegion *alias = new_alias("bus-master", root, 0, UINT64_MAX);
    AddressSpace a, b, c;
    FlatView *before;

    memory_region_add_subregion(root, 0, ram);
    memory_region_add_subregion(wrap, 0, alias);
    memory_region_set_enabled(alias, false);
    address_space_init(&a, root, "a");
    address_space_init(&b, root, "b");
    address_space_init(&c, wrap, "c");
    g_assert_true(a.current_map == b.current_map);
    g_assert_true(c.current_map != a.current_map);
    g_assert_null(at(&c, 0, NULL));
    memory_region_set_enabled(alias, true);
    g_assert_true(a.current_map == c.current_map);
    /* A commit that changes nothing keeps the view. */
    before = a.current_map;
    memory_region_transaction_begin();
    memory_region_set_enabled(ram, false);
    memory_region_set_enabled(ram, true);
    memory_region_transaction_commit();
    g_assert_true(a.current_map == before);
    g_assert_true(b.current_map == before);
    memory_region_set_address(ram, 0x1000);
    g_assert_true(a.current_map == b.current_map && b.current_map == c.current_map);

    address_space_destroy(&c);
    address_space_destroy(&b);
    address_space_destroy(&a);
    free_region(alias);
    free_region(wrap);
    free_region(ram);
    free_region(root);
}

typedef struct Watch {
    MemoryListener listener;
    unsigned begin, commit, add, del, nop;
    hwaddr last_add;
} Watch;

static void watch_begin(MemoryListener *l)
{
    container_of(l, Watch, listener)->begin++;
}

static void watch_commit(MemoryListener *l)
{
    container_of(l, Watch, listener)->commit++;
}

static void watch_add(MemoryListener *l, MemoryRegionSection *s)
{
    Watch *w = container_of(l, Watch, listener);

    w->add++;
    w->last_add = s->offset_within_address_space;
}

static void watch_del(MemoryListener *l, MemoryRegionSection *s)
{
    container_of(l, Watch, listener)->del++;
}

static void watch_nop(MemoryListener *l, MemoryRegionSection *s)
{
    container_of(l, Watch, listener)->nop++;
}

static void test_listener(void)
{
    MemoryRegion *root = new_container("root", UINT64_MAX);
    MemoryRegion *a = new_ram("a", 4 * KIB), *b = new_ram("b", 4 * KIB);
    AddressSpace as;
    Watch w = { .listener = { .begin = watch_begin,
                              .commit = watch_commit,
                              .region_add = watch_add,
                              .region_del = watch_del,
                              .region_nop = watch_nop } };

    address_space_init(&as, root, "listen");
    memory_region_add_subregion(root, 0, a);
    memory_listener_register(&w.listener, &as);
    g_assert_cmpuint(w.add, ==, 1);
    g_assert_cmpuint(w.commit, ==, 1);
    memory_region_add_subregion(root, 0x2000, b);
    g_assert_cmpuint(w.add, ==, 2);
    g_assert_cmpuint(w.nop, ==, 1);
    g_assert_cmphex(w.last_add, ==, 0x2000);
    /* Nested transactions: one commit, and only what really changed. */
    memory_region_transaction_begin();
    memory_region_transaction_begin();
    memory_region_set_address(b, 0x3000);
    memory_region_transaction_commit();
    memory_region_set_address(b, 0x4000);
    g_assert_cmpuint(w.del, ==, 0);
    memory_region_transaction_commit();
    g_assert_cmpuint(w.del, ==, 1);
    g_assert_cmpuint(w.add, ==, 3);
    g_assert_cmphex(w.last_add, ==, 0x4000);
    g_assert_cmpuint(w.begin, ==, w.commit);
    memory_listener_unregister(&w.listener);
    g_assert_cmpuint(w.del, ==, 3);
    memory_region_set_enabled(a, false);
    g_assert_cmpuint(w.del, ==, 3);

    address_space_destroy(&as);
    free_region(a);
    free_region(b);
    free_region(root);
}

static void test_find(void)
{
    MemoryRegion *root = new_container("root", UINT64_MAX);
    MemoryRegion *box = new_container("box", 64 * KIB), *ram = new_ram("r", 4 * KIB);
    MemoryRegionSection s;
    AddressSpace as;

    memory_region_add_subregion(box, 0x2000, ram);
    memory_region_add_subregion(root, 0x100000, box);
    g_assert_null(memory_region_find(box, 0, 0x10000).mr); /* no address space */
    address_space_init(&as, root, "find");
    s = memory_region_find(box, 0x1800, 0x1000);
    g_assert_true(s.mr == ram);
    g_assert_cmphex(s.offset_within_address_space, ==, 0x102000);
    g_assert_cmphex(s.offset_within_region, ==, 0);
    g_assert_cmphex(int128_get64(s.size), ==, 0x800);
    s = memory_region_find(root, 0x102345, 1);
    g_assert_true(s.mr == ram);
    g_assert_cmphex(s.offset_within_region, ==, 0x345);
    g_assert_null(memory_region_find(root, 0x103000, 0x100).mr);
    g_assert_null(memory_region_find(root, 0x102000, 0).mr);
    g_assert_true(memory_region_present(box, 0x2fff));
    g_assert_false(memory_region_present(box, 0x3000));

    address_space_destroy(&as);
    free_region(ram);
    free_region(box);
    free_region(root);
}

static void test_print(void)
{
    MemoryRegion *root = new_container("root", 64 * KIB), *ram = new_ram("r", 4 * KIB);
    MemoryRegion *a = new_alias("window", ram, 0x800, 0x400);
    g_autoptr(GString) tree = g_string_new(NULL), flat = g_string_new(NULL);
    AddressSpace as;

    memory_region_add_subregion(root, 0x1000, a);
    address_space_init(&as, root, "printed");
    memory_print_tree(tree, false);
    g_assert_nonnull(strstr(tree->str, "address-space: printed\n"
                                       "  0000000000000000-000000000000ffff (prio 0, "
                                       "container): root\n"
                                       "    0000000000001000-00000000000013ff (prio 0, "
                                       "alias): window @r 0000000000000800\n"));
    memory_print_tree(flat, true);
    g_assert_nonnull(strstr(flat->str, "  0000000000001000-00000000000013ff (ram): r "
                                       "@0000000000000800\n"));
    address_space_destroy(&as);
    free_region(a);
    free_region(ram);
    free_region(root);
}

/* --- random trees against a model that knows nothing of flat views --- */

#define SPACE    512 /* pages of the test's address space */
#define NR_NODES 24
#define PAGE     4096ULL

typedef enum { NODE_FREE, NODE_BOX, NODE_RAM, NODE_ALIAS } NodeKind;

typedef struct Node {
    NodeKind kind;
    MemoryRegion *mr;
    int parent;          /* -1: not in the tree */
    int target;          /* of an alias */
    uint64_t offset;     /* of an alias, pages */
    uint64_t addr, size; /* pages */
    int priority;
    unsigned born; /* of equal priorities the later wins */
    bool enabled;
} Node;

typedef struct Model {
    Node node[NR_NODES]; /* node 0 is the root */
    unsigned clock;
    unsigned hits, depths; /* pages where something was seen, and not at the root */
} Model;

typedef struct Hit {
    int node; /* -1: nothing */
    uint64_t page;
} Hit;

/* What is at page @p (relative to it) of node @n: recursion straight from the rules. */
static Hit model_at(Model *m, int n, uint64_t p)
{
    Node *node = &m->node[n];
    bool done[NR_NODES] = { false };

    if (!node->enabled || p >= node->size) {
        return (Hit){ -1 };
    }
    if (node->kind == NODE_ALIAS) {
        return model_at(m, node->target, p + node->offset);
    }
    while (true) {
        int best = -1;
        Hit hit;

        for (int i = 0; i < NR_NODES; i++) {
            Node *c = &m->node[i];

            if (c->kind != NODE_FREE && c->parent == n && !done[i] &&
                (best < 0 || c->priority > m->node[best].priority ||
                 (c->priority == m->node[best].priority &&
                  c->born > m->node[best].born))) {
                best = i;
            }
        }
        if (best < 0) {
            break;
        }
        done[best] = true;
        if (p >= m->node[best].addr) {
            hit = model_at(m, best, p - m->node[best].addr);
            if (hit.node >= 0) {
                return hit;
            }
        }
    }
    return node->kind == NODE_RAM ? (Hit){ n, p } : (Hit){ -1 };
}

static bool is_below(Model *m, int n, int ancestor)
{
    for (; n >= 0; n = m->node[n].parent) {
        if (n == ancestor) {
            return true;
        }
    }
    return false;
}

static void make_node(Model *m, int n)
{
    /* By number, not by chance: every seed has enough of each to hold the others. */
    static const NodeKind kinds[] = { NODE_BOX, NODE_RAM, NODE_RAM, NODE_ALIAS };
    Node *node = &m->node[n];
    NodeKind kind = kinds[n % 4];

    *node = (Node){
        .parent = -1,
        .size = g_test_rand_int_range(SPACE / 16, SPACE / 4),
        .enabled = true,
    };
    if (kind == NODE_ALIAS) {
        node->target = g_test_rand_int_range(1, NR_NODES);
        node->offset = g_test_rand_int_range(0, SPACE / 8);
        if (m->node[node->target].kind != NODE_RAM) {
            return;
        }
        node->mr = new_alias("alias", m->node[node->target].mr, node->offset * PAGE,
                             node->size * PAGE);
    } else {
        node->mr = kind == NODE_RAM ? new_ram("ram", node->size * PAGE)
                                    : new_container("box", node->size * PAGE);
    }
    node->kind = kind;
}

/* RAM holds no aliases, so that no alias can lead to itself. */
static bool can_hold(Model *m, int parent, int n)
{
    NodeKind kind = m->node[n].kind;

    switch (m->node[parent].kind) {
    case NODE_BOX:
        return true;
    case NODE_RAM:
        return kind == NODE_RAM;
    default:
        return false;
    }
}

/* Numbers that 4 divides are boxes: most of them in the root, the others in them. */
static int some_parent(int n)
{
    int any = g_test_rand_int_range(0, NR_NODES);
    unsigned chance = g_test_rand_int_range(0, 8);

    if (chance == 0) {
        return any;
    }
    return n % 4 == 0 || chance < 4 ? 0 : any - any % 4;
}

static void toggle_place(Model *m, int n)
{
    Node *node = &m->node[n];
    int parent = some_parent(n);

    if (node->parent >= 0 && g_test_rand_bit()) {
        return; /* rather full than empty */
    }
    if (node->parent >= 0) {
        memory_region_del_subregion(m->node[node->parent].mr, node->mr);
        node->parent = -1;
        return;
    }
    if (is_below(m, parent, n) || !can_hold(m, parent, n)) {
        return;
    }
    node->addr = g_test_rand_int_range(0, m->node[parent].size);
    node->priority = g_test_rand_int_range(-1, 2);
    node->born = ++m->clock;
    node->parent = parent;
    memory_region_add_subregion_overlap(m->node[parent].mr, node->addr * PAGE, node->mr,
                                        node->priority);
}

static void change_something(Model *m)
{
    int n = g_test_rand_int_range(1, NR_NODES);
    Node *node = &m->node[n];

    if (node->kind == NODE_FREE) {
        make_node(m, n);
        return;
    }
    switch (g_test_rand_int_range(0, 6)) {
    case 0:
        node->enabled = !node->enabled;
        memory_region_set_enabled(node->mr, node->enabled);
        break;
    case 1:
        node->addr = g_test_rand_int_range(0, SPACE / 2);
        memory_region_set_address(node->mr, node->addr * PAGE);
        break;
    case 2:
        if (node->kind == NODE_ALIAS) {
            node->offset = g_test_rand_int_range(0, SPACE / 8);
            memory_region_set_alias_offset(node->mr, node->offset * PAGE);
        } else if (node->kind == NODE_BOX) {
            node->size = g_test_rand_int_range(1, SPACE / 4);
            memory_region_set_size(node->mr, node->size * PAGE);
        }
        break;
    default:
        toggle_place(m, n);
    }
}

static void compare(Model *m, AddressSpace *as)
{
    RCU_READ_LOCK_GUARD();

    for (uint64_t p = 0; p < SPACE; p++) {
        Hit want = model_at(m, 0, p);
        hwaddr off;
        MemoryRegion *mr = at(as, p * PAGE + (p & 0xfff), &off);

        if (want.node < 0) {
            g_assert_null(mr);
        } else {
            m->hits++;
            m->depths += m->node[want.node].parent != 0;
            g_assert_true(mr == m->node[want.node].mr);
            g_assert_cmphex(off, ==, want.page * PAGE + (p & 0xfff));
        }
    }
}

static void test_model(void)
{
    unsigned steps = g_test_slow() ? 20000 : 1500;
    g_autofree Model *m = g_new0(Model, 1);
    AddressSpace as;

    m->node[0] =
        (Node){ .kind = NODE_BOX, .parent = -1, .size = SPACE, .enabled = true };
    m->node[0].mr = new_container("root", SPACE * PAGE);
    address_space_init(&as, m->node[0].mr, "model");
    for (unsigned i = 0; i < steps; i++) {
        unsigned burst = g_test_rand_int_range(1, 4);

        memory_region_transaction_begin();
        for (unsigned k = 0; k < burst; k++) {
            change_something(m);
        }
        memory_region_transaction_commit();
        compare(m, &as);
    }
    /* The comparison was about something. */
    g_assert_cmpuint(m->hits, >, steps * SPACE / 10);
    g_assert_cmpuint(m->depths, >, steps * SPACE / 200);
    address_space_destroy(&as);
    for (int n = NR_NODES - 1; n >= 0; n--) {
        if (m->node[n].kind != NODE_FREE && m->node[n].parent >= 0) {
            memory_region_del_subregion(m->node[m->node[n].parent].mr, m->node[n].mr);
        }
    }
    for (int n = NR_NODES - 1; n >= 0; n--) {
        if (m->node[n].kind != NODE_FREE) {
            free_region(m->node[n].mr);
        }
    }
}

int main(int argc, char **argv)
{
    memory_test_init(&argc, &argv);
    g_test_add_func("/memory-flatview/priority", test_priority);
    g_test_add_func("/memory-flatview/full-space", test_full_space);
    g_test_add_func("/memory-flatview/alias", test_alias);
    g_test_add_func("/memory-flatview/sharing", test_sharing);
    g_test_add_func("/memory-flatview/listener", test_listener);
    g_test_add_func("/memory-flatview/find", test_find);
    g_test_add_func("/memory-flatview/print", test_print);
    g_test_add_func("/memory-flatview/model", test_model);
    return g_test_run();
}
