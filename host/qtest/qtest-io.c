/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that read and write memory and ports. Nobody there: zeroes, as in QEMU. */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qtest-internal.h"
#include "system/address-spaces.h"
#include "system/memory.h"

/* The guest's byte order: both of our targets are little-endian. */
static int suffix_size(char suffix)
{
    return suffix == 'b' ? 1 : suffix == 'w' ? 2 : suffix == 'l' ? 4 : 8;
}

static uint64_t bus_read(AddressSpace *as, uint64_t addr, int size)
{
    uint8_t buf[8] = {};

    address_space_rw(as, addr, MEMTXATTRS_UNSPECIFIED, buf, size, false);
    return ldn_le_p(buf, size);
}

static void bus_write(AddressSpace *as, uint64_t addr, int size, uint64_t value)
{
    uint8_t buf[8];

    stn_le_p(buf, size, value);
    address_space_rw(as, addr, MEMTXATTRS_UNSPECIFIED, buf, size, true);
}

/* One access that must not wrap around the top of the address space. */
static bool parse_access(QTestSession *s, char **argv, uint64_t max, int size,
                         uint64_t *addr)
{
    if (!qtest_parse_u64(s, argv[1], addr)) {
        return false;
    }
    if (*addr > max - (size - 1)) {
        qtest_sendf(s, "FAIL address is out of range\n");
        return false;
    }
    return true;
}

static void cmd_in(QTestSession *s, char **argv)
{
    int size = suffix_size(argv[0][2]);
    uint64_t addr;

    if (parse_access(s, argv, UINT16_MAX, size, &addr)) {
        qtest_sendf(s, "OK 0x%04" PRIx64 "\n", bus_read(&address_space_io, addr, size));
    }
}

static void cmd_out(QTestSession *s, char **argv)
{
    int size = suffix_size(argv[0][3]);
    uint64_t addr, value;

    if (parse_access(s, argv, UINT16_MAX, size, &addr) &&
        qtest_parse_u64(s, argv[2], &value)) {
        bus_write(&address_space_io, addr, size, value);
        qtest_sendf(s, "OK\n");
    }
}

static void cmd_read_one(QTestSession *s, char **argv)
{
    int size = suffix_size(argv[0][4]);
    uint64_t addr;

    if (parse_access(s, argv, UINT64_MAX, size, &addr)) {
        qtest_sendf(s, "OK 0x%016" PRIx64 "\n",
                    bus_read(&address_space_memory, addr, size));
    }
}

static void cmd_write_one(QTestSession *s, char **argv)
{
    int size = suffix_size(argv[0][5]);
    uint64_t addr, value;

    if (parse_access(s, argv, UINT64_MAX, size, &addr) &&
        qtest_parse_u64(s, argv[2], &value)) {
        bus_write(&address_space_memory, addr, size, value);
        qtest_sendf(s, "OK\n");
    }
}

static uint8_t *block_read(uint64_t addr, uint64_t size)
{
    uint8_t *data = g_malloc0(size);

    address_space_rw(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, data, size,
                     false);
    return data;
}

static void block_write(uint64_t addr, const void *data, uint64_t size)
{
    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, data,
                        size);
}

static void cmd_read(QTestSession *s, char **argv)
{
    static const char digits[] = "0123456789abcdef";
    g_autofree uint8_t *data = NULL;
    g_autofree char *text = NULL;
    uint64_t addr, size;
    char *out;

    if (!qtest_parse_block(s, argv, &addr, &size)) {
        return;
    }
    data = block_read(addr, size);
    text = g_malloc(2 * size + 7);
    out = stpcpy(text, "OK 0x");
    for (uint64_t i = 0; i < size; i++) {
        *out++ = digits[data[i] >> 4];
        *out++ = digits[data[i] & 15];
    }
    *out++ = '\n';
    s->send(s, text, out - text);
}

static void cmd_write(QTestSession *s, char **argv)
{
    const char *hex = argv[3];
    g_autofree uint8_t *data = NULL;
    uint64_t addr, size;

    if (!qtest_parse_block(s, argv, &addr, &size)) {
        return;
    }
    if (strncmp(hex, "0x", 2) || strlen(hex + 2) != 2 * size) {
        qtest_sendf(s, "FAIL data is not %" PRIu64 " bytes in hexadecimal\n", size);
        return;
    }
    data = g_malloc(size);
    for (uint64_t i = 0; i < size; i++) {
        int high = g_ascii_xdigit_value(hex[2 + 2 * i]);
        int low = g_ascii_xdigit_value(hex[3 + 2 * i]);

        if (high < 0 || low < 0) {
            qtest_sendf(s, "FAIL data is not hexadecimal\n");
            return;
        }
        data[i] = high << 4 | low;
    }
    block_write(addr, data, size);
    qtest_sendf(s, "OK\n");
}

static void cmd_b64read(QTestSession *s, char **argv)
{
    g_autofree uint8_t *data = NULL;
    g_autofree char *text = NULL;
    uint64_t addr, size;

    if (qtest_parse_block(s, argv, &addr, &size)) {
        data = block_read(addr, size);
        text = g_base64_encode(data, size);
        qtest_sendf(s, "OK %s\n", text);
    }
}

static void cmd_b64write(QTestSession *s, char **argv)
{
    uint64_t addr, size;
    gsize len;

    if (!qtest_parse_block(s, argv, &addr, &size)) {
        return;
    }
    if (strlen(argv[3]) / 4 != (size + 2) / 3 ||
        (g_base64_decode_inplace(argv[3], &len), len != size)) {
        qtest_sendf(s, "FAIL data is not %" PRIu64 " bytes in base64\n", size);
        return;
    }
    block_write(addr, argv[3], size);
    qtest_sendf(s, "OK\n");
}

static void cmd_memset(QTestSession *s, char **argv)
{
    g_autofree uint8_t *data = NULL;
    uint64_t addr, size, pattern;

    if (qtest_parse_block(s, argv, &addr, &size) &&
        qtest_parse_u64(s, argv[3], &pattern)) {
        data = g_malloc(size);
        memset(data, pattern, size);
        block_write(addr, data, size);
        qtest_sendf(s, "OK\n");
    }
}

const QTestCommand qtest_io_commands[] = {
    { "b64read", 2, 2, cmd_b64read },  { "b64write", 3, 3, cmd_b64write },
    { "inb", 1, 1, cmd_in },           { "inl", 1, 1, cmd_in },
    { "inw", 1, 1, cmd_in },           { "memset", 3, 3, cmd_memset },
    { "outb", 2, 2, cmd_out },         { "outl", 2, 2, cmd_out },
    { "outw", 2, 2, cmd_out },         { "read", 2, 2, cmd_read },
    { "readb", 1, 1, cmd_read_one },   { "readl", 1, 1, cmd_read_one },
    { "readq", 1, 1, cmd_read_one },   { "readw", 1, 1, cmd_read_one },
    { "write", 3, 3, cmd_write },      { "writeb", 2, 2, cmd_write_one },
    { "writel", 2, 2, cmd_write_one }, { "writeq", 2, 2, cmd_write_one },
    { "writew", 2, 2, cmd_write_one }, {},
};
