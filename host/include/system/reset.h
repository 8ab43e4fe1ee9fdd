/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reset of the whole machine reaches: handlers and resettable objects,
 * in the order of their registration.
 */
#ifndef QEMU_SYSTEM_RESET_H
#define QEMU_SYSTEM_RESET_H

#include "hw/core/resettable.h"

typedef void QEMUResetHandler(void *opaque);

/* Holds no reference: unregister before @obj goes away. */
void qemu_register_resettable(Object *obj);
void qemu_unregister_resettable(Object *obj);
void qemu_register_reset(QEMUResetHandler *func, void *opaque);
/* Not called when a migration stream is about to be loaded. */
void qemu_register_reset_nosnapshotload(QEMUResetHandler *func, void *opaque);
void qemu_unregister_reset(QEMUResetHandler *func, void *opaque);
void qemu_devices_reset(ResetType type);

#endif
