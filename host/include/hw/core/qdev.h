/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices and buses: an object that is configured by properties, then realized
 * (plugged into a bus, reachable by the guest) and perhaps unrealized again.
 *
 * A device is owned by its QOM parent; its bus keeps a reference while it is
 * plugged. Unparenting a device unrealizes it and takes its buses with it.
 */
#ifndef QDEV_CORE_H
#define QDEV_CORE_H

#include "qemu/atomic.h"
#include "qemu/bitmap.h"
#include "qemu/mem-reentrancy.h"
#include "qemu/queue.h"
#include "qom/object.h"
#include "hw/core/hotplug.h"
#include "hw/core/irq.h"
#include "hw/core/resettable.h"

enum {
    DEV_NVECTORS_UNSPECIFIED = -1,
};

typedef struct Property Property;
typedef struct PropertyInfo PropertyInfo;
typedef struct VMStateDescription VMStateDescription;
typedef struct BusClass BusClass;

#define TYPE_DEVICE "device"
OBJECT_DECLARE_TYPE(DeviceState, DeviceClass, DEVICE)

typedef enum DeviceCategory {
    DEVICE_CATEGORY_BRIDGE,
    DEVICE_CATEGORY_USB,
    DEVICE_CATEGORY_STORAGE,
    DEVICE_CATEGORY_NETWORK,
    DEVICE_CATEGORY_INPUT,
    DEVICE_CATEGORY_DISPLAY,
    DEVICE_CATEGORY_SOUND,
    DEVICE_CATEGORY_MISC,
    DEVICE_CATEGORY_CPU,
    DEVICE_CATEGORY_WATCHDOG,
    DEVICE_CATEGORY_MAX
} DeviceCategory;

typedef void (*DeviceRealize)(DeviceState *dev, Error **errp);
typedef void (*DeviceUnrealize)(DeviceState *dev);
typedef void (*DeviceReset)(DeviceState *dev);
typedef void (*BusRealize)(BusState *bus, Error **errp);
typedef void (*BusUnrealize)(BusState *bus);

struct DeviceClass {
    ObjectClass parent_class;

    DECLARE_BITMAP(categories, DEVICE_CATEGORY_MAX);
    const char *fw_name;
    const char *desc;
    const Property *props_; /* set with device_class_set_props() */
    uint16_t props_count_;
    bool user_creatable; /* -device and device_add may make one */
    bool hotpluggable;
    DeviceReset legacy_reset;
    DeviceRealize realize;
    DeviceUnrealize unrealize;
    const VMStateDescription *vmsd;
    const char *bus_type; /* the type of bus it needs, or NULL */
};

typedef struct NamedGPIOList NamedGPIOList;

struct NamedGPIOList {
    char *name;
    qemu_irq *in;   /* children of the device */
    qemu_irq **out; /* where each connected line (a reference) is stored */
    int num_in;
    int num_out;
    QLIST_ENTRY(NamedGPIOList) node;
};

typedef QLIST_HEAD(, NamedGPIOList) NamedGPIOListHead;
typedef QLIST_HEAD(, BusState) BusStateHead;

struct DeviceState {
    Object parent_obj;

    char *id;
    char *canonical_path; /* kept for DEVICE_DELETED */
    bool realized;
    bool pending_deleted_event;
    int64_t pending_deleted_expires_ms;
    int hotplugged;
    BusState *parent_bus;
    NamedGPIOListHead gpios;
    BusStateHead child_bus;
    int num_child_bus;
    int instance_id_alias;
    int alias_required_for_version;
    ResettableState reset;
    GSList *unplug_blockers; /* of Error, borrowed */
    MemReentrancyGuard mem_reentrancy_guard;
};

typedef struct DeviceListener DeviceListener;
struct DeviceListener {
    void (*realize)(DeviceListener *listener, DeviceState *dev);
    void (*unrealize)(DeviceListener *listener, DeviceState *dev);
    /* A device that had been realized is gone; @id may be NULL. */
    void (*deleted)(DeviceListener *listener, const char *id, const char *path);
    QTAILQ_ENTRY(DeviceListener) link;
};

#define TYPE_BUS "bus"
DECLARE_OBJ_CHECKERS(BusState, BusClass, BUS, TYPE_BUS)

struct BusClass {
    ObjectClass parent_class;

    char *(*get_dev_path)(DeviceState *dev);
    char *(*get_fw_dev_path)(DeviceState *dev);
    bool (*check_address)(BusState *bus, DeviceState *dev, Error **errp);
    BusRealize realize;
    BusUnrealize unrealize;
    int max_dev; /* 0: no limit */
    int automatic_ids;
};

