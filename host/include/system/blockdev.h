/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -drive and -blockdev: from options to drives. Called once each by start-up. */
#ifndef SYSTEM_BLOCKDEV_H
#define SYSTEM_BLOCKDEV_H

#include "qapi/error.h"

struct json_object;

/*
 * One -drive option: "[file=]NAME,key=value,...". Dots are part of the keys, so that
 * "file=NAME,file.locking=off" may stand side by side.
 */
bool drive_add(const char *text, Error **errp);
/* One -blockdev option, or blockdev-add; @keyval: values are text. */
bool blockdev_add(struct json_object *opts, bool keyval, Error **errp);
/* The devices that if=virtio asked for, on the machine's default bus. */
bool drive_create_devices(Error **errp);
/* Completes all requests and lets go of the files, at the end of the process. */
void blk_close_all(void);

#endif
