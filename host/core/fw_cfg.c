/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hw/core/qdev-properties.h"
#include "hw/core/resettable.h"
#include "hw/nvram/fw_cfg.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "system/address-spaces.h"
#include "system/system.h"
#include "fw_cfg_internal.h"

typedef struct FWCfgItem {
    const uint8_t *data;
    uint32_t len;
    bool owned;
} FWCfgItem;

/* One entry of the directory, as the guest sees it. */
typedef struct FWCfgFile {
    uint32_t size;
    uint16_t select;
    uint16_t reserved;
    char name[FW_CFG_MAX_FILE_PATH];
} FWCfgFile;

typedef struct FWCfgDirectory {
    uint32_t count;
    FWCfgFile file[FW_CFG_FILE_SLOTS];
} FWCfgDirectory;

G_STATIC_ASSERT(sizeof(FWCfgFile) == 64);

enum { FW_CFG_ITEMS = FW_CFG_FILE_FIRST + FW_CFG_FILE_SLOTS };

struct FWCfgState {
    SysBusDevice parent_obj;

    FWCfgItem items[2][FW_CFG_ITEMS]; /* [1]: FW_CFG_ARCH_LOCAL */
    FWCfgDirectory directory;
    uint8_t uuid[16];
    unsigned n_files;
    uint16_t selected; /* FW_CFG_INVALID: nothing */
    uint32_t offset;
    hwaddr dma_addr;
    AddressSpace *dma_as;
    uint32_t data_width;
    MemoryRegion ctl_mr, data_mr, dma_mr;
};

static FWCfgItem *find_item(FWCfgState *s, uint16_t key)
{
    unsigned index = key & 0x3fff;

    return index < FW_CFG_ITEMS ? &s->items[!!(key & FW_CFG_ARCH_LOCAL)][index] : NULL;
}

void fw_cfg_select(FWCfgState *s, uint16_t key)
{
    s->selected = find_item(s, key) ? key : FW_CFG_INVALID;
    s->offset = 0;
}

uint32_t fw_cfg_take(FWCfgState *s, const uint8_t **data, uint32_t len)
{
    FWCfgItem *item = s->selected == FW_CFG_INVALID ? NULL : find_item(s, s->selected);
    uint32_t left = item && s->offset < item->len ? item->len - s->offset : 0;

    len = MIN(len, left);
    *data = len ? item->data + s->offset : NULL;
    s->offset += len;
    return len;
}

uint64_t fw_cfg_read_data(FWCfgState *s, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++) {
        const uint8_t *byte;

        value = value << 8 | (fw_cfg_take(s, &byte, 1) ? *byte : 0);
    }
    return value;
}

AddressSpace *fw_cfg_dma_as(FWCfgState *s)
{
    return s->dma_as;
}

hwaddr *fw_cfg_dma_addr(FWCfgState *s)
{
    return &s->dma_addr;
}

/* --- what the host puts in --- */

static void set_item(FWCfgState *s, uint16_t key, const void *data, size_t len,
                     bool owned)
{
    FWCfgItem *item = find_item(s, key);

    assert(item && !item->data && len < UINT32_MAX);
    *item = (FWCfgItem){ .data = data, .len = len, .owned = owned };
}

void fw_cfg_add_bytes(FWCfgState *s, uint16_t key, void *data, size_t len)
{
    set_item(s, key, data, len, false);
}

void fw_cfg_add_string(FWCfgState *s, uint16_t key, const char *value)
{
    set_item(s, key, g_strdup(value), strlen(value) + 1, true);
}

/* A copy of a number in wire order. */
static void set_number(FWCfgState *s, uint16_t key, const void *value, size_t size)
{
    void *copy = g_malloc(size);

    memcpy(copy, value, size);
    set_item(s, key, copy, size, true);
}

void fw_cfg_add_i16(FWCfgState *s, uint16_t key, uint16_t value)
{
    value = cpu_to_le16(value);
    set_number(s, key, &value, sizeof(value));
}

