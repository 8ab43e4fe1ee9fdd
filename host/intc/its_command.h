/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ITS's commands and table entries as values: 32 bytes of the command queue in, a
 * checked command out. Knows neither memory nor the ITS's state.
 */
#ifndef HOST_INTC_ITS_COMMAND_H
#define HOST_INTC_ITS_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

enum { ITS_COMMAND_BYTES = 32, ITS_ENTRY_BYTES = 8 };
enum { ITS_DEVICE_BITS = 16, ITS_EVENT_BITS = 16, ITS_COLLECTION_BITS = 16 };

typedef enum ItsOpcode {
    ITS_MOVI = 0x01,
    ITS_INT = 0x03,
    ITS_CLEAR = 0x04,
    ITS_SYNC = 0x05,
    ITS_MAPD = 0x08,
    ITS_MAPC = 0x09,
    ITS_MAPTI = 0x0a,
    ITS_MAPI = 0x0b,
    ITS_INV = 0x0c,
    ITS_INVALL = 0x0d,
    ITS_MOVALL = 0x0e,
    ITS_DISCARD = 0x0f,
} ItsOpcode;

/* Which fields mean something depends on the opcode. */
typedef struct ItsCommand {
    ItsOpcode opcode;
    uint32_t device, event, intid, collection;
    uint32_t cpu, cpu2;
    unsigned event_bits; /* MAPD */
    uint64_t itt;        /* MAPD: address of the device's table */
    bool valid;          /* MAPD, MAPC */
} ItsCommand;

/* False: no such command, or a value beyond what the ITS announces. */
bool its_command_decode(const uint8_t raw[ITS_COMMAND_BYTES], ItsCommand *cmd);

/* Entries of the three tables. The layout is ours: software does not look. */
typedef struct ItsDevice {
    bool valid;
    unsigned event_bits;
    uint64_t itt;
} ItsDevice;

typedef struct ItsEvent {
    bool valid;
    uint32_t intid, collection;
} ItsEvent;

typedef struct ItsCollection {
    bool valid;
    uint32_t cpu;
} ItsCollection;

uint64_t its_device_pack(ItsDevice d);
ItsDevice its_device_unpack(uint64_t entry);
uint64_t its_event_pack(ItsEvent e);
ItsEvent its_event_unpack(uint64_t entry);
uint64_t its_collection_pack(ItsCollection c);
ItsCollection its_collection_unpack(uint64_t entry);

#endif
