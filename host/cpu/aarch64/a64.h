/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An AArch64 processor (ARMv8.0-A, EL0 and EL1, A64 only) that knows nothing of
 * the program around it: whatever it needs from outside - memory, devices, time,
 * power - it asks for through A64HostOps. Owns registers, TLBs and decoded code;
 * guest RAM, devices and threads belong to the caller.
 *
 * Threads: the vCPUs of one A64System are run by one host thread at a time. Only
 * the functions marked "any thread" may be called while that thread runs.
 */
#ifndef HOST_CPU_AARCH64_A64_H
#define HOST_CPU_AARCH64_A64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct A64Cpu A64Cpu;
typedef struct A64System A64System;

enum { A64_MAX_CPUS = 4, A64_GUEST_PAGE_SIZE = 4096 };
enum { A64_LINE_IRQ, A64_LINE_FIQ, A64_LINES };
enum { A64_TIMER_PHYS, A64_TIMER_VIRT, A64_TIMERS };
enum { A64_TIMER_HZ = 62500000 };

/*
 * What the processor asks of its surroundings. All are called from the thread
 * that runs the vCPUs. Addresses are guest-physical; values are little endian.
 */
typedef struct A64HostOps {
    /* Device access of 1, 2, 4 or 8 bytes. False: external abort. */
    bool (*load)(void *opaque, uint64_t pa, unsigned size, uint64_t *value);
    bool (*store)(void *opaque, uint64_t pa, unsigned size, uint64_t value);
    /*
     * Host address of the 4 KiB page at @pa, NULL if it is not RAM or ROM. Must
     * stay valid until a64_request_flush(). *writable is false for ROM.
     */
    void *(*ram_page)(void *opaque, uint64_t pa, bool *writable);
    /*
     * The page begins or ceases to hold decoded instructions. While it does, every
     * write that does not come from a vCPU must be told by a64_request_code_drop().
     */
    void (*code_page)(void *opaque, void *host_page, bool holds_code);
    /* Generic timer count, A64_TIMER_HZ ticks a second. */
    uint64_t (*counter)(void *opaque);
    /* Call a64_timer_expired() at count @deadline; UINT64_MAX: never. */
    void (*timer_arm)(void *opaque, A64Cpu *cpu, int timer, uint64_t deadline);
    /* Output line of a timer. */
    void (*timer_line)(void *opaque, A64Cpu *cpu, int timer, bool level);
    /* Around calls of system registers that belong to a device. */
    void (*lock)(void *opaque);
    void (*unlock)(void *opaque);
    /* PSCI: the whole machine. */
    void (*system_off)(void *opaque);
    void (*system_reset)(void *opaque);
} A64HostOps;

/*
 * A system register that lives outside the processor (GICv3's ICC_*). Called with
 * A64HostOps.lock held; EL1 only. NULL @read or @write: that direction is UNDEFINED.
 */
typedef struct A64SysRegHook {
    const char *name;
    uint8_t op0, op1, crn, crm, op2;
    uint64_t (*read)(void *opaque);
    void (*write)(void *opaque, uint64_t value);
} A64SysRegHook;

typedef enum A64Model { A64_CORTEX_A57, A64_MAX } A64Model;
typedef enum A64Conduit { A64_PSCI_OFF, A64_PSCI_SMC, A64_PSCI_HVC } A64Conduit;

typedef struct A64Config {
    A64Model model;
    A64Conduit psci_conduit;
    uint64_t mp_affinity;
    bool start_powered_off;
    bool user_only; /* EL0, MMU off, no exceptions taken: for tests */
} A64Config;

/* Why a64_run() came back. */
typedef enum A64Exit {
    A64_EXIT_BUDGET, /* the instructions it was given are used up */
    A64_EXIT_KICK,   /* a64_kick() */
    A64_EXIT_WAIT,   /* WFI, or powered off: nothing to do until a64_has_work() */
    A64_EXIT_YIELD,  /* WFE or YIELD: another vCPU should have its turn */
    A64_EXIT_TRAP,   /* user_only: an exception, see a64_last_trap() */
} A64Exit;

A64System *a64_system_new(const A64HostOps *ops, void *opaque);
void a64_system_free(A64System *sys);

/* Adds a vCPU (at most A64_MAX_CPUS: NULL after that); the system owns it. */
A64Cpu *a64_cpu_new(A64System *sys, const A64Config *config);
void a64_cpu_remove(A64Cpu *cpu);
/* Cold reset: EL1h, MMU off, PC @entry, X0 @x0. Keeps the interrupt lines. */
void a64_cpu_reset(A64Cpu *cpu);
/* Also ends a WFI. */
void a64_set_pc(A64Cpu *cpu, uint64_t pc);
/* Registers are copied by nobody: the table must live as long as the vCPU. */
void a64_add_sysregs(A64Cpu *cpu, const A64SysRegHook *regs, size_t n, void *opaque);

/* Runs for about @budget instructions at most. */
A64Exit a64_run(A64Cpu *cpu, int64_t budget);
/* Would a64_run() execute something? */
bool a64_has_work(A64Cpu *cpu);
bool a64_powered_on(const A64Cpu *cpu);

/* Any thread. */
void a64_set_line(A64Cpu *cpu, int line, bool level);
void a64_kick(A64Cpu *cpu);
/* Any thread: what RAM lies where has changed; obeyed before the next instruction. */
void a64_request_flush(A64System *sys);
/* Any thread: somebody wrote to a page that holds decoded instructions. */
void a64_request_code_drop(A64System *sys, void *host_page);
/* The armed count was reached. Under the caller's lock. */
void a64_timer_expired(A64Cpu *cpu, int timer);

/* Instructions executed since reset. */
uint64_t a64_insn_count(const A64Cpu *cpu);

/* For tests and dumps. Register 31 is SP. */
uint64_t a64_get_reg(const A64Cpu *cpu, unsigned n);
void a64_set_reg(A64Cpu *cpu, unsigned n, uint64_t value);
uint64_t a64_get_pc(const A64Cpu *cpu);
void a64_get_vreg(const A64Cpu *cpu, unsigned n, uint64_t value[2]);
void a64_set_vreg(A64Cpu *cpu, unsigned n, const uint64_t value[2]);
uint32_t a64_get_pstate(const A64Cpu *cpu); /* SPSR layout */
void a64_set_pstate(A64Cpu *cpu, uint32_t value);
/* A system register by its encoding; false if there is none. */
bool a64_get_sysreg(A64Cpu *cpu, unsigned op0, unsigned op1, unsigned crn, unsigned crm,
                    unsigned op2, uint64_t *value);
bool a64_set_sysreg(A64Cpu *cpu, unsigned op0, unsigned op1, unsigned crn, unsigned crm,
                    unsigned op2, uint64_t value);
/* user_only: ESR and FAR of the exception that ended a64_run(). */
void a64_last_trap(const A64Cpu *cpu, uint64_t *esr, uint64_t *far);

#endif
