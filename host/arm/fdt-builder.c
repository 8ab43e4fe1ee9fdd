/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "fdt-builder.h"

void *dt_new(void)
{
    void *fdt = g_malloc0(DT_SIZE);
    int err = fdt_create_empty_tree(fdt, DT_SIZE);

    g_assert(err == 0);
    return fdt;
}

static int find(void *fdt, const char *path)
{
    int node = fdt_path_offset(fdt, path);

    g_assert(node >= 0);
    return node;
}

void dt_node(void *fdt, const char *path)
{
    g_autofree char *parent = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    int err = fdt_add_subnode(fdt, find(fdt, parent), name);

    g_assert(err >= 0);
}

void dt_bytes(void *fdt, const char *path, const char *name, const void *data,
              size_t size)
{
    int err = fdt_setprop(fdt, find(fdt, path), name, data, size);

    g_assert(err == 0);
}

void dt_flag(void *fdt, const char *path, const char *name)
{
    dt_bytes(fdt, path, name, NULL, 0);
}

void dt_string(void *fdt, const char *path, const char *name, const char *value)
{
    dt_bytes(fdt, path, name, value, strlen(value) + 1);
}

void dt_strings(void *fdt, const char *path, const char *name,
                const char *const values[])
{
    g_autoptr(GString) all = g_string_new(NULL);

    for (; *values; values++) {
        g_string_append_len(all, *values, strlen(*values) + 1);
    }
    dt_bytes(fdt, path, name, all->str, all->len);
}

void dt_cells_n(void *fdt, const char *path, const char *name, const uint32_t *cells,
                size_t n)
{
    g_autofree fdt32_t *wire = g_new(fdt32_t, n);

    for (size_t i = 0; i < n; i++) {
        wire[i] = cpu_to_fdt32(cells[i]);
    }
    dt_bytes(fdt, path, name, wire, n * sizeof(*wire));
}

void dt_u64(void *fdt, const char *path, const char *name, uint64_t value)
{
    dt_cells(fdt, path, name, DT_U64(value));
}
