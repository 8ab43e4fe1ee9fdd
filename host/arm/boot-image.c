/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include <gio/gio.h>
#include <sys/stat.h>
#include "boot-image.h"
#include "qemu/bswap.h"
#include "system/address-spaces.h"

enum { HEADER_BYTES = 64, COPY_CHUNK = 1 << 20, ROOM_ABOVE = 0x80000 };
/* Offsets in the header of an Image. */
enum { IMAGE_TEXT_OFFSET = 8, IMAGE_SIZE = 16, IMAGE_FLAGS = 24, IMAGE_MAGIC = 56 };
/* Offsets in an EFI program that carries a packed kernel. */
enum { ZBOOT_MAGIC = 4, ZBOOT_OFFSET = 8, ZBOOT_SIZE = 12, ZBOOT_TYPE = 24 };
/* PE: where its header is, then offsets in that and in a section's entry. */
enum { PE_OFFSET = 60, PE_SECTIONS = 6, PE_OPTIONAL_SIZE = 20, PE_HEADER_BYTES = 24 };
enum { PE_RAW_SIZE = 16, PE_RAW_OFFSET = 20, PE_SECTION_BYTES = 40 };

void boot_image_free(BootImage *image)
{
    if (image->fd >= 0) {
        close(image->fd);
    }
    if (image->bytes) {
        g_bytes_unref(image->bytes);
    }
    g_free(image->path);
    g_free(image);
}

BootImage *boot_image_from_memory(const char *name, void *data, uint64_t size)
{
    BootImage *image = g_new0(BootImage, 1);

    image->path = g_strdup(name);
    image->fd = -1;
    image->bytes = g_bytes_new_take(data, size);
    image->size = image->memory_size = size;
    return image;
}

static BootImage *open_file(const char *option, const char *path, uint64_t limit,
                            Error **errp)
{
    g_autoptr(BootImage) image = g_new0(BootImage, 1);
    struct stat st;

    image->path = g_strdup(path);
    image->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (image->fd < 0 || fstat(image->fd, &st) < 0) {
        error_setg_errno(errp, errno, "%s: could not open '%s'", option, path);
        return NULL;
    }
    if (!S_ISREG(st.st_mode) || st.st_size == 0) {
        error_setg(errp, "%s: '%s' is %s", option, path,
                   S_ISREG(st.st_mode) ? "empty" : "not a file");
        return NULL;
    }
    if (st.st_size > limit) {
        error_setg(errp,
                   "%s: '%s' (%" PRIu64 " bytes) does not fit into the guest's RAM",
                   option, path, (uint64_t)st.st_size);
        return NULL;
    }
    image->size = image->memory_size = st.st_size;
    return g_steal_pointer(&image);
}

BootImage *boot_image_open_initrd(const char *path, uint64_t limit, Error **errp)
{
    return open_file("-initrd", path, limit, errp);
}

static bool read_at(BootImage *image, uint64_t offset, void *buf, size_t size)
{
    const uint8_t *data;

    if (image->bytes) {
        data = g_bytes_get_data(image->bytes, NULL);
        memcpy(buf, data + offset, size);
        return true;
    }
    for (size_t done = 0; done < size;) {
        ssize_t n = pread(image->fd, (uint8_t *)buf + done, size - done, offset + done);

        if (n <= 0 && !(n < 0 && errno == EINTR)) {
            return false;
        }
        done += MAX(n, 0);
    }
    return true;
}

