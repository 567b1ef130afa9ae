// SPDX-License-Identifier: Apache-2.0
// PDUs of redirected drives against bytes laid out by MS-RDPEFS (and a device list from MS-RDPEPC 4.1.1),
// there and back, and every prefix of them.
#include "rail/device-pdu.h"
#include "rail/file-info.h"
#include "rail/mem.h"
#include "tests/unit/test.h"

#define ANNOUNCE "7244 6e49 0100 0c00 78563412"
#define CAPABILITY                                                                                           \
    "7244 5053 0200 0000 0100 2c00 02000000 02000000 00000000 0100 0c00 ffff0000 00000000 05000000 "         \
    "000000000000000000000000 0400 0800 01000000"
#define LIST "7244 4144 01000000 08000000 02000000 646f637300000000 00000000"
#define PRINTERS                                                                                             \
    "7244 4144 03000000 04000000 04000000 50524e3400000000 50000000 10000000 00000000 00000000 1c000000 "    \
    "1c000000 00000000 4100 7000 6f00 6c00 6c00 6f00 2000 5000 2d00 3100 3200 3000 3000 0000 4100 7000 "     \
    "6f00 6c00 6c00 6f00 2000 5000 2d00 3100 3200 3000 3000 0000 04000000 03000000 50524e3300000000 "        \
    "00000000 02000000 02000000 4c50543100000000 00000000"
#define CREATE                                                                                               \
    "7244 5249 02000000 00000000 05000000 00000000 00000000 89001200 0000000000000000 80000000 03000000 "    \
    "01000000 60000000 0c000000 5c00 6100 e400 2e00 7400 0000"
#define WRITE                                                                                                \
    "7244 5249 02000000 07000000 06000000 04000000 00000000 03000000 0010000000000000 "                      \
    "0000000000000000000000000000000000000000 616263"
#define QUERY_DIRECTORY                                                                                      \
    "7244 5249 02000000 07000000 08000000 0c000000 01000000 03000000 01 06000000 "                           \
    "0000000000000000000000000000000000000000000000 5c00 2a00 0000"
#define COMPLETION "7244 4349 02000000 05000000 340000c0 00000000 00"

static uint8_t buffer[4096];

static bool decode(const char *hex, DevicePdu *ret_pdu) {
    size_t size = test_from_hex(hex, buffer, sizeof buffer);
    return device_pdu_decode(buffer, size, ret_pdu);
}

static void comes_back(const char *hex) {
    DevicePdu pdu;
    WireWriter writer;
    wire_writer_init(&writer);
    CHECK(decode(hex, &pdu) && device_pdu_encode(&writer, &pdu));
    CHECK_HEX(writer.data, writer.size, hex);
    wire_writer_clear(&writer);
    device_pdu_clear(&pdu);
}

static void layout_of_the_specification(void) {
    DevicePdu pdu;
    CHECK(decode(ANNOUNCE, &pdu) && pdu.as.announce.minor == 12 && pdu.as.announce.client == 0x12345678);
    CHECK(decode(CAPABILITY, &pdu) && pdu.as.capability.minor == 12 && pdu.as.capability.drives);
    CHECK_EQUAL(pdu.as.capability.extended, DEVICE_CAN_REMOVE | DEVICE_CAN_LOGGED_ON);
    CHECK(decode(LIST, &pdu) && pdu.as.list.count == 1 && pdu.as.list.items[0].type == DEVICE_TYPE_DRIVE);
    CHECK_TEXT(pdu.as.list.items[0].name, "docs");
    CHECK(decode(PRINTERS, &pdu) && pdu.as.list.count == 3 && pdu.as.list.items[1].id == 3);
    CHECK_TEXT(pdu.as.list.items[2].name, "LPT1");
    CHECK(decode(CREATE, &pdu) && pdu.type == DEVICE_PDU_REQUEST && !pdu.as.request.broken);
    CHECK_TEXT(pdu.as.request.as.create.path, "\\a\xc3\xa4.t");
    CHECK_EQUAL(pdu.as.request.as.create.access, 0x120089);
    device_pdu_clear(&pdu);
    CHECK(decode(WRITE, &pdu) && pdu.as.request.file == 7 && pdu.as.request.as.transfer.offset == 4096);
    CHECK(memcmp(pdu.as.request.as.transfer.data, "abc", 3) == 0);
    CHECK(decode(QUERY_DIRECTORY, &pdu) && pdu.as.request.as.directory.initial);
    CHECK_TEXT(pdu.as.request.as.directory.path, "\\*");
    device_pdu_clear(&pdu);
    CHECK(decode(COMPLETION, &pdu) && pdu.as.completion.status == NT_OBJECT_NAME_NOT_FOUND);
    CHECK_EQUAL(pdu.as.completion.size, 5);
}

static void what_is_sent_comes_back(void) {
    comes_back(ANNOUNCE);
    comes_back(CAPABILITY);
    comes_back(LIST);
    comes_back(CREATE);
    comes_back(WRITE);
    comes_back(QUERY_DIRECTORY);
    comes_back(COMPLETION);
    comes_back("7244 4c55");
    comes_back("7244 4d44 02000000 02000000 03000000");
    comes_back("7244 7264 02000000 000000c0");
    comes_back("7244 5249 02000000 07000000 09000000 11000000 00000000 03000000 00000000 01000000 "
               "0000000000000000000000000000000000000000 6400000000000000 0a00000000000000");
}

