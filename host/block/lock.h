/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Image locking: two processes shall not write one image. */
#ifndef BLOCK_LOCK_H
#define BLOCK_LOCK_H

#include "block-int.h"

/* The locks last as long as the descriptor is open. */
bool block_file_lock(int fd, const BlockOptions *opts, Error **errp);

#endif
