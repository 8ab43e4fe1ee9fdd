/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include <libfdt.h>
#include <sys/random.h>
#include "boot-image.h"
#include "fdt-builder.h"
#include "hw/arm/boot.h"
#include "hw/core/cpu.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "system/reset.h"
#include "system/runstate.h"
#include "target/arm/cpu.h"

/* Linux wants the tree within a 2 MiB block. */
enum { DT_ALIGN = 2 * MiB, INITRD_ALIGN = 4096, SEED_BYTES = 32 };

typedef struct LoadedImage {
    BootImage *image;
    uint64_t addr;
} LoadedImage;

typedef struct ArmBoot {
    LoadedImage kernel, initrd, dtb;
    uint64_t entry;
} ArmBoot;

static void copy_or_complain(const LoadedImage *loaded)
{
    Error *err = NULL;

    if (loaded->image && !boot_image_copy(loaded->image, loaded->addr, &err)) {
        error_report_err(err);
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_ERROR);
    }
}

/* The guest has had its way with RAM: everything is put back. */
static void arm_boot_reset(void *opaque)
{
    ArmBoot *boot = opaque;

    copy_or_complain(&boot->kernel);
    copy_or_complain(&boot->initrd);
    copy_or_complain(&boot->dtb);
}

/* --- the tree --- */

static void *load_dtb(const char *path, Error **errp)
{
    g_autofree char *file = NULL;
    g_autoptr(GError) gerr = NULL;
    void *fdt;
    size_t size;

    if (!g_file_get_contents(path, &file, &size, &gerr)) {
        error_setg(errp, "-dtb: could not read '%s': %s", path, gerr->message);
        return NULL;
    }
    if (size > DT_SIZE / 2 || fdt_check_full(file, size) != 0) {
        error_setg(errp, "-dtb: '%s' is no device tree, is damaged or too large", path);
        return NULL;
    }
    fdt = g_malloc0(DT_SIZE);
    if (fdt_open_into(file, fdt, DT_SIZE) != 0 || fdt_address_cells(fdt, 0) != 2 ||
        fdt_size_cells(fdt, 0) != 2) {
        error_setg(errp,
                   "-dtb: '%s': #address-cells and #size-cells of the root must "
                   "be 2",
                   path);
        g_free(fdt);
        return NULL;
    }
    return fdt;
}

/* Whatever the file says of memory, -m decides. */
static void set_memory(void *fdt, hwaddr base, uint64_t size)
{
    g_autofree char *path = g_strdup_printf("/memory@%" PRIx64, base);
    int node;

    while ((node = fdt_node_offset_by_prop_value(fdt, -1, "device_type", "memory",
                                                 7)) >= 0) {
        fdt_del_node(fdt, node);
    }
    dt_node(fdt, path);
    dt_string(fdt, path, "device_type", "memory");
    dt_cells(fdt, path, "reg", DT_U64(base), DT_U64(size));
}

static void set_chosen(void *fdt, MachineState *ms, const LoadedImage *initrd)
{
    uint8_t seed[SEED_BYTES];

    if (fdt_path_offset(fdt, "/chosen") < 0) {
        dt_node(fdt, "/chosen");
    }
    if (ms->kernel_cmdline && *ms->kernel_cmdline) {
        dt_string(fdt, "/chosen", "bootargs", ms->kernel_cmdline);
    }
    if (initrd->image) {
        dt_u64(fdt, "/chosen", "linux,initrd-start", initrd->addr);
        dt_u64(fdt, "/chosen", "linux,initrd-end", initrd->addr + initrd->image->size);
    }
    if (getrandom(seed, sizeof(seed), 0) == sizeof(seed)) {
        dt_bytes(fdt, "/chosen", "rng-seed", seed, sizeof(seed));
    }
}

static bool dump_dtb(const char *path, const void *fdt, Error **errp)
{
    g_autoptr(GError) gerr = NULL;

    if (!g_file_set_contents(path, fdt, fdt_totalsize(fdt), &gerr)) {
        error_setg(errp, "dumpdtb: could not write '%s': %s", path, gerr->message);
        return false;
    }
    info_report("dtb dumped to %s. Exiting.", path);
    exit(0);
}

/* --- where things go --- */

