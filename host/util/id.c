/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/id.h"

bool id_wellformed(const char *id)
{
    if (!g_ascii_isalpha(id[0])) {
        return false;
    }
    for (const char *c = id + 1; *c; c++) {
        if (!g_ascii_isalnum(*c) && !strchr("-._", *c)) {
            return false;
        }
    }
    return true;
}

char *id_generate(IdSubSystems id)
{
    static const char *const names[ID_MAX] = {
        [ID_QDEV] = "qdev",
        [ID_BLOCK] = "block",
        [ID_CHR] = "chr",
        [ID_NET] = "net",
    };
    static unsigned serial[ID_MAX];

    return g_strdup_printf("#%s%u", names[id], serial[id]++);
}
