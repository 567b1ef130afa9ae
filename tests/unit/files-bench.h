// SPDX-License-Identifier: Apache-2.0
// A guest's server, as far as the tests of the host's files need it: requests in, the answer out, against a
// folder of its own with a canary beside it.
#pragma once
#include "host-agent/files/server.h"
#include "rail/file-info.h"

typedef struct Bench {
    Server *server;
    char root[64];            // holds "share", "share-private" and what a test makes
    uint32_t drive;           // id of the last drive that was announced
    uint32_t status, answers; // of the last request; answers in all
    uint8_t *body;
    size_t size;
    uint32_t announced, removed;
} Bench;

void bench_start(Bench *bench);
void bench_end(Bench *bench); // checks the canary and removes the folder
void bench_share(Bench *bench, ShareKind kind, const char *name, const char *folder, const char *document,
                 bool read_only);
void bench_write_file(const Bench *bench, const char *path, const char *text);
char *bench_read_file(const Bench *bench, const char *path); // NULL: not there; owned by the caller
bool bench_exists(const Bench *bench, const char *path);

uint32_t bench_request(Bench *bench, DeviceRequest *request); // the NTSTATUS
// 0 when it fails.
uint32_t bench_open(Bench *bench, const char *path, uint32_t access, uint32_t disposition, uint32_t options);
uint32_t bench_open_raw(Bench *bench, const uint8_t *utf16, size_t size, uint64_t allocation);
uint32_t bench_close(Bench *bench, uint32_t file);
uint32_t bench_write(Bench *bench, uint32_t file, uint64_t offset, const char *text);
uint32_t bench_read(Bench *bench, uint32_t file, uint64_t offset, uint32_t length); // bytes in body + 4
uint32_t bench_change(Bench *bench, uint32_t file, FileChange *change);
uint32_t bench_rename(Bench *bench, uint32_t file, const char *to, bool replace);
uint32_t bench_delete(Bench *bench, uint32_t file);
uint32_t bench_lock(Bench *bench, uint32_t file, uint32_t operation, uint64_t offset, uint64_t length);
// Names, one a line, in the order of bytes; owned by the caller. `count` may be NULL.
char *bench_list(Bench *bench, const char *path, const char *pattern, size_t *ret_count);
