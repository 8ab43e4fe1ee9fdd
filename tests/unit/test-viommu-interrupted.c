/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A lookup that is interrupted between any two instructions, by the writer.
 *
 * The writer is the handler of a timer's signal. So it comes between two loads of a
 * reader many times a second, where another thread would have to take the processor
 * at the right moment, and stays for as long as it likes. What the lookup then
 * answers must have been right before one of the writer's steps or after it: the
 * writer asks the same, and nothing interrupts it.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include "epoch-reclaim.h"
#include "hw/virtio/viommu-pages.h"
#include "viommu-db-fixture.h"

/* ---- interruptions ---- */

static unsigned nr_interruptions; /* atomic */
static void (*interrupt)(void);

/* Once, after the lookup that was interrupted had time to go on. */
static void arm(void)
{
    const struct itimerval soon = { .it_value.tv_usec = 5 + nr_interruptions % 40 };

    setitimer(ITIMER_REAL, &soon, NULL);
}

static void on_alarm(int number)
{
    int before = errno;

    interrupt();
    __atomic_store_n(&nr_interruptions, nr_interruptions + 1, __ATOMIC_RELAXED);
    arm();
    errno = before;
}

static void begin(void (*fn)(void))
{
    interrupt = fn;
    nr_interruptions = 0;
    epoch_reader_enter(0);
    signal(SIGALRM, on_alarm);
    arm();
}

static bool goes_on(unsigned interruptions)
{
    return __atomic_load_n(&nr_interruptions, __ATOMIC_RELAXED) < interruptions;
}

static void end(void)
{
    const struct itimerval never = { .it_value.tv_usec = 0 };

    signal(SIGALRM, SIG_IGN);
    setitimer(ITIMER_REAL, &never, NULL);
    epoch_reader_leave(0);
}

/* ---- a table comes to the place where another one was looked for ---- */

enum { WINDOW = WINDOW_PAGES * PAGE, IN_TABLE = 64 };

static struct {
    ViommuPages pages;
    uint64_t next; /* atomic; the window whose table comes next */
} row;

static void open_next(void)
{
    uint64_t addr = row.next * WINDOW;
    ViommuWindow *window = viommu_pages_open(&row.pages, addr);

    for (unsigned i = 0; i < IN_TABLE; i++) {
        viommu_pages_set(&row.pages, window, addr + i * PAGE, UINT32_MAX);
    }
    __atomic_store_n(&row.next, row.next + 1, __ATOMIC_RELAXED);
}

static void test_next_door(void)
{
    ViommuLimbo limbo;

    viommu_limbo_init(&limbo, &epoch_reclaim);
    viommu_pages_init(&row.pages, PAGE, &limbo);
    begin(open_next);
    while (goes_on(2000)) {
        /* A window without a table, which has its home where the next one has it. */
        uint64_t next = __atomic_load_n(&row.next, __ATOMIC_RELAXED) + (1ULL << 32);

        for (uint64_t i = 0; i < IN_TABLE; i++) {
            uint64_t addr = next * WINDOW + i * PAGE;

            g_assert_cmphex(viommu_pages_entry(&row.pages, addr), ==, 0);
        }
    }
    end();
    viommu_pages_clear(&row.pages);
    viommu_limbo_flush(&limbo);
    g_assert_cmpuint(epoch_collect(), ==, 0);
}

/* ---- whatever the writer does ---- */

enum {
    N_PAGES = 640,    /* at most */
    FEW_PAGES = 128,  /* at least; more than a table needs */
    MAX_ANSWERS = 64, /* during one lookup */
    MAX_STEPS = 300,  /* of the writer at a time */
};

typedef struct Answer {
    ViommuResult result;
    ViommuAnswer at; /* all 0 unless there is one */
} Answer;

static struct {
    Fixture t;
    ViommuMap *map; /* not NULL: the test is of a map alone */
    uint64_t step;
    unsigned n_pages; /* of this tide; atomic */
    unsigned at;      /* of it: 0 to 4 * n_pages */
    /* The lookup that is under way, and what has been right since it began. */
    uint64_t addr; /* atomic */
    Answer answer[MAX_ANSWERS];
    unsigned n_answers; /* atomic */
} world;

