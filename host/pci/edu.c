/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * edu: QEMU's documented teaching device (docs/specs/edu.rst there): liveness,
 * factorials computed by a thread, interrupts, and a DMA engine with a buffer
 * of 4 KiB. Here it is the plain PCI endpoint: its DMA knows no IOMMU and
 * always meets the one that its bus has.
 *
 * Guest registers are served under the big lock; `lock` guards only what the
 * thread shares. The thread takes nothing else: it reports by a bottom half.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "hw/core/qdev-properties.h"
#include "hw/pci/msi.h"
#include "hw/pci/pci_device.h"
#include "migration/vmstate.h"

#define TYPE_EDU "edu"
OBJECT_DECLARE_SIMPLE_TYPE(EduState, EDU)

#define BAR_SIZE         0x100000
#define BUFFER_ADDR      0x40000
#define BUFFER_SIZE      4096
#define WIDE_REGS        0x80 /* from here on 8-byte accesses are allowed too */

#define REG_ID           0x00
#define REG_LIVENESS     0x04
#define REG_FACTORIAL    0x08
#define REG_STATUS       0x20
#define REG_IRQ_STATUS   0x24
#define REG_IRQ_RAISE    0x60
#define REG_IRQ_ACK      0x64
#define REG_DMA_SRC      0x80
#define REG_DMA_DST      0x88
#define REG_DMA_COUNT    0x90
#define REG_DMA_CMD      0x98

#define EDU_ID           0x010000edU
#define STATUS_COMPUTING 0x01
#define STATUS_RAISE     0x80
#define DMA_START        0x1
#define DMA_TO_RAM       0x2
#define DMA_RAISE        0x4
#define DMA_CMD_BITS     0x7
#define FACTORIAL_IRQ    0x001
#define DMA_IRQ          0x100

struct EduState {
    PCIDevice parent_obj;

    MemoryRegion mmio;
    uint32_t liveness;
    uint32_t irq_status;

    QemuThread thread;
    QemuMutex lock;
    QemuCond cond;
    /* guarded by lock */
    uint32_t factorial;
    uint32_t status;
    bool stopping;
    QEMUBH *factorial_done;

    struct {
        uint64_t src, dst, count, cmd;
    } dma;
    QEMUBH *dma_run;
    uint64_t dma_mask;
    uint8_t buffer[BUFFER_SIZE];
};

/* --- interrupts --- */

static void raise_irq(EduState *edu, uint32_t bits)
{
    PCIDevice *pci = PCI_DEVICE(edu);

    edu->irq_status |= bits;
    if (!edu->irq_status) {
        return;
    }
    if (msi_enabled(pci)) {
        msi_notify(pci, 0);
    } else {
        pci_set_irq(pci, 1);
    }
}

static void lower_irq(EduState *edu, uint32_t bits)
{
    edu->irq_status &= ~bits;
    if (!edu->irq_status && !msi_enabled(PCI_DEVICE(edu))) {
        pci_set_irq(PCI_DEVICE(edu), 0);
    }
}

/* --- factorials --- */

/* Modulo 2^32, so after some 34 steps there are 32 factors of two: 0 stays 0. */
static uint32_t factorial_of(uint32_t n)
{
    uint32_t result = 1;

    while (n > 1 && result) {
        result *= n--;
    }
    return result;
}

static void *factorial_thread(void *opaque)
{
    EduState *edu = opaque;

    qemu_mutex_lock(&edu->lock);
    while (!edu->stopping) {
        if (!(edu->status & STATUS_COMPUTING)) {
            qemu_cond_wait(&edu->cond, &edu->lock);
            continue;
        }
        edu->factorial = factorial_of(edu->factorial);
        edu->status &= ~STATUS_COMPUTING;
        if (edu->status & STATUS_RAISE) {
            qemu_bh_schedule(edu->factorial_done);
        }
    }
    qemu_mutex_unlock(&edu->lock);
    return NULL;
}

static void factorial_done_bh(void *opaque)
{
    raise_irq(opaque, FACTORIAL_IRQ);
}

static void start_factorial(EduState *edu, uint32_t n)
{
    QEMU_LOCK_GUARD(&edu->lock);
    if (!(edu->status & STATUS_COMPUTING)) {
        edu->factorial = n;
        edu->status |= STATUS_COMPUTING;
        qemu_cond_signal(&edu->cond);
    }
}

static void write_status(EduState *edu, uint32_t val)
{
    QEMU_LOCK_GUARD(&edu->lock);
    edu->status = (edu->status & ~STATUS_RAISE) | (val & STATUS_RAISE);
}

