/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing a device tree by node path, on libfdt. A tree that outgrows its buffer or a
 * path that does not exist is a mistake of the caller: these functions assert.
 */
#ifndef HOST_ARM_FDT_BUILDER_H
#define HOST_ARM_FDT_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DT_SIZE = 1 << 20 };

/* An empty tree with room for DT_SIZE bytes. To be freed with g_free(). */
void *dt_new(void);
/* Adds the last component of @path; its parent must exist. */
void dt_node(void *fdt, const char *path);
void dt_flag(void *fdt, const char *path, const char *name);
void dt_string(void *fdt, const char *path, const char *name, const char *value);
/* Several strings; @values ends with NULL. */
void dt_strings(void *fdt, const char *path, const char *name,
                const char *const values[]);
void dt_cells_n(void *fdt, const char *path, const char *name, const uint32_t *cells,
                size_t n);
void dt_bytes(void *fdt, const char *path, const char *name, const void *data,
              size_t size);
/* A 64-bit number as two cells. */
void dt_u64(void *fdt, const char *path, const char *name, uint64_t value);

/* dt_cells(fdt, path, name, 1, 2, 3) */
#define dt_cells(fdt, path, name, ...)                                                 \
    dt_cells_n(fdt, path, name, (const uint32_t[]){ __VA_ARGS__ },                     \
               sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* A 64-bit number among the arguments of dt_cells(). */
#define DT_U64(value) (uint32_t)((uint64_t)(value) >> 32), (uint32_t)(value)

#endif