static bool place_kernel(ArmBoot *boot, MachineState *ms, hwaddr base, Error **errp)
{
    boot->kernel.image =
        boot_image_open_kernel(ms->kernel_filename, ms->ram_size, errp);
    if (!boot->kernel.image) {
        return false;
    }
    boot->kernel.addr = boot->entry = base + boot->kernel.image->text_offset;
    return true;
}

/* After the kernel, but not at the very end of a large RAM. */
static bool place_initrd(ArmBoot *boot, MachineState *ms, hwaddr base, uint64_t *end,
                         Error **errp)
{
    uint64_t addr = base + MIN(ms->ram_size / 2, 128 * MiB);

    *end = boot->kernel.addr + boot->kernel.image->memory_size;
    if (!ms->initrd_filename) {
        return true;
    }
    boot->initrd.image =
        boot_image_open_initrd(ms->initrd_filename, ms->ram_size, errp);
    if (!boot->initrd.image) {
        return false;
    }
    boot->initrd.addr = QEMU_ALIGN_UP(MAX(addr, *end), INITRD_ALIGN);
    *end = boot->initrd.addr + boot->initrd.image->size;
    if (*end > base + ms->ram_size) {
        error_setg(errp,
                   "-initrd: '%s' does not fit into the guest's RAM behind the "
                   "kernel",
                   ms->initrd_filename);
        return false;
    }
    return true;
}

static bool place_dtb(ArmBoot *boot, MachineState *ms, hwaddr base, uint64_t end,
                      void *fdt, Error **errp)
{
    uint64_t size = fdt_totalsize(fdt);
    void *copy;

    boot->dtb.addr = QEMU_ALIGN_UP(end, DT_ALIGN);
    if (boot->dtb.addr > base + ms->ram_size ||
        size > base + ms->ram_size - boot->dtb.addr) {
        error_setg(errp, "-m: no room for the device tree behind '%s'",
                   ms->initrd_filename ?: ms->kernel_filename);
        return false;
    }
    copy = g_malloc(size);
    memcpy(copy, fdt, size);
    boot->dtb.image = boot_image_from_memory("device tree", copy, size);
    return true;
}

static void arm_boot_free(ArmBoot *boot)
{
    LoadedImage *all[] = { &boot->kernel, &boot->initrd, &boot->dtb };

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        g_clear_pointer(&all[i]->image, boot_image_free);
    }
    g_free(boot);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ArmBoot, arm_boot_free)

static bool check_options(MachineState *ms, Error **errp)
{
    if (ms->kernel_filename) {
        return true;
    }
    if (ms->initrd_filename) {
        error_setg(errp, "-initrd is of no use without -kernel");
    } else if (ms->kernel_cmdline && *ms->kernel_cmdline) {
        error_setg(errp, "-append is of no use without -kernel");
    } else {
        return true;
    }
    return false;
}

bool arm_boot_load(MachineState *ms, void *fdt, hwaddr ram_base, Error **errp)
{
    g_autoptr(ArmBoot) boot = g_new0(ArmBoot, 1);
    uint64_t end = ram_base;

    ms->fdt = fdt;
    if (!check_options(ms, errp)) {
        return false;
    }
    if (ms->dtb) {
        g_free(fdt);
        ms->fdt = fdt = load_dtb(ms->dtb, errp);
        if (!fdt) {
            return false;
        }
        set_memory(fdt, ram_base, ms->ram_size);
    }
    if (ms->kernel_filename && (!place_kernel(boot, ms, ram_base, errp) ||
                                !place_initrd(boot, ms, ram_base, &end, errp))) {
        return false;
    }
    set_chosen(fdt, ms, &boot->initrd);
    fdt_pack(fdt);
    if (ms->dumpdtb) {
        return dump_dtb(ms->dumpdtb, fdt, errp);
    }
    if (!ms->kernel_filename) {
        return true;
    }
    if (!place_dtb(boot, ms, ram_base, end, fdt, errp)) {
        return false;
    }
    arm_cpu_set_boot(first_cpu, boot->entry, boot->dtb.addr);
    /* Lives as long as the machine. */
    qemu_register_reset(arm_boot_reset, g_steal_pointer(&boot));
    return true;
}
