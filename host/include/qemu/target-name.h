/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which machine family this process emulates: one program, two names. Set once
 * at start-up from the name the program was called by, constant afterwards.
 */
#ifndef QEMU_TARGET_NAME_H
#define QEMU_TARGET_NAME_H

/* @argv0: "…-x86_64" chooses x86_64, every other name aarch64. */
void target_name_from_argv0(const char *argv0);

/* "aarch64" or "x86_64". */
const char *target_name(void);

#endif
