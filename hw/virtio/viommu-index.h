/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Single pages that are in viommu-tree: page number -> entry.
 *
 * A hash of buckets the size of a cache line, 8 words each. A word is a tag and
 * an entry; bucket number and tag together *are* the page number, scrambled, so
 * a hit is exact and one load. A page whose bucket is full, or whose number has too
 * many bits, is left out, and whoever finds nothing has to look in the tree. So
 * nothing ever has to be moved aside.
 *
 * Of a page that is here, the entry here is the true one: it changes by one store,
 * and what the tree says of the page is what was true when it came there. A page
 * that was unmapped stays, as INDEX_GONE, since guests map there again soon.
 */
#ifndef HW_VIRTIO_VIOMMU_INDEX_H
#define HW_VIRTIO_VIOMMU_INDEX_H

#include "viommu-limbo.h"

enum { INDEX_BUCKET = 8, INDEX_TAG_BITS = 32 };

/* In place of an entry, less than any: the page is in the tree, but not mapped. */
enum { INDEX_GONE = 1 };

typedef struct IndexTable {
    uint64_t *slots;     /* atomic words, aligned to a bucket, in this allocation */
    unsigned bits;       /* log2(number of buckets) */
    unsigned half;       /* of the bits in mask */
    uint64_t mask;       /* of the bucket number and the tag */
    uint64_t multiplier; /* odd, and not for the guest to know */
} IndexTable;

/* Embedded by its owner. Readers touch the first field alone. */
typedef struct ViommuIndex {
    IndexTable *table; /* atomic; NULL: no page is here */
    ViommuLimbo *limbo;
    size_t count; /* pages added, with those that were left out */
    size_t bytes;
} ViommuIndex;

void viommu_index_init(ViommuIndex *index, ViommuLimbo *limbo);

/*
 * A new table that is the right size for @pages. Nobody sees it before
 * viommu_index_show().
 */
IndexTable *viommu_index_table_new(size_t pages);

/* @page must not be there; it may be left out. */
void viommu_index_table_add(IndexTable *table, uint64_t page, uint32_t entry);

/*
 * Puts @table in the place of the one there was, which is retired. NULL: no page
 * is here any more. @count: pages that were added, with those that were left out.
 */
void viommu_index_show(ViommuIndex *index, IndexTable *table, size_t count);

/*
 * @page must not be there. False if it is time for a new table: this one is too
 * full, or there is none.
 */
bool viommu_index_add(ViommuIndex *index, uint64_t page, uint32_t entry);

/* @page must have been added, to this table or to one before. */
void viommu_index_remove(ViommuIndex *index, uint64_t page);

/* The word of @page, for the writer; NULL if it was left out or not added. */
uint64_t *viommu_index_word(const ViommuIndex *index, uint64_t page);

static inline uint32_t viommu_word_entry(const uint64_t *word)
{
    return (uint32_t)*word;
}

/* @entry: or INDEX_GONE. */
static inline void viommu_word_set(uint64_t *word, uint32_t entry)
{
    __atomic_store_n(word, *word >> INDEX_TAG_BITS << INDEX_TAG_BITS | entry,
                     __ATOMIC_RELEASE);
}

/* True if it is time for a new table: this one is far too large. */
bool viommu_index_is_sparse(const ViommuIndex *index);

/* ------------------------------------------------ lock-free, and inline -- */

/* False for numbers that are too large to be exact. */
static inline bool viommu_index_fits(const IndexTable *table, uint64_t page)
{
    return page <= table->mask;
}

/*
 * A permutation of the numbers below 2^(bits + 32), and so exact. Twice, since once
 * leaves pages at equal distances in a few buckets when the multiplier is a bad one.
 */
static inline uint64_t viommu_index_scramble(const IndexTable *table, uint64_t page)
{
    uint64_t x = page * table->multiplier & table->mask;

    x = (x ^ x >> table->half) * table->multiplier & table->mask;
    return x ^ x >> table->half;
}

static inline uint64_t *viommu_index_bucket(const IndexTable *table, uint64_t scrambled)
{
    uint64_t i = scrambled & ((UINT64_C(1) << table->bits) - 1);

    return table->slots + i * INDEX_BUCKET;
}

/*
 * What is left of a word without the tag is its entry if that was its tag, and
 * more than any entry if not: so the least of two is the better.
 */
static inline uint64_t viommu_index_least(uint64_t least, const uint64_t *word,
                                          uint64_t tag)
{
    uint64_t value = __atomic_load_n(word, __ATOMIC_ACQUIRE) ^ tag << INDEX_TAG_BITS;

    return value < least ? value : least;
}

/* The entry of @page, or INDEX_GONE; 0 if it is not here. */
static inline uint32_t viommu_index_find(const ViommuIndex *index, uint64_t page)
{
    const IndexTable *table = __atomic_load_n(&index->table, __ATOMIC_ACQUIRE);
    uint64_t scrambled, tag, least = UINT64_C(1) << INDEX_TAG_BITS;
    const uint64_t *word;

    if (!table || !viommu_index_fits(table, page)) {
        return 0;
    }
    scrambled = viommu_index_scramble(table, page);
    word = viommu_index_bucket(table, scrambled);
    tag = scrambled >> table->bits;
    /* All of a bucket, without a branch: which word it is can not be guessed. */
    least = viommu_index_least(least, word, tag);
    least = viommu_index_least(least, word + 1, tag);
    least = viommu_index_least(least, word + 2, tag);
    least = viommu_index_least(least, word + 3, tag);
    least = viommu_index_least(least, word + 4, tag);
    least = viommu_index_least(least, word + 5, tag);
    least = viommu_index_least(least, word + 6, tag);
    return viommu_index_least(least, word + 7, tag);
}

#endif
