/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ITS's commands and table entries: bytes to values and back. */
#include "qemu/osdep.h"
#include "host/intc/its_command.h"
#include "qemu/bswap.h"

static bool decode(uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3, ItsCommand *cmd)
{
    uint8_t raw[ITS_COMMAND_BYTES];

    stq_le_p(raw, w0);
    stq_le_p(raw + 8, w1);
    stq_le_p(raw + 16, w2);
    stq_le_p(raw + 24, w3);
    return its_command_decode(raw, cmd);
}

static void test_mapd(void)
{
    ItsCommand c;

    g_assert_true(decode(0x0000beef00000008, 4, 0x8000000045670000, 0, &c));
    g_assert_cmpint(c.opcode, ==, ITS_MAPD);
    g_assert_cmphex(c.device, ==, 0xbeef);
    g_assert_cmpuint(c.event_bits, ==, 5);
    g_assert_cmphex(c.itt, ==, 0x45670000);
    g_assert_true(c.valid);
    g_assert_true(decode(0x0000beef00000008, 0, 0x0000000045670000, 0, &c));
    g_assert_false(c.valid);
    /* More event bits, or device bits, than announced. */
    g_assert_true(decode(0x0000000100000008, 15, 1ull << 63, 0, &c));
    g_assert_false(decode(0x0000000100000008, 16, 1ull << 63, 0, &c));
    g_assert_false(decode(0x0001000000000008, 4, 1ull << 63, 0, &c));
}

static void test_mapti(void)
{
    ItsCommand c;

    g_assert_true(
        decode(0x0000002000000000 | ITS_MAPTI, 0x0000200500000003, 0x7, 0, &c));
    g_assert_cmphex(c.device, ==, 0x20);
    g_assert_cmpuint(c.event, ==, 3);
    g_assert_cmpuint(c.intid, ==, 8197);
    g_assert_cmpuint(c.collection, ==, 7);
    g_assert_true(decode(0x0000002000000000 | ITS_MAPI, 0xffffffff00002001, 1, 0, &c));
    g_assert_cmpuint(c.intid, ==, 8193);
    g_assert_false(decode(ITS_MAPTI, 0x0000200500010000, 0, 0, &c));
}

static void test_collections(void)
{
    ItsCommand c;

    g_assert_true(decode(ITS_MAPC, 0, 0x8000000000020001, 0, &c));
    g_assert_cmpuint(c.collection, ==, 1);
    g_assert_cmpuint(c.cpu, ==, 2);
    g_assert_true(c.valid);
    g_assert_true(decode(ITS_MOVALL, 0, 0x10000, 0x30000, &c));
    g_assert_cmpuint(c.cpu, ==, 1);
    g_assert_cmpuint(c.cpu2, ==, 3);
}

static void test_unknown(void)
{
    ItsCommand c;

    for (unsigned op = 0; op < 256; op++) {
        bool known = (op >= ITS_MAPD && op <= ITS_DISCARD) || op == ITS_MOVI ||
                     (op >= ITS_INT && op <= ITS_SYNC);

        g_assert_cmpint(decode(op, 0, 0, 0, &c), ==, known);
    }
}

static void test_entries(void)
{
    ItsDevice d = its_device_unpack(its_device_pack(
        (ItsDevice){ .valid = true, .event_bits = 16, .itt = 0x1234500 }));
    ItsEvent e = its_event_unpack(its_event_pack(
        (ItsEvent){ .valid = true, .intid = 65535, .collection = 65535 }));
    ItsCollection c =
        its_collection_unpack(its_collection_pack((ItsCollection){ true, 7 }));

    g_assert_true(d.valid && e.valid && c.valid);
    g_assert_cmpuint(d.event_bits, ==, 16);
    g_assert_cmphex(d.itt, ==, 0x1234500);
    g_assert_cmpuint(e.intid, ==, 65535);
    g_assert_cmpuint(e.collection, ==, 65535);
    g_assert_cmpuint(c.cpu, ==, 7);
    /* Memory that nobody wrote holds nothing. */
    g_assert_false(its_device_unpack(0).valid);
    g_assert_false(its_event_unpack(0).valid);
    g_assert_false(its_collection_unpack(0).valid);
    /* What a guest wrote there cannot widen a table beyond the limit. */
    g_assert_cmpuint(its_device_unpack(UINT64_MAX).event_bits, ==, ITS_EVENT_BITS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/its-command/mapd", test_mapd);
    g_test_add_func("/its-command/mapti", test_mapti);
    g_test_add_func("/its-command/collections", test_collections);
    g_test_add_func("/its-command/unknown", test_unknown);
    g_test_add_func("/its-command/entries", test_entries);
    return g_test_run();
}
