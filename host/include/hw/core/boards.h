/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines: a class per -machine name, and the one machine of the process.
 */
#ifndef HW_BOARDS_H
#define HW_BOARDS_H

#include "hw/core/qdev.h"
#include "hw/core/resettable.h"
#include "qapi/qapi-types-common.h"
#include "qemu/module.h"
#include "qom/object.h"
#include "system/hostmem.h"
#include "system/memory.h"

#define TYPE_MACHINE_SUFFIX            "-machine"
#define MACHINE_TYPE_NAME(machinename) (machinename TYPE_MACHINE_SUFFIX)

#define TYPE_MACHINE                   "machine"
OBJECT_DECLARE_TYPE(MachineState, MachineClass, MACHINE)

extern MachineState *current_machine;

typedef struct CpuTopology {
    unsigned int cpus; /* present at start */
    unsigned int sockets;
    unsigned int dies;
    unsigned int clusters;
    unsigned int cores;
    unsigned int threads;
    unsigned int max_cpus;
} CpuTopology;

typedef struct SMPCompatProps {
    bool prefer_sockets;
    bool dies_supported;
    bool clusters_supported;
    bool has_clusters;
} SMPCompatProps;

struct MachineClass {
    ObjectClass parent_class;

    char *name; /* the type's name without its suffix */
    const char *alias;
    const char *desc;
    const char *deprecation_reason;

    /* Builds the machine: ram, CPUs and options are known. Errors end the process. */
    void (*init)(MachineState *state);
    /* Overrides qemu_devices_reset() as the reset of everything. */
    void (*reset)(MachineState *state, ResetType type);

    int max_cpus;
    int min_cpus;
    int default_cpus;
    bool is_default;
    const char *default_machine_opts;
    GPtrArray *compat_props; /* of GlobalProperty */
    ram_addr_t default_ram_size;
    const char *default_cpu_type;
    int minimum_page_bits;
    bool ignore_memory_transaction_failures;
    const char *const *valid_cpu_types; /* ends with NULL; NULL: any */
    SMPCompatProps smp_props;
    const char *default_ram_id; /* NULL: the machine has no ram of its own */
    const char *target;         /* "aarch64", "x86_64"; NULL: both */

    HotplugHandler *(*get_hotplug_handler)(MachineState *machine, DeviceState *dev);
    bool (*hotplug_allowed)(MachineState *state, DeviceState *dev, Error **errp);
};

struct MachineState {
    Object parent_obj;

    void *fdt;
    char *dtb;
    char *dumpdtb;
    bool dump_guest_core;
    bool mem_merge;
    bool usb;
    bool suppress_vmdesc;
    bool enable_graphics;
    char *firmware;
    char *memdev_id;           /* -machine memory-backend= */
    HostMemoryBackend *memdev; /* what it names, or the default one */
    MemoryRegion *ram;         /* the memory of memdev or of -m; not mapped yet */
    ram_addr_t ram_size;
    bool ram_size_given; /* -m */
    ram_addr_t maxram_size;
    uint64_t ram_slots;
    char *kernel_filename;
    char *kernel_cmdline;
    char *initrd_filename;
    const char *cpu_type;
    CpuTopology smp;
    OnOffAuto virtio_access_platform; /* default for every virtio device */
};

/* machine_initfn(MachineClass *mc) fills the class. */
#define DEFINE_MACHINE(namestr, machine_initfn)                                        \
    static void machine_initfn##_class_init(ObjectClass *oc, const void *data)         \
    {                                                                                  \
        machine_initfn(MACHINE_CLASS(oc));                                             \
    }                                                                                  \
    static const TypeInfo machine_initfn##_typeinfo = {                                \
        .name = MACHINE_TYPE_NAME(namestr),                                            \
        .parent = TYPE_MACHINE,                                                        \
        .class_init = machine_initfn##_class_init,                                     \
    };                                                                                 \
    static void machine_initfn##_register_types(void)                                  \
    {                                                                                  \
        type_register_static(&machine_initfn##_typeinfo);                              \
    }                                                                                  \
    type_init(machine_initfn##_register_types)

/* By name or alias, among those of this target; @name NULL: the default one. */
MachineClass *machine_find_class(const char *name);
bool machine_class_fits_target(MachineClass *mc);
/* @config: -smp's members, numbers or strings; fills ms->smp. */
bool machine_parse_smp(MachineState *ms, struct json_object *config, Error **errp);
/* Gets the machine its memory, checks the CPU model, calls the class's init. */
void machine_run_board_init(MachineState *machine, const char *mem_path, Error **errp);
bool machine_usb(MachineState *machine);
bool machine_dump_guest_core(MachineState *machine);
bool machine_mem_merge(MachineState *machine);
/* @backend's memory becomes the machine's; it cannot be used twice. */
MemoryRegion *machine_consume_memdev(MachineState *machine, HostMemoryBackend *backend);

#endif
