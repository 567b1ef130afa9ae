// SPDX-License-Identifier: Apache-2.0
// What a unit test needs: checks that end the program with file and line, and numbers that are the same in
// each run.
#pragma once
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: %s: not true: %s\n", __FILE__, __LINE__, __func__, #condition);          \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

#define CHECK_EQUAL(value, wanted)                                                                           \
    test_check_equal((int64_t)(value), (int64_t)(wanted), #value, __FILE__, __LINE__)
#define CHECK_TEXT(value, wanted) test_check_text((value), (wanted), #value, __FILE__, __LINE__)
// wanted: hexadecimal, blanks allowed
#define CHECK_HEX(bytes, size, wanted) test_check_hex((bytes), (size), (wanted), #bytes, __FILE__, __LINE__)
#define RUN(test)                                                                                            \
    do {                                                                                                     \
        test();                                                                                              \
        printf("ok %s\n", #test);                                                                            \
    } while (0)

void test_check_equal(int64_t value, int64_t wanted, const char *text, const char *file, int line);
void test_check_text(const char *value, const char *wanted, const char *text, const char *file, int line);
void test_check_hex(const void *bytes, size_t size, const char *wanted, const char *text, const char *file,
                    int line);

size_t test_from_hex(const char *hex, uint8_t *ret_bytes, size_t max); // the number of bytes
// A copy on the heap without a byte to spare, so that the address sanitizer sees each step beyond the end.
uint8_t *test_tight_copy(const void *bytes, size_t size);

uint32_t test_random(void);                 // the same sequence in each run
uint32_t test_random_below(uint32_t limit); // 0 <= result < limit
int32_t test_random_between(int32_t low, int32_t high);
void test_random_bytes(uint8_t *bytes, size_t size);
char *test_random_text(size_t max_bytes); // valid UTF-8 of one to four byte characters, owned by the caller
