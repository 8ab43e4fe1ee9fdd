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

/* Never freed, so that the list is walked without a lock: the next thread has it. */
static DmaSlot *slots; /* atomic */
static QemuMutex slots_lock = { PTHREAD_MUTEX_INITIALIZER };
static pthread_key_t slot_key;

/* The thread is gone, and so is its section. */
static void slot_unregister(void *opaque)
{
    DmaSlot *slot = opaque;

    QEMU_LOCK_GUARD(&slots_lock);
    slot->taken = false;
}

static DmaSlot *free_slot_locked(void)
{
    DmaSlot *slot = slots;

    while (slot && slot->taken) {
        slot = slot->next;
    }
    if (!slot) {
        slot = qemu_memalign(__alignof__(DmaSlot), sizeof(*slot));
        *slot = (DmaSlot){ .next = slots };
        qatomic_store_release(&slots, slot);
    }
    return slot;
}

DmaSlot *dma_slot_register(void)
{
    QEMU_LOCK_GUARD(&slots_lock);
    DmaSlot *slot = free_slot_locked();

    slot->taken = true;
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
    for (slot = qatomic_load_acquire(&slots); slot; slot = slot->next) {
        if (slot != dma_slot_self) {
            wait_for_slot(slot);
        }
    }
}

static void __attribute__((constructor)) dma_section_init(void)
{
    pthread_key_create(&slot_key, slot_unregister);
    dma_section_has_membarrier =
        syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0) == 0;
}
