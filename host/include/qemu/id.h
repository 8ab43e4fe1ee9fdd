/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names users give to things: a letter, then letters, digits, '-', '.', '_'. */
#ifndef QEMU_ID_H
#define QEMU_ID_H

#include <stdbool.h>

typedef enum IdSubSystems { ID_QDEV, ID_BLOCK, ID_CHR, ID_NET, ID_MAX } IdSubSystems;

/* A fresh "#<subsystem><number>", which no user can choose. Free with g_free(). */
char *id_generate(IdSubSystems id);
bool id_wellformed(const char *id);

#endif