/* Three of four are in a row. */
static uint64_t start_of(unsigned page)
{
    return page % 4 ? (UINT64_C(1) << 40) + page * PAGE
                    : (page * UINT64_C(0x9e3779b1) & 0xffffff) * PAGE;
}

static Answer ask(const ViommuEndpoint *ep, uint64_t addr)
{
    Answer answer;

    memset(&answer, 0, sizeof(answer));
    answer.result =
        world.map ? viommu_map_translate(world.map, addr, &answer.at) ? VIOMMU_HIT
                                                                      : VIOMMU_UNMAPPED
                  : viommu_db_translate(ep, addr, VIOMMU_PERM_READ, &answer.at);
    if (answer.result != VIOMMU_HIT) {
        memset(&answer.at, 0, sizeof(answer.at));
    }
    return answer;
}

/* One fault is as good as another: which one it is changes while the endpoint moves. */
static bool same(Answer a, Answer b)
{
    bool hit = a.result == VIOMMU_HIT;

    return hit == (b.result == VIOMMU_HIT) &&
           (!hit || (a.at.phys == b.at.phys && a.at.mask == b.at.mask &&
                     a.at.flags == b.at.flags));
}

static bool was_right(Answer answer)
{
    for (unsigned i = 0; i < world.n_answers; i++) {
        if (same(answer, world.answer[i])) {
            return true;
        }
    }
    return false;
}

static void note(Answer answer)
{
    unsigned n = world.n_answers;

    if (!was_right(answer)) {
        g_assert_cmpuint(n, <, MAX_ANSWERS);
        world.answer[n] = answer;
        __atomic_store_n(&world.n_answers, n + 1, __ATOMIC_RELAXED);
    }
}

/*
 * An access that began in a domain, or outside of any, may end there, as long as the
 * driver has not been told that the endpoint went elsewhere. So this asks also for
 * endpoint B, which stays in domain 1, and for one that is never attached.
 */
static void note_answers(void)
{
    note(ask(world.t.a, world.addr));
    if (!world.map) {
        note(ask(world.t.b, world.addr));
        note(ask(world.t.msi, world.addr));
    }
}

static void map_range(uint64_t start, uint64_t last, uint32_t flags)
{
    ViommuMapping m = { { start, last }, (world.step & 0xffffff) * PAGE, flags };

    note_answers(); /* what it was before: often nothing for a moment */
    if (world.map) {
        viommu_map_insert(world.map, &m);
    } else {
        viommu_db_map(world.t.db, 1, &m);
    }
}

static void unmap_range(uint64_t start, uint64_t last)
{
    if (world.map) {
        viommu_map_remove(world.map, (ViommuRange){ start, last }, NULL, NULL);
    } else {
        unmap(&world.t, start, last);
    }
}

/* Pages come, so that a table opens; they change; they go. */
static void turn_of_tide(void)
{
    unsigned n = world.n_pages, page = world.at % n;
    bool comes = world.at < n, goes = world.at >= 3 * n;
    uint64_t start;

    if (!comes && !goes) {
        page = g_test_rand_int_range(0, n);
    }
    start = start_of(page);
    unmap_range(start, start + PAGE - 1);
    if (comes || (!goes && g_test_rand_int_range(0, 8))) {
        map_range(start, start + PAGE - 1,
                  page % 7 ? VIOMMU_PERM_RW : VIOMMU_PERM_READ | VIOMMU_PERM_MMIO);
    }
    if (++world.at == 4 * n) {
        world.at = 0;
        __atomic_store_n(&world.n_pages, g_test_rand_int_range(FEW_PAGES, N_PAGES),
                         __ATOMIC_RELAXED);
    }
}

static void step_of_endpoints(void)
{
    ViommuDb *db = world.t.db;

    switch (g_test_rand_int_range(0, 30)) {
    case 0:
        viommu_db_attach(db, 2, EP_A, 0);
        break;
    case 1:
        viommu_db_detach(db, 1, EP_A);
        break;
    case 2:
        viommu_db_attach(db, 3, EP_A, VIOMMU_ATTACH_F_BYPASS);
        break;
    case 3:
        viommu_db_set_bypass(db, g_test_rand_bit());
        break;
    case 4:
        viommu_db_reset(db);
        note_answers();
        viommu_db_set_features(db, VIOMMU_F_ALL);
        viommu_db_attach(db, 1, EP_B, 0);
        break;
    default:
        viommu_db_attach(db, 1, EP_A, 0);
    }
}