void fw_cfg_add_i32(FWCfgState *s, uint16_t key, uint32_t value)
{
    value = cpu_to_le32(value);
    set_number(s, key, &value, sizeof(value));
}

void fw_cfg_add_i64(FWCfgState *s, uint16_t key, uint64_t value)
{
    value = cpu_to_le64(value);
    set_number(s, key, &value, sizeof(value));
}

static FWCfgFile *find_file(FWCfgState *s, const char *name)
{
    for (unsigned i = 0; i < s->n_files; i++) {
        if (g_str_equal(s->directory.file[i].name, name)) {
            return &s->directory.file[i];
        }
    }
    return NULL;
}

void fw_cfg_add_file(FWCfgState *s, const char *filename, void *data, size_t len)
{
    FWCfgFile *file = &s->directory.file[s->n_files];
    uint16_t key = FW_CFG_FILE_FIRST + s->n_files;

    assert(s->n_files < FW_CFG_FILE_SLOTS && !find_file(s, filename));
    assert(strlen(filename) < FW_CFG_MAX_FILE_PATH);
    set_item(s, key, data, len, false);
    file->size = cpu_to_be32(len);
    file->select = cpu_to_be16(key);
    g_strlcpy(file->name, filename, sizeof(file->name));
    s->directory.count = cpu_to_be32(++s->n_files);
}

void *fw_cfg_modify_file(FWCfgState *s, const char *filename, void *data, size_t len)
{
    FWCfgFile *file = find_file(s, filename);
    FWCfgItem *item;
    void *old;

    if (!file) {
        fw_cfg_add_file(s, filename, data, len);
        return NULL;
    }
    item = find_item(s, be16_to_cpu(file->select));
    old = (void *)item->data;
    *item = (FWCfgItem){ .data = data, .len = len };
    file->size = cpu_to_be32(len);
    return old;
}

/* --- the device --- */

/* -uuid as sixteen bytes in the order of its text; zeros when it was not given. */
static void add_uuid(FWCfgState *s)
{
    const char *p = qemu_uuid_str;
    size_t n = 0;

    while (p && *p && n < sizeof(s->uuid)) {
        if (*p == '-') {
            p++;
            continue;
        }
        s->uuid[n++] = g_ascii_xdigit_value(p[0]) << 4 | g_ascii_xdigit_value(p[1]);
        p += 2;
    }
    fw_cfg_add_bytes(s, FW_CFG_UUID, s->uuid, sizeof(s->uuid));
}

static void add_common_items(FWCfgState *s)
{
    fw_cfg_add_bytes(s, FW_CFG_SIGNATURE, (void *)"QEMU", 4);
    fw_cfg_add_i32(s, FW_CFG_ID, FW_CFG_VERSION | FW_CFG_VERSION_DMA);
    add_uuid(s);
    fw_cfg_add_i16(s, FW_CFG_BOOT_MENU, 0);
    fw_cfg_add_bytes(s, FW_CFG_FILE_DIR, &s->directory, sizeof(s->directory));
}

static void fw_cfg_reset_hold(Object *obj, ResetType type)
{
    FWCfgState *s = FW_CFG(obj);

    s->selected = FW_CFG_INVALID;
    s->offset = 0;
    s->dma_addr = 0;
}

static void fw_cfg_instance_init(Object *obj)
{
    FWCfgState *s = FW_CFG(obj);

    s->selected = FW_CFG_INVALID;
    add_common_items(s);
}

static void fw_cfg_finalize(Object *obj)
{
    FWCfgState *s = FW_CFG(obj);

    for (unsigned i = 0; i < 2 * FW_CFG_ITEMS; i++) {
        FWCfgItem *item = &s->items[i / FW_CFG_ITEMS][i % FW_CFG_ITEMS];

        if (item->owned) {
            g_free((void *)item->data);
        }
    }
}