typedef struct BusChild {
    DeviceState *child;
    int index;
    QTAILQ_ENTRY(BusChild) sibling;
} BusChild;

#define QDEV_HOTPLUG_HANDLER_PROPERTY "hotplug-handler"

typedef QTAILQ_HEAD(, BusChild) BusChildHead;
typedef QLIST_ENTRY(BusState) BusStateEntry;

struct BusState {
    Object obj;

    DeviceState *parent; /* the controller, NULL for the main system bus */
    char *name;
    HotplugHandler *hotplug_handler;
    int max_index;
    bool realized;
    bool full;
    int num_children;
    BusChildHead children; /* newest first, as QEMU lists them */
    BusStateEntry sibling;
    ResettableState reset;
};

/* A default for @property of every object that is a @driver. */
typedef struct GlobalProperty {
    const char *driver;
    const char *property;
    const char *value;
    bool used;
    bool optional; /* an object without the property is no error */
} GlobalProperty;

static inline void compat_props_add(GPtrArray *arr, GlobalProperty props[],
                                    size_t nelem)
{
    for (size_t i = 0; i < nelem; i++) {
        g_ptr_array_add(arr, &props[i]);
    }
}

/* --- life of a device --- */

/* @name must be a device type. The caller owns the reference. */
DeviceState *qdev_new(const char *name);
DeviceState *qdev_try_new(const char *name);

static inline bool qdev_is_realized(DeviceState *dev)
{
    return qatomic_load_acquire(&dev->realized);
}

/* Plugs into @bus (may be NULL) and realizes. On failure it is unplugged again. */
bool qdev_realize(DeviceState *dev, BusState *bus, Error **errp);
/* Also drops the caller's reference: the bus or parent keeps the device. */
bool qdev_realize_and_unref(DeviceState *dev, BusState *bus, Error **errp);
void qdev_unrealize(DeviceState *dev);
bool qdev_set_parent_bus(DeviceState *dev, BusState *bus, Error **errp);
void qdev_set_legacy_instance_id(DeviceState *dev, int alias_id,
                                 int required_for_version);

#define device_class_set_props(dc, props)                                              \
    do {                                                                               \
        _Static_assert(sizeof(props) != 0, "no properties");                           \
        device_class_set_props_n((dc), (props), G_N_ELEMENTS(props));                  \
    } while (0)
/* @props must live as long as the process. */
void device_class_set_props_n(DeviceClass *dc, const Property *props, size_t n);
/*
 * @alias is a second name of the property @name of the class: for -device,
 * -global, JSON, device_add and QOM alike. See object_class_property_add_alias.
 */
void device_class_add_prop_alias(DeviceClass *dc, const char *alias, const char *name);
void device_class_set_parent_realize(DeviceClass *dc, DeviceRealize dev_realize,
                                     DeviceRealize *parent_realize);
void device_class_set_parent_unrealize(DeviceClass *dc, DeviceUnrealize dev_unrealize,
                                       DeviceUnrealize *parent_unrealize);
void device_class_set_legacy_reset(DeviceClass *dc, DeviceReset dev_reset);
const VMStateDescription *qdev_get_vmsd(DeviceState *dev);
const char *qdev_fw_name(DeviceState *dev);

/* --- hotplug --- */

HotplugHandler *qdev_get_bus_hotplug_handler(DeviceState *dev);
HotplugHandler *qdev_get_machine_hotplug_handler(DeviceState *dev);
/* The machine's if it wants the device, else its bus's. */
HotplugHandler *qdev_get_hotplug_handler(DeviceState *dev);
bool qdev_hotplug_allowed(DeviceState *dev, BusState *bus, Error **errp);
bool qdev_hotunplug_allowed(DeviceState *dev, Error **errp);
/* Asks for removal (may finish later) or removes at once. */
void qdev_unplug(DeviceState *dev, Error **errp);
/* An unplug callback for handlers that have nothing else to do. */
void qdev_simple_device_unplug_cb(HotplugHandler *hotplug_dev, DeviceState *dev,
                                  Error **errp);
void qdev_add_unplug_blocker(DeviceState *dev, Error *reason);
void qdev_del_unplug_blocker(DeviceState *dev, Error *reason);
bool qdev_unplug_blocked(DeviceState *dev, Error **errp);
void device_listener_register(DeviceListener *listener);
void device_listener_unregister(DeviceListener *listener);

