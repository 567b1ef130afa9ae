// SPDX-License-Identifier: Apache-2.0
// Drives host-agent/files as a guest does, by PDUs alone.
#include "tests/unit/files-bench.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-agent/files/name.h"
#include "rail/mem.h"
#include "rail/utf.h"
#include "tests/unit/test.h"

#define CANARY "nobody but the user has this"

static void on_send(void *user, const uint8_t *bytes, size_t size) {
    Bench *bench = user;
    DevicePdu pdu;
    uint8_t *tight = test_tight_copy(bytes, size);
    CHECK(device_pdu_decode(tight, size, &pdu));
    if (pdu.type == DEVICE_PDU_LIST && pdu.as.list.count) {
        bench->announced += pdu.as.list.count;
        bench->drive = pdu.as.list.items[pdu.as.list.count - 1].id;
    } else if (pdu.type == DEVICE_PDU_LIST_REMOVE) {
        bench->removed += pdu.as.removal.count;
    } else if (pdu.type == DEVICE_PDU_COMPLETION) {
        free(bench->body);
        bench->answers++;
        bench->status = pdu.as.completion.status;
        bench->size = pdu.as.completion.size;
        bench->body = test_tight_copy(pdu.as.completion.data, pdu.as.completion.size);
    }
    device_pdu_clear(&pdu);
    free(tight);
}

static void tell(Bench *bench, const DevicePdu *pdu) {
    WireWriter writer;
    wire_writer_init(&writer);
    CHECK(device_pdu_encode(&writer, pdu));
    uint8_t *tight = test_tight_copy(writer.data, writer.size);
    server_receive(bench->server, tight, writer.size);
    free(tight);
    wire_writer_clear(&writer);
}

static void path_in(const Bench *bench, const char *path, char *to, size_t size) {
    CHECK((size_t)snprintf(to, size, "%s/%s", bench->root, path) < size);
}

