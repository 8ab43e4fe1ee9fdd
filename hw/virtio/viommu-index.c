/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A shortcut to single pages: a hash of exact, one-word slots. */
#include "viommu-index.h"
#include <glib.h>

enum {
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

static IndexTable *table_new(unsigned bits)
{
    IndexTable *table = g_malloc0(table_size(bits));
    uintptr_t bucket = INDEX_BUCKET * sizeof(uint64_t);

    table->slots = (uint64_t *)(((uintptr_t)(table + 1) + bucket - 1) & -bucket);
    table->bits = bits;
    table->multiplier = (uint64_t)g_random_int() << 32 | g_random_int() | 1;
    return table;
}

/* The slot of a bucket with @word in its upper half, or the first free one. */
static uint64_t *find_slot(uint64_t *bucket, uint64_t tag)
{
    uint64_t *free_slot = NULL;

    for (unsigned i = 0; i < INDEX_BUCKET; i++) {
        if (bucket[i] && bucket[i] >> INDEX_TAG_BITS == tag) {
            return &bucket[i];
        }
        if (!bucket[i] && !free_slot) {
            free_slot = &bucket[i];
        }
    }
    return free_slot;
}

/* False if @page has to be left out. */
static bool put(IndexTable *table, uint64_t page, uint32_t entry)
{
    uint64_t scrambled = viommu_index_scramble(table, page);
    uint64_t tag = scrambled >> table->bits;
    uint64_t *slot;

    if (page >> table->bits >> INDEX_TAG_BITS) {
        return false;
    }
    slot = find_slot(viommu_index_bucket(table, scrambled), tag);
    if (!slot) {
        return false;
    }
    __atomic_store_n(slot, tag << INDEX_TAG_BITS | entry, __ATOMIC_RELEASE);
    return true;
}

void viommu_index_resize(ViommuIndex *index, size_t pages)
{
    IndexTable *old = index->table;
    unsigned bits = MIN_BITS;

    while (bits < MAX_BITS && pages > n_slots(bits) / 8 * 5) {
        bits++;
    }
    __atomic_store_n(&index->table, table_new(bits), __ATOMIC_RELEASE);
    index->bytes = table_size(bits);
    index->count = 0;
    viommu_limbo_retire(index->limbo, old);
}

void viommu_index_clear(ViommuIndex *index)
{
    IndexTable *table = index->table;

    __atomic_store_n(&index->table, NULL, __ATOMIC_RELEASE);
    index->count = index->bytes = 0;
    viommu_limbo_retire(index->limbo, table);
}

bool viommu_index_add(ViommuIndex *index, uint64_t page, uint32_t entry)
{
    if (!index->table) {
        return false;
    }
    index->count += put(index->table, page, entry);
    /* 7/8 full: some six in a hundred pages are left out by then. */
    return index->count <= n_slots(index->table->bits) / 8 * 7 ||
           index->table->bits == MAX_BITS;
}

void viommu_index_remove(ViommuIndex *index, uint64_t page)
{
    IndexTable *table = index->table;
    uint64_t scrambled;
    uint64_t *slot;

    if (!table || page >> table->bits >> INDEX_TAG_BITS) {
        return;
    }
    scrambled = viommu_index_scramble(table, page);
    slot = find_slot(viommu_index_bucket(table, scrambled), scrambled >> table->bits);
    if (slot && *slot) {
        __atomic_store_n(slot, 0, __ATOMIC_RELEASE);
        index->count--;
    }
}

bool viommu_index_is_sparse(const ViommuIndex *index)
{
    return index->table && index->table->bits > MIN_BITS &&
           index->count < n_slots(index->table->bits) / 8;
}
