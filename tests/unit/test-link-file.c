// SPDX-License-Identifier: Apache-2.0
// Shortcuts as bytes: what each part says, every prefix, and parts that lie about their size.
#include "guest-agent/link-file.h"
#include "rail/mem.h"
#include "rail/utf.h"
#include "rail/wire.h"
#include "tests/unit/test.h"

#include <string.h>

enum { LINK_INFO = 0x2, NAME = 0x4, ARGUMENTS = 0x20, ICON = 0x40, UNICODE = 0x80, EXPANDABLE = 0x200 };

static char *from_latin1(const uint8_t *bytes, size_t size) {
    uint8_t *units = mem_new(size * 2 + 1);
    for (size_t i = 0; i < size; i++)
        units[2 * i] = bytes[i];
    char *text = utf8_from_utf16le(units, size * 2);
    mem_free(units);
    return text;
}

static void put_header(WireWriter *writer, uint32_t flags, uint32_t show) {
    static const uint8_t class_id[16] = {1, 0x14, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46};
    wire_put_u32(writer, 0x4C);
    wire_put_bytes(writer, class_id, sizeof class_id);
    wire_put_u32(writer, flags);
    wire_put_zeros(writer, 32);
    wire_put_i32(writer, -7);
    wire_put_u32(writer, show);
    wire_put_u16(writer, 0x0641);
    wire_put_zeros(writer, 10);
}

// A path in the code page, its end apart.
static void put_link_info(WireWriter *writer, const char *base, const char *suffix) {
    uint32_t at = 0x1C, end = at + (uint32_t)strlen(base) + 1;
    wire_put_u32(writer, end + (uint32_t)strlen(suffix) + 1);
    wire_put_u32(writer, 0x1C);
    wire_put_u32(writer, 1);
    wire_put_u32(writer, 0);
    wire_put_u32(writer, at);
    wire_put_u32(writer, 0);
    wire_put_u32(writer, end);
    wire_put_bytes(writer, base, strlen(base) + 1);
    wire_put_bytes(writer, suffix, strlen(suffix) + 1);
}

static void put_text(WireWriter *writer, const char *text) {
    size_t size;
    uint8_t *units = utf16le_from_utf8(text, &size);
    wire_put_u16(writer, (uint16_t)(size / 2));
    wire_put_bytes(writer, units, size);
    mem_free(units);
}

static void put_two_texts(WireWriter *writer, uint32_t kind, const char *text) {
    size_t size;
    uint8_t *units = utf16le_from_utf8(text, &size);
    wire_put_u32(writer, 0x314);
    wire_put_u32(writer, kind);
    wire_put_zeros(writer, 260);
    wire_put_bytes(writer, units, size);
    wire_put_zeros(writer, 520 - size);
    mem_free(units);
}

static void put_app_model(WireWriter *writer, const char *text) {
    static const uint8_t format[16] = {0x55, 0x28, 0x4C, 0x9F, 0x79, 0x9F, 0x39, 0x4B,
                                       0xA8, 0xD0, 0xE1, 0xD4, 0x2D, 0xE1, 0xD5, 0xF3};
    size_t size;
    uint8_t *units = utf16le_from_utf8(text, &size);
    uint32_t value = 9 + 8 + (uint32_t)size + 2, storage = 4 + 4 + 16 + value + 4;
    wire_put_u32(writer, 8 + storage + 4);
    wire_put_u32(writer, 0xA0000009);
    wire_put_u32(writer, storage);
    wire_put_u32(writer, 0x53505331);
    wire_put_bytes(writer, format, sizeof format);
    wire_put_u32(writer, value);
    wire_put_u32(writer, 5);
    wire_put_u8(writer, 0);
    wire_put_u32(writer, 31);
    wire_put_u32(writer, (uint32_t)size / 2 + 1);
    wire_put_bytes(writer, units, size);
    wire_put_zeros(writer, 2 + 4 + 4);
    mem_free(units);
}

static void put_whole(WireWriter *writer) {
    wire_writer_init(writer);
    put_header(writer, LINK_INFO | NAME | ARGUMENTS | ICON | UNICODE, 3);
    put_link_info(writer, "C:\\caf\xe9\\", "x.exe");
    put_text(writer, "A name");
    put_text(writer, "/a \"b c\"");
    put_text(writer, "%SystemRoot%\\y.dll");
    put_two_texts(writer, 0xA0000006, "descriptor");
    put_app_model(writer, "Vendor.Program");
    wire_put_u32(writer, 0);
}

static void all_parts_are_read(void) {
    WireWriter writer;
    LinkFile link;
    put_whole(&writer);
    CHECK(link_file_read(writer.data, writer.size, from_latin1, &link));
    CHECK(strcmp(link.target, "C:\\caf\xc3\xa9\\x.exe") == 0 && strcmp(link.name, "A name") == 0);
    CHECK(strcmp(link.arguments, "/a \"b c\"") == 0 && strcmp(link.directory, "") == 0);
    CHECK(strcmp(link.icon, "%SystemRoot%\\y.dll") == 0 && link.icon_index == -7);
    CHECK(strcmp(link.darwin, "descriptor") == 0 && strcmp(link.aumid, "Vendor.Program") == 0);
    CHECK(link.show == 3 && link.hotkey == 0x0641);
    link_file_clear(&link);
    wire_writer_clear(&writer);
}

static void a_target_with_variables_comes_first(void) {
    WireWriter writer;
    LinkFile link;
    wire_writer_init(&writer);
    put_header(&writer, LINK_INFO | UNICODE | EXPANDABLE, 9);
    put_link_info(&writer, "C:\\Windows\\x.exe", "");
    put_two_texts(&writer, 0xA0000001, "%windir%\\x.exe");
    wire_put_u32(&writer, 0);
    CHECK(link_file_read(writer.data, writer.size, from_latin1, &link));
    CHECK(strcmp(link.target, "%windir%\\x.exe") == 0 && link.show == 1);
    link_file_clear(&link);
    wire_writer_clear(&writer);
}

static void prefixes_give_less_or_nothing(void) {
    WireWriter writer;
    put_whole(&writer);
    for (size_t size = 0; size < writer.size; size++) {
        LinkFile link;
        uint8_t *part = test_tight_copy(writer.data, size);
        if (link_file_read(part, size, from_latin1, &link)) {
            CHECK(strcmp(link.arguments, "/a \"b c\"") == 0); // blocks alone may lack
            link_file_clear(&link);
        } else {
            CHECK(!link.target);
        }
        free(part);
    }
    wire_writer_clear(&writer);
}

static void other_files_are_none(void) {
    LinkFile link = {0};
    uint8_t *large = mem_new(LINK_FILE_BYTES_MAX + 1);
    CHECK(!link_file_read((const uint8_t *)"[InternetShortcut]", 18, from_latin1, &link));
    CHECK(!link_file_read(large, LINK_FILE_BYTES_MAX + 1, from_latin1, &link));
    mem_free(large);
}

int main(void) {
    RUN(all_parts_are_read);
    RUN(a_target_with_variables_comes_first);
    RUN(prefixes_give_less_or_nothing);
    RUN(other_files_are_none);
    return 0;
}