void bench_write_file(const Bench *bench, const char *path, const char *text) {
    char whole[4096];
    path_in(bench, path, whole, sizeof whole);
    FILE *file = fopen(whole, "wb");
    CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

char *bench_read_file(const Bench *bench, const char *path) {
    char whole[4096];
    path_in(bench, path, whole, sizeof whole);
    FILE *file = fopen(whole, "rb");
    if (!file)
        return NULL;
    char *text = mem_new(65536);
    CHECK(fread(text, 1, 65535, file) < 65535);
    fclose(file);
    return text;
}

bool bench_exists(const Bench *bench, const char *path) {
    char whole[4096];
    struct stat status;
    path_in(bench, path, whole, sizeof whole);
    return lstat(whole, &status) == 0;
}

static void make_folder(const Bench *bench, const char *path) {
    char whole[4096];
    path_in(bench, path, whole, sizeof whole);
    CHECK(mkdir(whole, 0700) == 0);
}

void bench_start(Bench *bench) {
    *bench = (Bench){.root = "/tmp/railhead-files-XXXXXX"};
    CHECK(mkdtemp(bench->root));
    make_folder(bench, "share");
    make_folder(bench, "share-private");
    bench_write_file(bench, "share-private/canary", CANARY);
    name_init();
    bench->server = server_new(on_send, bench);
    DevicePdu announce = {.type = DEVICE_PDU_SERVER_ANNOUNCE}, can = {.type = DEVICE_PDU_SERVER_CAPABILITY};
    DevicePdu confirm = {.type = DEVICE_PDU_CLIENT_ID}, logged_on = {.type = DEVICE_PDU_USER_LOGGED_ON};
    announce.as.announce.major = confirm.as.announce.major = 1;
    can.as.capability.extended = DEVICE_CAN_REMOVE | DEVICE_CAN_LOGGED_ON;
    tell(bench, &announce);
    tell(bench, &can);
    tell(bench, &confirm);
    tell(bench, &logged_on);
}

static int on_entry(const char *path, const struct stat *status, int flag, struct FTW *ftw) {
    return remove(path);
}

void bench_end(Bench *bench) {
    char *canary = bench_read_file(bench, "share-private/canary");
    CHECK_TEXT(canary, CANARY);
    mem_free(canary);
    server_free(bench->server);
    free(bench->body);
    CHECK(nftw(bench->root, on_entry, 16, FTW_DEPTH | FTW_PHYS) == 0);
}

void bench_share(Bench *bench, ShareKind kind, const char *name, const char *folder, const char *document,
                 bool read_only) {
    Share share = {.kind = kind, .read_only = read_only}, got;
    char whole[4096];
    WireWriter writer;
    wire_writer_init(&writer);
    snprintf(share.name, sizeof share.name, "%s", name);
    snprintf(share.document, sizeof share.document, "%s", document);
    CHECK(share_encode(&writer, &share) && share_decode(writer.data, writer.size, &got));
    wire_writer_clear(&writer);
    path_in(bench, folder, whole, sizeof whole);
    int fd = kind == SHARE_GONE ? -1 : open(whole, O_PATH | O_DIRECTORY | O_CLOEXEC);
    CHECK(kind == SHARE_GONE || fd >= 0);
    server_share(bench->server, &got, fd);
}

uint32_t bench_request(Bench *bench, DeviceRequest *request) {
    static uint32_t completion;
    uint32_t before = bench->answers;
    request->device = request->device ? request->device : bench->drive;
    request->completion = ++completion;
    DevicePdu pdu = {.type = DEVICE_PDU_REQUEST, .as.request = *request};
    tell(bench, &pdu);
    CHECK_EQUAL(bench->answers, before + 1); // exactly one answer
    return bench->status;
}

static uint32_t number(const Bench *bench) {
    CHECK(bench->size >= 4);
    return bench->body[0] | bench->body[1] << 8 | bench->body[2] << 16 | (uint32_t)bench->body[3] << 24;
}

uint32_t bench_open(Bench *bench, const char *path, uint32_t access, uint32_t disposition, uint32_t options) {
    DeviceRequest request = {.major = DEVICE_CREATE};
    request.as.create.access = access;
    request.as.create.disposition = disposition;
    request.as.create.options = options;
    request.as.create.path = (char *)path;
    return bench_request(bench, &request) ? 0 : number(bench);
}

// Bytes for a name that no encoder of ours would write.
uint32_t bench_open_raw(Bench *bench, const uint8_t *utf16, size_t size, uint64_t allocation) {
    WireWriter writer;
    uint32_t before = bench->answers;
    wire_writer_init(&writer);
    wire_put_u16(&writer, 0x4472);
    wire_put_u16(&writer, DEVICE_PDU_REQUEST);
    wire_put_u32(&writer, bench->drive);
    wire_put_zeros(&writer, 16);
    wire_put_u32(&writer, DEVICE_ACCESS_GENERIC_WRITE);
    wire_put_u64(&writer, allocation);
    wire_put_zeros(&writer, 8);
    wire_put_u32(&writer, DEVICE_OPEN_OR_CREATE);
    wire_put_u32(&writer, 0);
    wire_put_u32(&writer, (uint32_t)size);
    wire_put_bytes(&writer, utf16, size);
    uint8_t *tight = test_tight_copy(writer.data, writer.size);
    server_receive(bench->server, tight, writer.size);
    CHECK_EQUAL(bench->answers, before + 1);
    free(tight);
    wire_writer_clear(&writer);
    return bench->status;
}

uint32_t bench_close(Bench *bench, uint32_t file) {
    DeviceRequest request = {.major = DEVICE_CLOSE, .file = file};
    return bench_request(bench, &request);
}

uint32_t bench_write(Bench *bench, uint32_t file, uint64_t offset, const char *text) {
    DeviceRequest request = {.major = DEVICE_WRITE, .file = file};
    request.as.transfer.length = (uint32_t)strlen(text);
    request.as.transfer.offset = offset;
    request.as.transfer.data = (const uint8_t *)text;
    return bench_request(bench, &request);
}

uint32_t bench_read(Bench *bench, uint32_t file, uint64_t offset, uint32_t length) {
    DeviceRequest request = {.major = DEVICE_READ, .file = file};
    request.as.transfer.length = length;
    request.as.transfer.offset = offset;
    return bench_request(bench, &request);
}

uint32_t bench_change(Bench *bench, uint32_t file, FileChange *change) {
    DeviceRequest request = {.major = DEVICE_SET_INFORMATION, .file = file};
    WireWriter writer;
    wire_writer_init(&writer);
    file_change_encode(&writer, change);
    request.as.query.information = change->information;
    request.as.query.length = (uint32_t)writer.size;
    request.as.query.data = writer.data;
    uint32_t status = bench_request(bench, &request);
    wire_writer_clear(&writer);
    return status;
}

uint32_t bench_rename(Bench *bench, uint32_t file, const char *to, bool replace) {
    return bench_change(bench, file,
                        &(FileChange){.information = FILE_INFO_RENAME, .flag = replace, .path = (char *)to});
}

uint32_t bench_delete(Bench *bench, uint32_t file) {
    return bench_change(bench, file, &(FileChange){.information = FILE_INFO_DISPOSITION, .flag = true});
}

uint32_t bench_lock(Bench *bench, uint32_t file, uint32_t operation, uint64_t offset, uint64_t length) {
    DeviceRequest request = {.major = DEVICE_LOCK, .file = file};
    request.as.lock.operation = operation;
    request.as.lock.count = 1;
    request.as.lock.locks[0] = (DeviceLock){offset, length};
    return bench_request(bench, &request);
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char *bench_list(Bench *bench, const char *path, const char *pattern, size_t *ret_count) {
    static char *names[20000];
    size_t count = 0, size = 1;
    char whole[512];
    uint32_t file = bench_open(bench, path, DEVICE_ACCESS_READ_DATA, DEVICE_OPEN, DEVICE_OPTION_DIRECTORY);
    CHECK(file);
    snprintf(whole, sizeof whole, "%s\\%s", path, pattern);
    DeviceRequest request = {.major = DEVICE_DIRECTORY, .minor = DEVICE_MINOR_QUERY_DIRECTORY, .file = file};
    request.as.directory.information = FILE_INFO_BOTH_DIRECTORY;
    request.as.directory.initial = true;
    request.as.directory.path = whole;
    while (bench_request(bench, &request) == NT_SUCCESS) {
        FileInfo info;
        CHECK(count < sizeof names / sizeof *names);
        CHECK(file_entry_decode(bench->body, bench->size, &info, &names[count]));
        request.as.directory.initial = false;
        if (strcmp(names[count], ".") == 0 || strcmp(names[count], "..") == 0)
            mem_free(names[count]);
        else
            size += strlen(names[count++]) + 1;
    }
    CHECK(bench->status == NT_NO_MORE_FILES || bench->status == NT_NO_SUCH_FILE);
    bench_close(bench, file);
    qsort(names, count, sizeof *names, by_bytes);
    char *text = mem_new(size);
    for (size_t i = 0; i < count; i++) {
        strcat(strcat(text, names[i]), "\n");
        mem_free(names[i]);
    }
    if (ret_count)
        *ret_count = count;
    return text;
}
