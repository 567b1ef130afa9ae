// SPDX-License-Identifier: Apache-2.0
// The checks and the generator of test.h. The generator is xorshift64*, seeded the same in each run: a
// failure repeats.
#include "tests/unit/test.h"

static uint64_t state = 0x9E3779B97F4A7C15u;

void test_check_equal(int64_t value, int64_t wanted, const char *text, const char *file, int line) {
    if (value == wanted)
        return;
    fprintf(stderr, "%s:%d: %s is %" PRId64 " (0x%" PRIx64 "), wanted %" PRId64 " (0x%" PRIx64 ")\n", file,
            line, text, value, (uint64_t)value, wanted, (uint64_t)wanted);
    exit(1);
}

void test_check_text(const char *value, const char *wanted, const char *text, const char *file, int line) {
    if (value && strcmp(value, wanted) == 0)
        return;
    fprintf(stderr, "%s:%d: %s is \"%s\", wanted \"%s\"\n", file, line, text, value ? value : "(null)",
            wanted);
    exit(1);
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

size_t test_from_hex(const char *hex, uint8_t *ret_bytes, size_t max) {
    size_t size = 0;
    while (*hex) {
        if (*hex == ' ') {
            hex++;
            continue;
        }
        int high = hex_digit(hex[0]), low = hex_digit(hex[1]);
        CHECK(high >= 0 && low >= 0 && size < max);
        ret_bytes[size++] = (uint8_t)(high << 4 | low);
        hex += 2;
    }
    return size;
}

static void print_hex(const char *name, const uint8_t *bytes, size_t size) {
    fprintf(stderr, "%s (%zu): ", name, size);
    for (size_t i = 0; i < size; i++)
        fprintf(stderr, "%02x", bytes[i]);
    fprintf(stderr, "\n");
}

void test_check_hex(const void *bytes, size_t size, const char *wanted, const char *text, const char *file,
                    int line) {
    uint8_t wanted_bytes[4096];
    size_t wanted_size = test_from_hex(wanted, wanted_bytes, sizeof wanted_bytes);
    if (size == wanted_size && memcmp(bytes, wanted_bytes, size) == 0)
        return;
    fprintf(stderr, "%s:%d: %s differs\n", file, line, text);
    print_hex("   is", bytes, size);
    print_hex("wanted", wanted_bytes, wanted_size);
    exit(1);
}

uint8_t *test_tight_copy(const void *bytes, size_t size) {
    uint8_t *copy = malloc(size ? size : 1);
    CHECK(copy);
    if (size)
        memcpy(copy, bytes, size);
    return copy;
}

uint32_t test_random(void) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 0x2545F4914F6CDD1Du) >> 32);
}

uint32_t test_random_below(uint32_t limit) {
    return test_random() % limit;
}

int32_t test_random_between(int32_t low, int32_t high) {
    return low + (int32_t)test_random_below((uint32_t)(high - low) + 1);
}

void test_random_bytes(uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)test_random();
}

char *test_random_text(size_t max_bytes) {
    static const char *const characters[] = {"a",
                                             "Z",
                                             " ",
                                             "%",
                                             "/",
                                             "\"",
                                             "\xc3\xa9",
                                             "\xd7\xa9",
                                             "\xe2\x82\xac",
                                             "\xe6\x97\xa5",
                                             "\xf0\x9f\x98\x80"};
    size_t wanted = test_random_below((uint32_t)max_bytes + 1), size = 0;
    char *text = malloc(max_bytes + 5);
    CHECK(text);
    while (size < wanted) {
        const char *character = characters[test_random_below(sizeof characters / sizeof *characters)];
        size_t length = strlen(character);
        if (size + length > max_bytes)
            break;
        memcpy(text + size, character, length);
        size += length;
    }
    text[size] = '\0';
    return text;
}
