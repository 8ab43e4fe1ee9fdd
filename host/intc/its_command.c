/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "its_command.h"

#define ENTRY_VALID (1ull << 63)
/* 256-byte aligned; bits 8 to 51. */
#define ITT_ADDR 0x000fffffffffff00ull

static bool in_limits(const ItsCommand *c)
{
    switch (c->opcode) {
    case ITS_MAPD:
        return c->device >> ITS_DEVICE_BITS == 0 && c->event_bits <= ITS_EVENT_BITS;
    case ITS_MAPTI:
    case ITS_MAPI:
    case ITS_MOVI:
    case ITS_INT:
    case ITS_CLEAR:
    case ITS_INV:
    case ITS_DISCARD:
        return c->device >> ITS_DEVICE_BITS == 0 && c->event >> ITS_EVENT_BITS == 0;
    case ITS_MAPC:
    case ITS_INVALL:
    case ITS_MOVALL:
    case ITS_SYNC:
        return true;
    default:
        return false;
    }
}

bool its_command_decode(const uint8_t raw[ITS_COMMAND_BYTES], ItsCommand *cmd)
{
    uint64_t w0 = ldq_le_p(raw), w1 = ldq_le_p(raw + 8), w2 = ldq_le_p(raw + 16),
             w3 = ldq_le_p(raw + 24);

    *cmd = (ItsCommand){
        .opcode = w0 & 0xff,
        .device = w0 >> 32,
        .event = w1,
        .intid = w1 >> 32,
        .collection = w2 & 0xffff,
        .cpu = w2 >> 16 & UINT32_MAX,
        .cpu2 = w3 >> 16 & UINT32_MAX,
        .event_bits = (w1 & 0x1f) + 1,
        .itt = w2 & ITT_ADDR,
        .valid = w2 & ENTRY_VALID,
    };
    if (cmd->opcode == ITS_MAPI) {
        cmd->intid = cmd->event;
    }
    return in_limits(cmd);
}

uint64_t its_device_pack(ItsDevice d)
{
    return d.valid ? ENTRY_VALID | d.itt | (d.event_bits - 1) : 0;
}

ItsDevice its_device_unpack(uint64_t entry)
{
    return (ItsDevice){
        .valid = entry & ENTRY_VALID,
        .itt = entry & ITT_ADDR,
        .event_bits = MIN((entry & 0x1f) + 1, ITS_EVENT_BITS),
    };
}

uint64_t its_event_pack(ItsEvent e)
{
    return e.valid ? ENTRY_VALID | (uint64_t)e.collection << 32 | e.intid : 0;
}

ItsEvent its_event_unpack(uint64_t entry)
{
    return (ItsEvent){
        .valid = entry & ENTRY_VALID,
        .intid = entry & UINT32_MAX,
        .collection = entry >> 32 & 0xffff,
    };
}

uint64_t its_collection_pack(ItsCollection c)
{
    return c.valid ? ENTRY_VALID | c.cpu : 0;
}

ItsCollection its_collection_unpack(uint64_t entry)
{
    return (ItsCollection){
        .valid = entry & ENTRY_VALID,
        .cpu = entry & UINT32_MAX,
    };
}