static uint32_t read_shared(EduState *edu, const uint32_t *field)
{
    QEMU_LOCK_GUARD(&edu->lock);
    return *field;
}

/* --- DMA --- */

static bool in_buffer(EduState *edu, uint64_t addr, uint64_t count)
{
    if (count <= BUFFER_SIZE && addr >= BUFFER_ADDR &&
        addr - BUFFER_ADDR <= BUFFER_SIZE - count) {
        return true;
    }
    qemu_log_mask(LOG_GUEST_ERROR,
                  "edu: DMA of 0x%" PRIx64 " bytes at 0x%" PRIx64
                  " leaves the buffer: nothing is transferred\n",
                  count, addr);
    return false;
}

static dma_addr_t masked(EduState *edu, uint64_t addr)
{
    if (addr & ~edu->dma_mask) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "edu: DMA address 0x%" PRIx64 " does not fit dma_mask 0x%" PRIx64
                      "\n",
                      addr, edu->dma_mask);
    }
    return addr & edu->dma_mask;
}

static void transfer(EduState *edu)
{
    PCIDevice *pci = PCI_DEVICE(edu);
    uint64_t count = edu->dma.count;

    if (edu->dma.cmd & DMA_TO_RAM) {
        if (in_buffer(edu, edu->dma.src, count)) {
            pci_dma_write(pci, masked(edu, edu->dma.dst),
                          edu->buffer + (edu->dma.src - BUFFER_ADDR), count);
        }
    } else if (in_buffer(edu, edu->dma.dst, count)) {
        pci_dma_read(pci, masked(edu, edu->dma.src),
                     edu->buffer + (edu->dma.dst - BUFFER_ADDR), count);
    }
}

static void dma_run_bh(void *opaque)
{
    EduState *edu = opaque;

    if (!(edu->dma.cmd & DMA_START)) {
        return;
    }
    transfer(edu);
    edu->dma.cmd &= ~DMA_START;
    if (edu->dma.cmd & DMA_RAISE) {
        raise_irq(edu, DMA_IRQ);
    }
}

/* While a transfer runs its registers cannot be written. */
static uint64_t *dma_register(EduState *edu, hwaddr addr)
{
    switch (addr) {
    case REG_DMA_SRC:
        return &edu->dma.src;
    case REG_DMA_DST:
        return &edu->dma.dst;
    case REG_DMA_COUNT:
        return &edu->dma.count;
    case REG_DMA_CMD:
        return &edu->dma.cmd;
    default:
        return NULL;
    }
}

static void write_dma(EduState *edu, hwaddr addr, uint64_t val)
{
    uint64_t *reg = dma_register(edu, addr);

    if (!reg || (edu->dma.cmd & DMA_START)) {
        return;
    }
    if (addr != REG_DMA_CMD) {
        *reg = val;
    } else if (val & DMA_START) {
        edu->dma.cmd = val & DMA_CMD_BITS;
        qemu_bh_schedule(edu->dma_run);
    }
}

/* --- registers --- */

static bool access_ok(hwaddr addr, unsigned size)
{
    return size == 4 || (size == 8 && addr >= WIDE_REGS);
}

static uint64_t edu_read(void *opaque, hwaddr addr, unsigned size)
{
    EduState *edu = opaque;
    uint64_t *dma = dma_register(edu, addr);

    if (!access_ok(addr, size)) {
        return ~0ULL;
    }
    if (dma) {
        return *dma;
    }
    switch (addr) {
    case REG_ID:
        return EDU_ID;
    case REG_LIVENESS:
        return edu->liveness;
    case REG_FACTORIAL:
        return read_shared(edu, &edu->factorial);
    case REG_STATUS:
        return read_shared(edu, &edu->status);
    case REG_IRQ_STATUS:
        return edu->irq_status;
    default:
        return ~0ULL;
    }
}

static void edu_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    EduState *edu = opaque;

    if (!access_ok(addr, size)) {
        return;
    }
    switch (addr) {
    case REG_LIVENESS:
        edu->liveness = ~val;
        break;
    case REG_FACTORIAL:
        start_factorial(edu, val);
        break;
    case REG_STATUS:
        write_status(edu, val);
        break;
    case REG_IRQ_RAISE:
        raise_irq(edu, val);
        break;
    case REG_IRQ_ACK:
        lower_irq(edu, val);
        break;
    default:
        write_dma(edu, addr, val);
        break;
    }
}

static const MemoryRegionOps edu_ops = {
    .read = edu_read,
    .write = edu_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 8 },
};