/* Unpacks @packed; NULL: broken, or larger than @limit. */
static GBytes *gunzip(const uint8_t *packed, size_t size, uint64_t limit)
{
    g_autoptr(GZlibDecompressor) unzip =
        g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autofree uint8_t *chunk = g_malloc(COPY_CHUNK);
    GConverterResult result = G_CONVERTER_CONVERTED;

    while (result == G_CONVERTER_CONVERTED) {
        size_t taken = 0, given = 0;

        result =
            g_converter_convert(G_CONVERTER(unzip), packed, size, chunk, COPY_CHUNK,
                                G_CONVERTER_INPUT_AT_END, &taken, &given, NULL);
        if (result == G_CONVERTER_ERROR || out->len + given > limit) {
            return NULL;
        }
        g_byte_array_append(out, chunk, given);
        packed += taken;
        size -= taken;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

/* The part of the file that is gzip'd, if any. */
static bool find_packed(BootImage *image, const uint8_t *header, uint64_t *start,
                        uint64_t *size)
{
    if (header[0] == 0x1f && header[1] == 0x8b) {
        *start = 0;
        *size = image->size;
        return true;
    }
    if (memcmp(header, "MZ", 2) == 0 && memcmp(header + ZBOOT_MAGIC, "zimg", 4) == 0 &&
        memcmp(header + ZBOOT_TYPE, "gzip", 5) == 0) {
        *start = ldl_le_p(header + ZBOOT_OFFSET);
        *size = ldl_le_p(header + ZBOOT_SIZE);
        return *start < image->size && *size <= image->size - *start;
    }
    return false;
}

static bool unpack(BootImage *image, uint64_t start, uint64_t size, uint64_t limit,
                   Error **errp)
{
    g_autofree uint8_t *packed = g_malloc(size);
    GBytes *bytes =
        read_at(image, start, packed, size) ? gunzip(packed, size, limit) : NULL;

    if (!bytes) {
        error_setg(errp,
                   "-kernel: '%s' cannot be unpacked: it is damaged, or larger "
                   "than the guest's RAM",
                   image->path);
        return false;
    }
    image->bytes = bytes;
    image->size = image->memory_size = g_bytes_get_size(bytes);
    return true;
}

/*
 * A kernel with an EFI stub is a PE file as well, whose section table says how long the
 * file must be; the header of Image does not, as it counts what is zeroed, too.
 */
static bool is_complete(BootImage *image, const uint8_t *header)
{
    uint8_t pe[PE_HEADER_BYTES], section[PE_SECTION_BYTES];
    uint64_t at = ldl_le_p(header + PE_OFFSET);

    if (memcmp(header, "MZ", 2) != 0 || !at) {
        return true; /* no stub */
    }
    if (at + sizeof(pe) > image->size || !read_at(image, at, pe, sizeof(pe))) {
        return false;
    }
    if (memcmp(pe, "PE\0", 4) != 0) {
        return true;
    }
    at += sizeof(pe) + lduw_le_p(pe + PE_OPTIONAL_SIZE);
    for (unsigned n = lduw_le_p(pe + PE_SECTIONS); n; n--, at += sizeof(section)) {
        if (at + sizeof(section) > image->size ||
            !read_at(image, at, section, sizeof(section)) ||
            (uint64_t)ldl_le_p(section + PE_RAW_OFFSET) +
                    ldl_le_p(section + PE_RAW_SIZE) >
                image->size) {
            return false;
        }
    }
    return true;
}

static bool check_header(BootImage *image, const uint8_t *header, uint64_t limit,
                         Error **errp)
{
    uint64_t announced = ldq_le_p(header + IMAGE_SIZE);

    if (memcmp(header + IMAGE_MAGIC, "ARM\x64", 4) != 0) {
        error_setg(errp,
                   "-kernel: '%s' is no AArch64 Linux kernel (an Image, plain or "
                   "gzip'd)",
                   image->path);
        return false;
    }
    if (ldq_le_p(header + IMAGE_FLAGS) & 1) {
        error_setg(errp, "-kernel: '%s' is a big-endian kernel", image->path);
        return false;
    }
    if (!is_complete(image, header)) {
        error_setg(errp, "-kernel: '%s' is truncated", image->path);
        return false;
    }
    image->text_offset = ldq_le_p(header + IMAGE_TEXT_OFFSET);
    if (!announced) {
        /* Before Linux 3.17: neither field means anything. */
        image->text_offset = ROOM_ABOVE;
    }
    image->memory_size = MAX(image->size, announced);
    if (image->memory_size > limit || image->text_offset > limit - image->memory_size) {
        error_setg(errp,
                   "-kernel: '%s' needs %" PRIu64 " bytes and does not fit into the "
                   "guest's RAM",
                   image->path, image->memory_size);
        return false;
    }
    return true;
}

BootImage *boot_image_open_kernel(const char *path, uint64_t limit, Error **errp)
{
    g_autoptr(BootImage) image = open_file("-kernel", path, limit, errp);
    uint8_t header[HEADER_BYTES] = { 0 };
    uint64_t start, size;

    if (!image) {
        return NULL;
    }
    if (image->size < sizeof(header) || !read_at(image, 0, header, sizeof(header))) {
        error_setg(errp, "-kernel: '%s' is too short to be a kernel", path);
        return NULL;
    }
    if (find_packed(image, header, &start, &size)) {
        if (!unpack(image, start, size, limit, errp)) {
            return NULL;
        }
        memset(header, 0, sizeof(header));
        read_at(image, 0, header, MIN(image->size, sizeof(header)));
    }
    return check_header(image, header, limit, errp) ? g_steal_pointer(&image) : NULL;
}

bool boot_image_copy(BootImage *image, uint64_t addr, Error **errp)
{
    g_autofree uint8_t *chunk = g_malloc(COPY_CHUNK);

    for (uint64_t done = 0; done < image->size;) {
        size_t n = MIN(image->size - done, COPY_CHUNK);

        if (!read_at(image, done, chunk, n)) {
            error_setg(errp, "'%s' cannot be read, or has become shorter", image->path);
            return false;
        }
        address_space_write(&address_space_memory, addr + done, MEMTXATTRS_UNSPECIFIED,
                            chunk, n);
        done += n;
    }
    return true;
}
