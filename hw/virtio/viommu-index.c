/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of single pages: a hash of exact, one-word slots. */
#include "viommu-index.h"
#include <glib.h>
#ifdef G_OS_UNIX
#include <sys/mman.h>
#endif

enum {
    HUGE_PAGE = 2 * 1024 * 1024,
    MIN_BITS = 4,  /* so that pages of a 48-bit address space have room for a tag */
    MAX_BITS = 28, /* 16 GiB; more pages than that go without */
};

void viommu_index_init(ViommuIndex *index, ViommuLimbo *limbo)
{
    *index = (ViommuIndex){ .limbo = limbo };
}

static size_t n_slots(unsigned bits)
{
    return (size_t)INDEX_BUCKET << bits;
}

static size_t table_size(unsigned bits)
{
    size_t bucket = INDEX_BUCKET * sizeof(uint64_t);

    return sizeof(IndexTable) + n_slots(bits) * sizeof(uint64_t) + bucket;
}

/* A lookup goes to one line anywhere in the table: spare it a walk of page tables. */
static void want_huge_pages(void *start, size_t size)
{
#ifdef MADV_HUGEPAGE
    uintptr_t first = ((uintptr_t)start + HUGE_PAGE - 1) & -(uintptr_t)HUGE_PAGE;
    uintptr_t end = ((uintptr_t)start + size) & -(uintptr_t)HUGE_PAGE;

    if (first < end) {
        madvise((void *)first, end - first, MADV_HUGEPAGE); /* a hint */
    }
#endif
}

static IndexTable *table_new(unsigned bits)
{
    IndexTable *table = g_malloc0(table_size(bits));
    uintptr_t bucket = INDEX_BUCKET * sizeof(uint64_t);

    want_huge_pages(table, table_size(bits));

    table->slots = (uint64_t *)(((uintptr_t)(table + 1) + bucket - 1) & -bucket);
    table->bits = bits;
    table->half = (bits + INDEX_TAG_BITS + 1) / 2;
    table->mask = (UINT64_C(1) << (bits + INDEX_TAG_BITS)) - 1;
    table->multiplier = (uint64_t)g_random_int() << 32 | g_random_int() | 1;
    return table;
}

/* Where a page is, or would be. */
typedef struct IndexPlace {
    uint64_t *bucket;
    uint64_t tag; /* 0, as free words have it: one page in 2^32 is never here */
} IndexPlace;

static IndexPlace place_of(const IndexTable *table, uint64_t page)
{
    uint64_t scrambled;

    if (!table || !viommu_index_fits(table, page)) {
        return (IndexPlace){ NULL };
    }
    scrambled = viommu_index_scramble(table, page);
    return (IndexPlace){ viommu_index_bucket(table, scrambled),
                         scrambled >> table->bits };
}

static uint64_t *find_tag(uint64_t *bucket, uint64_t tag)
{
    for (unsigned i = 0; i < INDEX_BUCKET; i++) {
        if (bucket[i] >> INDEX_TAG_BITS == tag) {
            return &bucket[i];
        }
    }
    return NULL;
}

IndexTable *viommu_index_table_new(size_t pages)
{
    unsigned bits = MIN_BITS;

    while (bits < MAX_BITS && pages > n_slots(bits) / 8 * 5) {
        bits++;
    }
    return table_new(bits);
}

void viommu_index_table_add(IndexTable *table, uint64_t page, uint32_t entry)
{
    IndexPlace place = place_of(table, page);
    uint64_t *slot = place.tag ? find_tag(place.bucket, 0) : NULL;

    if (slot) {
        __atomic_store_n(slot, place.tag << INDEX_TAG_BITS | entry, __ATOMIC_RELEASE);
    }
}

void viommu_index_show(ViommuIndex *index, IndexTable *table, size_t count)
{
    IndexTable *old = index->table;

    __atomic_store_n(&index->table, table, __ATOMIC_RELEASE);
    index->bytes = table ? table_size(table->bits) : 0;
    index->count = count;
    viommu_limbo_retire(index->limbo, old);
}

bool viommu_index_add(ViommuIndex *index, uint64_t page, uint32_t entry)
{
    IndexTable *table = index->table;

    if (!table) {
        return false;
    }
    viommu_index_table_add(table, page, entry);
    index->count++;
    /* Four in five: one in twenty of the pages is left out by then. */
    return index->count <= n_slots(table->bits) / 5 * 4 || table->bits == MAX_BITS;
}

uint64_t *viommu_index_word(const ViommuIndex *index, uint64_t page)
{
    IndexPlace place = place_of(index->table, page);

    return place.tag ? find_tag(place.bucket, place.tag) : NULL;
}

void viommu_index_remove(ViommuIndex *index, uint64_t page)
{
    uint64_t *word = viommu_index_word(index, page);

    if (word) {
        __atomic_store_n(word, 0, __ATOMIC_RELEASE);
    }
    index->count -= index->table != NULL;
}

bool viommu_index_is_sparse(const ViommuIndex *index)
{
    return index->table && index->table->bits > MIN_BITS &&
           index->count < n_slots(index->table->bits) / 8;
}
