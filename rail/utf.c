// SPDX-License-Identifier: Apache-2.0
// UTF-16LE and UTF-8, and guest text made safe to show. All input is untrusted; output is always valid UTF-8.
#include "rail/utf.h"

#include <string.h>

#include "rail/mem.h"

#define REPLACEMENT 0xFFFDu

static size_t put_utf8(char *to, uint32_t code) {
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xC0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xE0 | code >> 12);
        to[1] = (char)(0x80 | (code >> 6 & 0x3F));
        to[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | code >> 18);
    to[1] = (char)(0x80 | (code >> 12 & 0x3F));
    to[2] = (char)(0x80 | (code >> 6 & 0x3F));
    to[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

static bool is_surrogate(uint32_t code) {
    return code >= 0xD800 && code <= 0xDFFF;
}

// The length of the valid character at bytes, 0 when there is none.
static size_t get_utf8(const uint8_t *bytes, size_t size, uint32_t *ret_code) {
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = bytes[0] < 0x80             ? 1
                    : (bytes[0] & 0xE0) == 0xC0 ? 2
                    : (bytes[0] & 0xF0) == 0xE0 ? 3
                    : (bytes[0] & 0xF8) == 0xF0 ? 4
                                                : 0;
    if (!length || length > size)
        return 0;
    uint32_t code = length == 1 ? bytes[0] : bytes[0] & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (bytes[i] & 0x3F);
    }
    if (code < least[length] || code > 0x10FFFF || is_surrogate(code))
        return 0;
    *ret_code = code;
    return length;
}

bool utf8_is_valid(const char *bytes, size_t size) {
    for (size_t at = 0; at < size;) {
        uint32_t code = 0;
        size_t length = get_utf8((const uint8_t *)bytes + at, size - at, &code);
        if (!length || !code)
            return false;
        at += length;
    }
    return true;
}

char *utf8_from_utf16le(const uint8_t *bytes, size_t n_bytes) {
    size_t units = n_bytes / 2, length = 0;
    char *utf8 = mem_new(units * 3 + 1);
    for (size_t i = 0; i < units; i++) {
        uint32_t code = bytes[2 * i] | (uint32_t)bytes[2 * i + 1] << 8;
        if (!code)
            break;
        if (is_surrogate(code)) {
            uint32_t low = i + 1 < units ? bytes[2 * i + 2] | (uint32_t)bytes[2 * i + 3] << 8 : 0;
            if (code < 0xDC00 && low >= 0xDC00 && low <= 0xDFFF) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                i++;
            } else {
                code = REPLACEMENT;
            }
        }
        length += put_utf8(utf8 + length, code);
    }
    return utf8;
}

static void put_unit(uint8_t *to, size_t *size, uint32_t unit) {
    to[(*size)++] = (uint8_t)unit;
    to[(*size)++] = (uint8_t)(unit >> 8);
}

uint8_t *utf16le_from_utf8(const char *utf8, size_t *ret_bytes) {
    size_t left = strlen(utf8), size = 0;
    uint8_t *units = mem_new(left * 2 + 2);
    for (const uint8_t *at = (const uint8_t *)utf8; left;) {
        uint32_t code = REPLACEMENT;
        size_t length = get_utf8(at, left, &code);
        if (!length)
            length = 1;
        if (code >= 0x10000) {
            put_unit(units, &size, 0xD800 + ((code - 0x10000) >> 10));
            put_unit(units, &size, 0xDC00 + ((code - 0x10000) & 0x3FF));
        } else {
            put_unit(units, &size, code);
        }
        at += length;
        left -= length;
    }
    *ret_bytes = size;
    return units;
}

static bool is_blank(uint32_t code) {
    return code <= 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0x2028 || code == 0x2029 ||
           code == 0x3000 || (code >= 0x2000 && code <= 0x200A);
}

static bool is_invisible(uint32_t code) {
    return (code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0x061C || code == 0x180E || code == 0xFEFF ||
           (code >= 0xFFF9 && code <= 0xFFFB) || (code & 0xFFFE) == 0xFFFE ||
           (code >= 0xE0000 && code <= 0xE007F);
}

void utf8_fit_utf16(char **text, size_t max_bytes) {
    size_t size;
    if (strlen(*text) * 2 <= max_bytes) // never more units than bytes
        return;
    uint8_t *units = utf16le_from_utf8(*text, &size);
    if (size > max_bytes) {
        size = max_bytes & ~(size_t)1;
        if (size && (units[size - 1] & 0xFC) == 0xD8) // never half a surrogate pair
            size -= 2;
        mem_free(*text);
        *text = utf8_from_utf16le(units, size);
    }
    mem_free(units);
}

char *utf8_label(const char *untrusted_text, size_t max_bytes) {
    size_t left = untrusted_text ? strlen(untrusted_text) : 0, size = 0;
    size_t capacity = left * 3 < max_bytes ? left * 3 : max_bytes;
    char *label = mem_new(capacity + 5);
    bool blank = false;
    for (const uint8_t *at = (const uint8_t *)untrusted_text; left;) {
        uint32_t code = REPLACEMENT;
        size_t length = get_utf8(at, left, &code);
        if (!length)
            length = 1;
        at += length;
        left -= length;
        if (is_invisible(code))
            continue;
        if (is_blank(code)) {
            blank = size > 0;
            continue;
        }
        char character[4];
        size_t bytes = put_utf8(character, code);
        if (size + blank + bytes > max_bytes)
            break;
        if (blank)
            label[size++] = ' ';
        blank = false;
        memcpy(label + size, character, bytes);
        size += bytes;
    }
    label[size] = '\0';
    return label;
}
