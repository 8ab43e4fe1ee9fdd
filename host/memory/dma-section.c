/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "dma-section.h"
#include "qemu/thread.h"
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>

/* How often to look again at once, then after giving the processor away; then nap. */
#define SPINS  1000
#define YIELDS 20
#define NAP_US 20

__thread DmaSlot *dma_slot_self;
bool dma_section_has_membarrier;

static QemuMutex slots_lock = { PTHREAD_MUTEX_INITIALIZER };
static QLIST_HEAD(, DmaSlot) slots = QLIST_HEAD_INITIALIZER(slots);
static pthread_key_t slot_key;

/* The thread is gone, and so is its section. */
static void slot_unregister(void *opaque)
{
    DmaSlot *slot = opaque;

    qemu_mutex_lock(&slots_lock);
    QLIST_REMOVE(slot, next);
    qemu_mutex_unlock(&slots_lock);
    qemu_vfree(slot);
}

DmaSlot *dma_slot_register(void)
{
    DmaSlot *slot = qemu_memalign(__alignof__(DmaSlot), sizeof(*slot));

    memset(slot, 0, sizeof(*slot));
    qemu_mutex_lock(&slots_lock);
    QLIST_INSERT_HEAD(&slots, slot, next);
    qemu_mutex_unlock(&slots_lock);
    pthread_setspecific(slot_key, slot);
    dma_slot_self = slot;
    return slot;
}

static void wait_for_slot(const DmaSlot *slot)
{
    uint64_t seq = qatomic_load_acquire(&slot->seq);

    for (unsigned n = 0; seq & 1; n++) {
        if (qatomic_load_acquire(&slot->seq) != seq) {
            return;
        }
        if (n >= SPINS + YIELDS) {
            g_usleep(NAP_US);
        } else if (n >= SPINS) {
            sched_yield();
        }
    }
}

void dma_section_fence(void)
{
    smp_mb();
    if (dma_section_has_membarrier) {
        syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0);
    }
}

void dma_section_wait(bool light)
{
    DmaSlot *slot;

    if (light) {
        dma_section_fence();
    } else {
        smp_mb();
    }
    qemu_mutex_lock(&slots_lock);
    QLIST_FOREACH(slot, &slots, next) {
        if (slot != dma_slot_self) {
            wait_for_slot(slot);
        }
    }
    qemu_mutex_unlock(&slots_lock);
}

static void __attribute__((constructor)) dma_section_init(void)
{
    pthread_key_create(&slot_key, slot_unregister);
    dma_section_has_membarrier =
        syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0) == 0;
}