static void step(void)
{
    unsigned chance = g_test_rand_int_range(0, 1000);

    if (chance == 0) {
        unmap_range(0, TOP);
    } else if (chance == 1) { /* one that covers many */
        unmap_range(UINT64_C(1) << 40, TOP);
        map_range(UINT64_C(1) << 40, start_of(65) - 1, VIOMMU_PERM_RW);
    } else if (chance < 50 && !world.map) {
        step_of_endpoints();
    } else {
        turn_of_tide();
    }
    world.step++;
}

static void take_steps(void)
{
    unsigned n = g_test_rand_int_range(1, g_test_rand_bit() ? 4 : MAX_STEPS);

    note_answers();
    while (n--) {
        step();
        note_answers();
    }
}

static void check(Answer answer)
{
    if (was_right(answer)) {
        return;
    }
    signal(SIGALRM, SIG_IGN);
    for (unsigned i = 0; i < world.n_answers; i++) {
        Answer a = world.answer[i];

        g_test_message("right: %d 0x%" PRIx64 " mask 0x%" PRIx64 " flags %u", a.result,
                       a.at.phys, a.at.mask, a.at.flags);
    }
    g_error("0x%" PRIx64 ": never right: %d 0x%" PRIx64 " mask 0x%" PRIx64 " flags %u",
            world.addr, answer.result, answer.at.phys, answer.at.mask, answer.at.flags);
}

static void look_around(void)
{
    unsigned interruptions = g_test_slow() ? 200000 : 3000;
    unsigned checked = 0;

    world.n_pages = FEW_PAGES;
    begin(take_steps);
    for (unsigned n = 0; goes_on(interruptions); n++) {
        unsigned page = n % __atomic_load_n(&world.n_pages, __ATOMIC_RELAXED);
        uint64_t addr = start_of(page) + 0x123;
        unsigned before;
        Answer answer;

        __atomic_store_n(&world.addr, addr, __ATOMIC_SEQ_CST);
        __atomic_store_n(&world.n_answers, 0, __ATOMIC_SEQ_CST);
        before = __atomic_load_n(&nr_interruptions, __ATOMIC_SEQ_CST);
        answer = ask(world.t.a, addr);
        if (__atomic_load_n(&nr_interruptions, __ATOMIC_SEQ_CST) != before) {
            check(answer);
            checked++;
        }
        epoch_reader_quiescent(0);
    }
    end();
    g_test_message("%u lookups were interrupted", checked);
    g_assert_cmpuint(checked, >, interruptions / 100);
}

static void test_map(void)
{
    memset(&world, 0, sizeof(world));
    world.map = viommu_map_new(PAGE, &epoch_reclaim);
    look_around();
    viommu_map_free(world.map);
    g_assert_cmpuint(epoch_collect(), ==, 0);
}

static void test_db(void)
{
    ViommuConfig config = fixture_config();

    memset(&world, 0, sizeof(world));
    config.max_mappings = SIZE_MAX;
    world.t.db = viommu_db_new(&config, NULL, NULL, &epoch_reclaim);
    viommu_db_set_features(world.t.db, VIOMMU_F_ALL);
    world.t.a = fixture_endpoint(world.t.db, EP_A, NULL, 0);
    world.t.b = fixture_endpoint(world.t.db, EP_B, NULL, 0);
    world.t.msi = fixture_endpoint(world.t.db, EP_MSI, NULL, 0);
    assert_ok(viommu_db_attach(world.t.db, 1, EP_A, 0));
    assert_ok(viommu_db_attach(world.t.db, 1, EP_B, 0));
    look_around();
    viommu_db_free(world.t.db);
    g_assert_cmpuint(epoch_collect(), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/viommu-interrupted/next-door", test_next_door);
    g_test_add_func("/viommu-interrupted/map", test_map);
    g_test_add_func("/viommu-interrupted/db", test_db);
    return g_test_run();
}
