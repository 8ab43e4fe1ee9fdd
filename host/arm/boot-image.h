/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that go into guest RAM. Kernels come as an Image (which may be an EFI program
 * as well), gzip'd, or in an EFI program that unpacks itself with gzip.
 */
#ifndef HOST_ARM_BOOT_IMAGE_H
#define HOST_ARM_BOOT_IMAGE_H

#include <stdint.h>

#include "qapi/error.h"

typedef struct BootImage {
    char *path;
    GBytes *bytes; /* unpacked in memory; NULL: the file is read again when needed */
    int fd;
    uint64_t size;        /* of what is copied */
    uint64_t memory_size; /* of what must be free, at least size */
    uint64_t text_offset; /* kernels: from a multiple of 2 MiB */
} BootImage;

/* NULL: @errp names the file. @limit: the largest size that makes sense. */
BootImage *boot_image_open_kernel(const char *path, uint64_t limit, Error **errp);
BootImage *boot_image_open_initrd(const char *path, uint64_t limit, Error **errp);
BootImage *boot_image_from_memory(const char *name, void *data, uint64_t size);
/* Copies the image to guest-physical @addr. */
bool boot_image_copy(BootImage *image, uint64_t addr, Error **errp);
void boot_image_free(BootImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BootImage, boot_image_free)

#endif