static void fw_cfg_mem_realize(DeviceState *dev, Error **errp)
{
    FWCfgState *s = FW_CFG(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    memory_region_init_io(&s->ctl_mr, OBJECT(s), &fw_cfg_ctl_ops, s, "fwcfg.ctl", 2);
    memory_region_init_io(&s->data_mr, OBJECT(s), &fw_cfg_data_ops, s, "fwcfg.data",
                          s->data_width);
    memory_region_init_io(&s->dma_mr, OBJECT(s), &fw_cfg_dma_ops, s, "fwcfg.dma", 8);
    sysbus_init_mmio(sbd, &s->ctl_mr);
    sysbus_init_mmio(sbd, &s->data_mr);
    sysbus_init_mmio(sbd, &s->dma_mr);
}

static void fw_cfg_io_realize(DeviceState *dev, Error **errp)
{
    FWCfgState *s = FW_CFG(dev);

    memory_region_init_io(&s->ctl_mr, OBJECT(s), &fw_cfg_port_ops, s, "fwcfg", 2);
    memory_region_init_io(&s->dma_mr, OBJECT(s), &fw_cfg_dma_ops, s, "fwcfg.dma", 8);
}

static FWCfgState *fw_cfg_new(const char *type, uint32_t data_width,
                              AddressSpace *dma_as)
{
    FWCfgState *s = FW_CFG(qdev_new(type));

    s->data_width = data_width;
    s->dma_as = dma_as;
    object_property_add_child(qdev_get_machine(), TYPE_FW_CFG, OBJECT(s));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(s), &error_fatal);
    return s;
}

FWCfgState *fw_cfg_init_mem_dma(hwaddr ctl_addr, hwaddr data_addr, uint32_t data_width,
                                hwaddr dma_addr, AddressSpace *dma_as)
{
    FWCfgState *s = fw_cfg_new(TYPE_FW_CFG_MEM, data_width, dma_as);

    sysbus_mmio_map(SYS_BUS_DEVICE(s), 0, ctl_addr);
    sysbus_mmio_map(SYS_BUS_DEVICE(s), 1, data_addr);
    sysbus_mmio_map(SYS_BUS_DEVICE(s), 2, dma_addr);
    return s;
}

FWCfgState *fw_cfg_init_io_dma(uint32_t iobase, uint32_t dma_iobase,
                               AddressSpace *dma_as)
{
    FWCfgState *s = fw_cfg_new(TYPE_FW_CFG_IO, 1, dma_as);

    memory_region_add_subregion(get_system_io(), iobase, &s->ctl_mr);
    memory_region_add_subregion(get_system_io(), dma_iobase, &s->dma_mr);
    return s;
}

FWCfgState *fw_cfg_find(void)
{
    return (FWCfgState *)object_dynamic_cast(
        object_resolve_path("/machine/" TYPE_FW_CFG, NULL), TYPE_FW_CFG);
}

bool fw_cfg_dma_enabled(void *opaque)
{
    return FW_CFG(opaque)->dma_as != NULL;
}

static void fw_cfg_class_init(ObjectClass *klass, const void *data)
{
    DEVICE_CLASS(klass)->desc = "firmware configuration device";
    RESETTABLE_CLASS(klass)->phases.hold = fw_cfg_reset_hold;
}

static void fw_cfg_mem_class_init(ObjectClass *klass, const void *data)
{
    DEVICE_CLASS(klass)->realize = fw_cfg_mem_realize;
}

static void fw_cfg_io_class_init(ObjectClass *klass, const void *data)
{
    DEVICE_CLASS(klass)->realize = fw_cfg_io_realize;
}

static const TypeInfo fw_cfg_types[] = {
    {
        .name = TYPE_FW_CFG,
        .parent = TYPE_SYS_BUS_DEVICE,
        .abstract = true,
        .instance_size = sizeof(FWCfgState),
        .instance_init = fw_cfg_instance_init,
        .instance_finalize = fw_cfg_finalize,
        .class_init = fw_cfg_class_init,
    },
    { .name = TYPE_FW_CFG_MEM,
      .parent = TYPE_FW_CFG,
      .class_init = fw_cfg_mem_class_init },
    { .name = TYPE_FW_CFG_IO,
      .parent = TYPE_FW_CFG,
      .class_init = fw_cfg_io_class_init },
};
DEFINE_TYPES(fw_cfg_types)
