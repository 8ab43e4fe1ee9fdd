/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for libFuzzer in an ordinary build: runs a fuzz target once over
 * every file of the folders and files named on the command line. An empty
 * corpus is a failure, so that a replay can not pass by doing nothing.
 */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned replay_file(const char *path)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *data = NULL;
    gsize size;

    if (!g_file_get_contents(path, &data, &size, &err)) {
        g_error("%s", err->message);
    }
    LLVMFuzzerTestOneInput((const uint8_t *)data, size);
    return 1;
}

static unsigned replay_path(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    unsigned n = 0;

    if (!dir) {
        return replay_file(path);
    }
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        n += replay_path(child);
    }
    return n;
}

int main(int argc, char **argv)
{
    unsigned n = 0;

    for (int i = 1; i < argc; i++) {
        n += replay_path(argv[i]);
    }
    printf("%u inputs replayed\n", n);
    return n ? 0 : 1;
}