/* --- life --- */

static void edu_realize(PCIDevice *pdev, Error **errp)
{
    EduState *edu = EDU(pdev);

    pci_config_set_interrupt_pin(pdev->config, 1);
    if (msi_init(pdev, 0, 1, true, false, errp)) {
        return;
    }
    edu->factorial_done =
        qemu_bh_new_guarded(factorial_done_bh, edu, &DEVICE(edu)->mem_reentrancy_guard);
    edu->dma_run =
        qemu_bh_new_guarded(dma_run_bh, edu, &DEVICE(edu)->mem_reentrancy_guard);
    edu->stopping = false;
    qemu_mutex_init(&edu->lock);
    qemu_cond_init(&edu->cond);
    qemu_thread_create(&edu->thread, "edu", factorial_thread, edu,
                       QEMU_THREAD_JOINABLE);

    memory_region_init_io(&edu->mmio, OBJECT(edu), &edu_ops, edu, "edu-mmio", BAR_SIZE);
    pci_register_bar(pdev, 0, PCI_BASE_ADDRESS_SPACE_MEMORY, &edu->mmio);
}

static void edu_exit(PCIDevice *pdev)
{
    EduState *edu = EDU(pdev);

    WITH_QEMU_LOCK_GUARD(&edu->lock)
    {
        edu->stopping = true;
        qemu_cond_signal(&edu->cond);
    }
    qemu_thread_join(&edu->thread);
    qemu_cond_destroy(&edu->cond);
    qemu_mutex_destroy(&edu->lock);
    qemu_bh_delete(edu->dma_run);
    qemu_bh_delete(edu->factorial_done);
    msi_uninit(pdev);
}

static void edu_reset_hold(Object *obj, ResetType type)
{
    EduState *edu = EDU(obj);

    /* A scheduled transfer sees the cleared command and does nothing. */
    memset(&edu->dma, 0, sizeof(edu->dma));
    memset(edu->buffer, 0, sizeof(edu->buffer));
    edu->liveness = 0;
    edu->irq_status = 0;
    write_status(edu, 0);
    qemu_bh_cancel(edu->factorial_done);
}

/* The thread of the source has finished or the result is computed again. */
static int edu_post_load(void *opaque, int version_id)
{
    EduState *edu = opaque;

    WITH_QEMU_LOCK_GUARD(&edu->lock)
    {
        edu->status &= STATUS_COMPUTING | STATUS_RAISE;
        qemu_cond_signal(&edu->cond);
    }
    edu->dma.cmd &= DMA_CMD_BITS;
    if (edu->dma.cmd & DMA_START) {
        qemu_bh_schedule(edu->dma_run);
    }
    return 0;
}

static const VMStateDescription edu_vmstate = {
    .name = TYPE_EDU,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = edu_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_PCI_DEVICE(parent_obj, EduState),
            VMSTATE_UINT32(liveness, EduState),
            VMSTATE_UINT32(irq_status, EduState),
            VMSTATE_UINT32(factorial, EduState),
            VMSTATE_UINT32(status, EduState),
            VMSTATE_UINT64(dma.src, EduState),
            VMSTATE_UINT64(dma.dst, EduState),
            VMSTATE_UINT64(dma.count, EduState),
            VMSTATE_UINT64(dma.cmd, EduState),
            VMSTATE_BUFFER(buffer, EduState),
            VMSTATE_END_OF_LIST(),
        },
};

static const Property edu_properties[] = {
    DEFINE_PROP_UINT64("dma_mask", EduState, dma_mask, (1ULL << 28) - 1),
};

static void edu_class_init(ObjectClass *klass, const void *data)
{
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);
    DeviceClass *dc = DEVICE_CLASS(klass);

    k->realize = edu_realize;
    k->exit = edu_exit;
    k->vendor_id = PCI_VENDOR_ID_QEMU;
    k->device_id = 0x11e8;
    k->revision = 0x10;
    k->class_id = PCI_CLASS_OTHERS;
    dc->desc = "teaching device with DMA and interrupts";
    dc->vmsd = &edu_vmstate;
    device_class_set_props(dc, edu_properties);
    RESETTABLE_CLASS(klass)->phases.hold = edu_reset_hold;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo edu_types[] = {
    {
        .name = TYPE_EDU,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(EduState),
        .class_init = edu_class_init,
        .interfaces =
            (const InterfaceInfo[]){ { INTERFACE_CONVENTIONAL_PCI_DEVICE }, {} },
    },
};

DEFINE_TYPES(edu_types)
