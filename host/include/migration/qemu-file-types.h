/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stream of saved state, in memory. Integers are big endian. A reader that runs
 * past the end gets zeroes, and the error stays until the stream is closed: it is
 * enough to look for it before what was read is believed.
 */
#ifndef QEMU_FILE_TYPES_H
#define QEMU_FILE_TYPES_H

#include <stddef.h>
#include <stdint.h>

typedef struct QEMUFile QEMUFile;

/* To write: starts empty. To read: borrows @data for the life of the stream. */
QEMUFile *qemu_file_new_output(void);
QEMUFile *qemu_file_new_input(const uint8_t *data, size_t size);
void qemu_file_free(QEMUFile *f);
/* What was written; owned by the stream. */
const uint8_t *qemu_file_data(QEMUFile *f, size_t *size);
/* Bytes that were not read yet. */
size_t qemu_file_left(QEMUFile *f);

/* 0, or a negative errno: the first error there was. */
int qemu_file_get_error(QEMUFile *f);
void qemu_file_set_error(QEMUFile *f, int error);

void qemu_put_buffer(QEMUFile *f, const uint8_t *buf, size_t size);
void qemu_put_byte(QEMUFile *f, int v);
void qemu_put_be16(QEMUFile *f, unsigned v);
void qemu_put_be32(QEMUFile *f, unsigned v);
void qemu_put_be64(QEMUFile *f, uint64_t v);

/* Returns how many bytes there were; the rest of @buf is zeroed. */
size_t qemu_get_buffer(QEMUFile *f, uint8_t *buf, size_t size);
int qemu_get_byte(QEMUFile *f);
unsigned qemu_get_be16(QEMUFile *f);
unsigned qemu_get_be32(QEMUFile *f);
uint64_t qemu_get_be64(QEMUFile *f);

#endif