/* --- lines --- */

qemu_irq qdev_get_gpio_in(DeviceState *dev, int n);
qemu_irq qdev_get_gpio_in_named(DeviceState *dev, const char *name, int n);
void qdev_connect_gpio_out(DeviceState *dev, int n, qemu_irq pin);
void qdev_connect_gpio_out_named(DeviceState *dev, const char *name, int n,
                                 qemu_irq input_pin);
qemu_irq qdev_get_gpio_out_connector(const DeviceState *dev, const char *name, int n);
bool qdev_has_gpio_out(const DeviceState *dev, const char *name, int n);
/* Puts @icpt in the place of the connected line, which is returned. */
qemu_irq qdev_intercept_gpio_out(DeviceState *dev, qemu_irq icpt, const char *name,
                                 int n);
void qdev_init_gpio_in(DeviceState *dev, qemu_irq_handler handler, int n);
void qdev_init_gpio_out(DeviceState *dev, qemu_irq *pins, int n);
void qdev_init_gpio_out_named(DeviceState *dev, qemu_irq *pins, const char *name,
                              int n);
void qdev_init_gpio_in_named_with_opaque(DeviceState *dev, qemu_irq_handler handler,
                                         void *opaque, const char *name, int n);

static inline void qdev_init_gpio_in_named(DeviceState *dev, qemu_irq_handler handler,
                                           const char *name, int n)
{
    qdev_init_gpio_in_named_with_opaque(dev, handler, dev, name, n);
}

/* --- buses --- */

typedef int(qbus_walkerfn)(BusState *bus, void *opaque);
typedef int(qdev_walkerfn)(DeviceState *dev, void *opaque);

BusState *qdev_get_parent_bus(const DeviceState *dev);
BusState *qdev_get_child_bus(DeviceState *dev, const char *name);
DeviceState *qdev_find_recursive(BusState *bus, const char *id);
/* In memory of the caller (a field of @parent). @name NULL: a generated one. */
void qbus_init(void *bus, size_t size, const char *typename, DeviceState *parent,
               const char *name);
BusState *qbus_new(const char *typename, DeviceState *parent, const char *name);
bool qbus_realize(BusState *bus, Error **errp);
void qbus_unrealize(BusState *bus);
/* A negative result of a walker ends it all, a positive one skips what is below. */
int qbus_walk_children(BusState *bus, qdev_walkerfn *pre_devfn,
                       qbus_walkerfn *pre_busfn, qdev_walkerfn *post_devfn,
                       qbus_walkerfn *post_busfn, void *opaque);
int qdev_walk_children(DeviceState *dev, qdev_walkerfn *pre_devfn,
                       qbus_walkerfn *pre_busfn, qdev_walkerfn *post_devfn,
                       qbus_walkerfn *post_busfn, void *opaque);
void qbus_set_hotplug_handler(BusState *bus, Object *handler);
void qbus_set_bus_hotplug_handler(BusState *bus);
bool qbus_is_hotpluggable(BusState *bus);

static inline void qbus_mark_full(BusState *bus)
{
    bus->full = true;
}

/* The main system bus, made on first use. */
BusState *sysbus_get_default(void);

/* --- reset --- */

void device_cold_reset(DeviceState *dev);
void bus_cold_reset(BusState *bus);
bool device_is_in_reset(DeviceState *dev);
bool bus_is_in_reset(BusState *bus);

/* --- names --- */

/* New strings. dev_path: what the bus calls it; NULL if it gives no names. */
char *qdev_get_dev_path(DeviceState *dev);
char *qdev_get_fw_dev_path(DeviceState *dev);
char *qdev_get_human_name(DeviceState *dev);
const char *qdev_get_printable_name(DeviceState *dev);

/* --- the machine's part --- */

/* "/machine"; made as a container if no machine exists (unit tests). */
Object *qdev_get_machine(void);
Object *machine_get_container(const char *name);
/* From here on new devices count as hotplugged. */
void qdev_machine_creation_done(void);
/* A device was hotplugged or unplugged since. */
bool qdev_machine_modified(void);

typedef enum MachineInitPhase {
    PHASE_NO_MACHINE,
    PHASE_MACHINE_CREATED,
    PHASE_ACCEL_CREATED,
    PHASE_LATE_BACKENDS_CREATED,
    PHASE_MACHINE_INITIALIZED,
    PHASE_MACHINE_READY,
} MachineInitPhase;

bool phase_check(MachineInitPhase phase);
void phase_advance(MachineInitPhase phase);

#endif