// A request whose header is whole has to be answered, whatever follows it.
static void every_prefix(void) {
    static const char *const pdus[] = {ANNOUNCE, CAPABILITY, LIST, CREATE, WRITE, QUERY_DIRECTORY, PRINTERS};
    for (size_t i = 0; i < sizeof pdus / sizeof *pdus; i++) {
        size_t size = test_from_hex(pdus[i], buffer, sizeof buffer);
        for (size_t length = 0; length < size; length++) {
            uint8_t *tight = test_tight_copy(buffer, length);
            DevicePdu pdu;
            bool good = device_pdu_decode(tight, length, &pdu);
            bool is_request = size > 4 && buffer[2] == 0x52;
            CHECK(good == (is_request && length >= 24));
            CHECK(!good || pdu.as.request.broken);
            if (good)
                device_pdu_clear(&pdu);
            free(tight);
        }
    }
}

static void names_that_are_none(void) {
    static const char *const broken[] = {"6100 0000 6200", "6100 00", "00d8", "00dc 6100", "6100 00d8 6100"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        size_t size = test_from_hex(broken[i], buffer, sizeof buffer);
        CHECK(!device_path_from_utf16le(buffer, size));
    }
    char *path = device_path_from_utf16le((const uint8_t *)"=\xd8\x00\xde\0\0\0\0", 8);
    CHECK_TEXT(path, "\xf0\x9f\x98\x80");
    mem_free(path);
}

static void files_come_back(void) {
    FileInfo info = {.created = 1, .accessed = 2, .written = 3, .changed = 4, .size = 5, .allocation = 4096};
    info.attributes = FILE_IS_ARCHIVE;
    info.links = 2;
    WireWriter writer;
    wire_writer_init(&writer);
    CHECK(file_info_encode(&writer, FILE_INFO_STANDARD, &info));
    CHECK_HEX(writer.data, writer.size, "16000000 0010000000000000 0500000000000000 02000000 00 00");
    FileInfo got = {0};
    CHECK(file_info_decode(writer.data, writer.size, FILE_INFO_STANDARD, &got) && got.size == 5);
    wire_writer_clear(&writer);
    CHECK(file_info_encode(&writer, FILE_INFO_BASIC, &info) && writer.size == 40);
    CHECK(file_info_decode(writer.data, writer.size, FILE_INFO_BASIC, &got));
    CHECK(got.written == 3 && got.attributes == FILE_IS_ARCHIVE && got.links == 2);
    wire_writer_clear(&writer);
    CHECK(!file_info_encode(&writer, 99, &info));
    char *name = NULL;
    CHECK(file_entry_encode(&writer, FILE_INFO_BOTH_DIRECTORY, &info, "\xc3\xa4.txt"));
    CHECK_EQUAL(writer.size, 4 + 93 + 10);
    CHECK(file_entry_decode(writer.data, writer.size, &got, &name) && got.size == 5);
    CHECK_TEXT(name, "\xc3\xa4.txt");
    mem_free(name);
    for (size_t length = 0; length < writer.size; length++)
        CHECK(!file_entry_decode(writer.data, length, &got, &name));
    wire_writer_clear(&writer);
}

static void volumes_come_back(void) {
    VolumeInfo info = {.label = "docs", .unit = 4096, .total = 40960, .free = 8192}, got;
    WireWriter writer;
    wire_writer_init(&writer);
    CHECK(volume_info_encode(&writer, VOLUME_INFO_FULL_SIZE, &info));
    CHECK_HEX(writer.data, writer.size,
              "20000000 0a00000000000000 0200000000000000 0200000000000000 08000000 00020000");
    CHECK(volume_info_decode(writer.data, writer.size, &got) && got.total == 40960 && got.free == 8192);
    wire_writer_clear(&writer);
    CHECK(volume_info_encode(&writer, VOLUME_INFO_VOLUME, &info));
    CHECK_HEX(writer.data, writer.size, "19000000 0000000000000000 00000000 08000000 00 6400 6f00 6300 7300");
    wire_writer_clear(&writer);
    CHECK(!volume_info_encode(&writer, 77, &info));
    wire_writer_clear(&writer);
}

static void changes_come_back(void) {
    FileChange change = {.information = FILE_INFO_RENAME, .flag = true, .path = mem_string("\\b")}, got;
    WireWriter writer;
    wire_writer_init(&writer);
    file_change_encode(&writer, &change);
    CHECK_HEX(writer.data, writer.size, "01 00 06000000 5c00 6200 0000");
    CHECK(file_change_decode(writer.data, writer.size, FILE_INFO_RENAME, &got) && got.flag);
    CHECK_TEXT(got.path, "\\b");
    file_change_clear(&got);
    for (size_t length = 0; length < writer.size; length++)
        CHECK(!file_change_decode(writer.data, length, FILE_INFO_RENAME, &got));
    file_change_clear(&change);
    wire_writer_clear(&writer);
    CHECK(file_change_decode(NULL, 0, FILE_INFO_DISPOSITION, &got) && got.flag);
    CHECK(file_change_decode((const uint8_t *)"", 1, FILE_INFO_DISPOSITION, &got) && !got.flag);
}

static void times_come_back(void) {
    int64_t seconds;
    uint32_t nanoseconds;
    CHECK(file_time_from_unix(0, 0) == 116444736000000000ull);
    file_time_to_unix(file_time_from_unix(1700000000, 123456700), &seconds, &nanoseconds);
    CHECK(seconds == 1700000000 && nanoseconds == 123456700);
    CHECK(file_time_from_unix(INT64_MAX, 0) == 0 && file_time_from_unix(INT64_MIN, 0) == 0);
}

int main(void) {
    RUN(layout_of_the_specification);
    RUN(what_is_sent_comes_back);
    RUN(every_prefix);
    RUN(names_that_are_none);
    RUN(files_come_back);
    RUN(volumes_come_back);
    RUN(changes_come_back);
    RUN(times_come_back);
    return 0;
}
