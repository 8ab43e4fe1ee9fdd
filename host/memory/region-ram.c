/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regions that are memory: RAM, ROM, files, memory of the caller. */
#include "qemu/osdep.h"
#include "memory-internal.h"
#include "qapi/error.h"

static void init_ram_region(MemoryRegion *mr, Object *owner, const char *name,
                            uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->ram = true;
    mr->terminates = true;
}

/* Take the region back, as if it had never been made. */
static bool undo_init(MemoryRegion *mr)
{
    mr->size = 0;
    if (mr->name) {
        object_unparent(OBJECT(mr));
    } else {
        object_unref(mr);
    }
    return false;
}

static bool finish_init(MemoryRegion *mr, RAMBlock *block)
{
    mr->ram_block = block;
    return block ? true : undo_init(mr);
}

/* The name by which a migration stream knows the block. */
static bool make_migratable(MemoryRegion *mr, bool made)
{
    if (made) {
        qemu_ram_set_idstr(mr->ram_block, memory_region_name(mr), mr->dev);
        qemu_ram_set_migratable(mr->ram_block);
    }
    return made;
}

bool memory_region_init_ram_flags_nomigrate(MemoryRegion *mr, Object *owner,
                                            const char *name, uint64_t size,
                                            uint32_t ram_flags, Error **errp)
{
    init_ram_region(mr, owner, name, size);
    return finish_init(mr, ram_block_new(mr, size, ram_flags, NULL, errp));
}

bool memory_region_init_ram_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp)
{
    return memory_region_init_ram_flags_nomigrate(mr, owner, name, size, RAM_NORESERVE,
                                                  errp);
}

bool memory_region_init_ram(MemoryRegion *mr, Object *owner, const char *name,
                            uint64_t size, Error **errp)
{
    return make_migratable(
        mr, memory_region_init_ram_nomigrate(mr, owner, name, size, errp));
}

bool memory_region_init_rom_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp)
{
    if (!memory_region_init_ram_nomigrate(mr, owner, name, size, errp)) {
        return false;
    }
    mr->readonly = true;
    return true;
}

bool memory_region_init_rom(MemoryRegion *mr, Object *owner, const char *name,
                            uint64_t size, Error **errp)
{
    return make_migratable(
        mr, memory_region_init_rom_nomigrate(mr, owner, name, size, errp));
}

bool memory_region_init_rom_device(MemoryRegion *mr, Object *owner,
                                   const MemoryRegionOps *ops, void *opaque,
                                   const char *name, uint64_t size, Error **errp)
{
    RAMBlock *block;

    memory_region_init_io(mr, owner, ops, opaque, name, size);
    mr->rom_device = true;
    block = ram_block_new(mr, size, RAM_NORESERVE, NULL, errp);
    return make_migratable(mr, finish_init(mr, block));
}

bool memory_region_init_ram_from_fd(MemoryRegion *mr, Object *owner, const char *name,
                                    uint64_t size, uint32_t ram_flags, int fd,
                                    ram_addr_t offset, Error **errp)
{
    init_ram_region(mr, owner, name, size);
    mr->readonly = ram_flags & RAM_READONLY;
    return finish_init(mr, ram_block_new_fd(mr, size, 0, ram_flags, fd, offset, errp));
}

/* A file without a name in folder @path. */
static int open_unnamed(const char *path, Error **errp)
{
    int fd = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0) {
        error_setg_errno(errp, errno, "can't create backing store in '%s'", path);
    }
    return fd;
}

static int open_backing(const char *path, uint32_t ram_flags, Error **errp)
{
    bool readonly = ram_flags & RAM_READONLY_FD;
    int fd;

    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        return open_unnamed(path, errp);
    }
    fd = open(path, (readonly ? O_RDONLY : O_RDWR | O_CREAT) | O_CLOEXEC, 0644);
    if (fd < 0) {
        error_setg_errno(errp, errno, "can't open backing store %s for guest RAM",
                         path);
    }
    return fd;
}

bool memory_region_init_ram_from_file(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, uint64_t align, uint32_t ram_flags,
                                      const char *path, ram_addr_t offset, Error **errp)
{
    RAMBlock *block = NULL;
    int fd;

    init_ram_region(mr, owner, name, size);
    mr->readonly = ram_flags & RAM_READONLY;
    fd = open_backing(path, ram_flags, errp);
    if (fd >= 0) {
        block = ram_block_new_fd(mr, size, align, ram_flags | RAM_NAMED_FILE, fd,
                                 offset, errp);
        if (!block) {
            close(fd);
        }
    }
    return finish_init(mr, block);
}

void memory_region_init_ram_ptr(MemoryRegion *mr, Object *owner, const char *name,
                                uint64_t size, void *ptr)
{
    assert(ptr);
    init_ram_region(mr, owner, name, size);
    mr->ram_block = ram_block_new(mr, size, RAM_PREALLOC, ptr, &error_abort);
}

static uint64_t ram_device_read(void *opaque, hwaddr addr, unsigned size)
{
    MemoryRegion *mr = opaque;
    const uint8_t *p = mr->ram_block->host + addr;

    switch (size) {
    case 1:
        return *(const volatile uint8_t *)p;
    case 2:
        return *(const volatile uint16_t *)p;
    case 4:
        return *(const volatile uint32_t *)p;
    default:
        return *(const volatile uint64_t *)p;
    }
}

static void ram_device_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    MemoryRegion *mr = opaque;
    uint8_t *p = mr->ram_block->host + addr;

    switch (size) {
    case 1:
        *(volatile uint8_t *)p = data;
        break;
    case 2:
        *(volatile uint16_t *)p = data;
        break;
    case 4:
        *(volatile uint32_t *)p = data;
        break;
    default:
        *(volatile uint64_t *)p = data;
    }
}

static const MemoryRegionOps ram_device_ops = {
    .read = ram_device_read,
    .write = ram_device_write,
    .endianness = HOST_BIG_ENDIAN ? DEVICE_BIG_ENDIAN : DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

void memory_region_init_ram_device_ptr(MemoryRegion *mr, Object *owner,
                                       const char *name, uint64_t size, void *ptr)
{
    memory_region_init_ram_ptr(mr, owner, name, size, ptr);
    mr->ram_device = true;
    mr->ops = &ram_device_ops;
    mr->opaque = mr;
}

int memory_region_get_fd(MemoryRegion *mr)
{
    while (mr->alias) {
        mr = mr->alias;
    }
    return mr->ram_block ? mr->ram_block->fd : -1;
}

void *memory_region_get_ram_ptr(MemoryRegion *mr)
{
    hwaddr offset = 0;

    while (mr->alias) {
        offset += mr->alias_offset;
        mr = mr->alias;
    }
    assert(mr->ram_block);
    return mr->ram_block->host + offset;
}

ram_addr_t memory_region_get_ram_addr(MemoryRegion *mr)
{
    return mr->ram_block ? mr->ram_block->offset : RAM_ADDR_INVALID;
}

MemoryRegion *memory_region_from_host(void *ptr, ram_addr_t *offset)
{
    RAMBlock *block = qemu_ram_block_from_host(ptr, false, offset);

    return block ? block->mr : NULL;
}
