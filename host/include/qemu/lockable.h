/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's name for the header of the lock guards. */
#ifndef QEMU_LOCKABLE_H
#define QEMU_LOCKABLE_H

#include "qemu/thread.h"

#endif
