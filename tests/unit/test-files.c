// SPDX-License-Identifier: Apache-2.0
// The host's files against a guest that is hostile (checks S1), and against one that works as Word does
// (A23): through the PDUs, on a real file system, with a canary beside the share.
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-agent/files/name.h"
#include "rail/mem.h"
#include "rail/utf.h"
#include "rail/windows-name.h"
#include "tests/unit/files-bench.h"
#include "tests/unit/test.h"

#define READ   DEVICE_ACCESS_GENERIC_READ
#define WRITE  DEVICE_ACCESS_GENERIC_WRITE
#define DELETE DEVICE_ACCESS_DELETE

static void check_file(const Bench *bench, const char *path, const char *wanted) {
    char *text = bench_read_file(bench, path);
    CHECK(text);
    CHECK_TEXT(text, wanted);
    mem_free(text);
}

static void check_list(Bench *bench, const char *path, const char *pattern, const char *wanted) {
    char *names = bench_list(bench, path, pattern, NULL);
    CHECK_TEXT(names, wanted);
    mem_free(names);
}

static void link_in(const Bench *bench, const char *target, const char *path) {
    char whole[256];
    snprintf(whole, sizeof whole, "%s/%s", bench->root, path);
    CHECK(symlink(target, whole) == 0);
}

// -1 where the user has no inotify instance left; what lies there is compared in any case.
static int watch_outside(const Bench *bench) {
    char folder[128];
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch < 0)
        return -1;
    snprintf(folder, sizeof folder, "%s/share-private", bench->root);
    CHECK(inotify_add_watch(watch, folder, IN_ALL_EVENTS) >= 0);
    return watch;
}

static void nothing_leaves_the_share(void) {
    static const char *const names[] = {"\\..\\share-private\\canary",
                                        "\\..",
                                        "..",
                                        "\\a\\..\\..\\share-private\\canary",
                                        "-private\\canary",
                                        "/etc/passwd",
                                        "\\/etc/passwd",
                                        "\\etc/passwd",
                                        "C:\\x",
                                        "\\x:stream",
                                        "\\.",
                                        "\\a\\.",
                                        "\\out\\canary",
                                        "\\absolute\\passwd",
                                        "\\passwd",
                                        "\\up\\share-private\\canary",
                                        "\\con",
                                        "\\NUL.txt",
                                        "\\x ",
                                        "\\x.",
                                        "\\a*b",
                                        "\\a?b",
                                        "\\a\"b",
                                        "\\a|b",
                                        "\\a\nb",
                                        "\\a\x7f\\b",
                                        "\\proc\\root\\etc\\passwd"};
    static const uint32_t dispositions[] = {DEVICE_OPEN, DEVICE_OPEN_OR_CREATE, DEVICE_OVERWRITE_OR_CREATE};
    Bench bench;
    bench_start(&bench);
    bench_share(&bench, SHARE_FOLDER, "docs", "share", "", false);
    link_in(&bench, "../share-private", "share/out");
    link_in(&bench, "/etc", "share/absolute");
    link_in(&bench, "/etc/passwd", "share/passwd");
    link_in(&bench, "..", "share/up");
    link_in(&bench, "/proc/self", "share/proc");
    int watch = watch_outside(&bench);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t j = 0; j < sizeof dispositions / sizeof *dispositions; j++) {
            CHECK(!bench_open(&bench, names[i], READ | WRITE, dispositions[j], 0));
            CHECK(bench.status >= 0xC0000000u);
        }
    check_list(&bench, "", "*", ""); // links that lead out are not even shown
    bench_write_file(&bench, "share/mine", "x");
    uint32_t file = bench_open(&bench, "\\mine", WRITE | DELETE, DEVICE_OPEN, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], "\\passwd") != 0) // to replace that link is to replace the link
            CHECK(bench_rename(&bench, file, names[i], true) >= 0xC0000000u);
    CHECK_EQUAL(bench_close(&bench, file), NT_SUCCESS);
    check_list(&bench, "", "*", "mine\n");
    uint8_t events[4096];
    CHECK(read(watch, events, sizeof events) < 0);
    if (watch >= 0)
        close(watch);
    bench_end(&bench);
}

static void broken_names_and_sizes(void) {
    static uint8_t wide[DEVICE_PATH_BYTES + 2];
    Bench bench;
    bench_start(&bench);
    bench_share(&bench, SHARE_FOLDER, "docs", "share", "", false);
    CHECK_EQUAL(bench_open_raw(&bench, (const uint8_t *)"a\0\0\0b\0", 6, 0), NT_OBJECT_NAME_INVALID);
    CHECK_EQUAL(bench_open_raw(&bench, (const uint8_t *)"a\0b", 3, 0), NT_OBJECT_NAME_INVALID);
    CHECK_EQUAL(bench_open_raw(&bench, (const uint8_t *)"\0\xd8", 2, 0), NT_OBJECT_NAME_INVALID);
    for (size_t i = 0; i < sizeof wide; i += 2)
        wide[i] = i % 512 ? 'a' : '\\';
    CHECK_EQUAL(bench_open_raw(&bench, wide, 32768, 0), NT_OBJECT_NAME_INVALID);
    CHECK_EQUAL(bench_open_raw(&bench, wide, sizeof wide - 2, 0), NT_OBJECT_NAME_INVALID);
    CHECK_EQUAL(bench_open_raw(&bench, (const uint8_t *)"a\0", 2, UINT64_MAX), NT_INVALID_PARAMETER);
    check_list(&bench, "", "*", "");
    uint32_t file = bench_open(&bench, "\\a", READ | WRITE, DEVICE_CREATE_NEW, 0);
    FileChange change = {.information = FILE_INFO_ALLOCATION, .size = UINT64_MAX};
    CHECK_EQUAL(bench_change(&bench, file, &change), NT_INVALID_PARAMETER);
    change.information = FILE_INFO_END_OF_FILE;
    CHECK_EQUAL(bench_change(&bench, file, &change), NT_INVALID_PARAMETER);
    change.size = INT64_MAX;
    CHECK(bench_change(&bench, file, &change) >= 0xC0000000u);
    CHECK_EQUAL(bench_read(&bench, file, UINT64_MAX, 16), NT_INVALID_PARAMETER);
    CHECK_EQUAL(bench_read(&bench, file, 0, UINT32_MAX), NT_SUCCESS);
    CHECK_EQUAL(bench_write(&bench, file, UINT64_MAX, "x"), NT_INVALID_PARAMETER);
    CHECK_EQUAL(bench_read(&bench, file + 1, 0, 16), NT_INVALID_HANDLE);
    CHECK_EQUAL(bench_read(&bench, 0, 0, 16), NT_INVALID_HANDLE);
    CHECK_EQUAL(bench_read(&bench, UINT32_MAX, 0, 16), NT_INVALID_HANDLE);
    CHECK_EQUAL(bench_close(&bench, file), NT_SUCCESS);
    CHECK_EQUAL(bench_close(&bench, file), NT_INVALID_HANDLE);
    DeviceRequest stray = {.major = DEVICE_CREATE, .device = 99};
    CHECK(bench_request(&bench, &stray) >= 0xC0000000u);
    DeviceRequest unknown = {.major = 77};
    CHECK(bench_request(&bench, &unknown) >= 0xC0000000u);
    bench_end(&bench);
}

static void pipes_and_devices_are_no_files(void) {
    Bench bench;
    char whole[128];
    bench_start(&bench);
    bench_share(&bench, SHARE_FOLDER, "docs", "share", "", false);
    snprintf(whole, sizeof whole, "%s/share/pipe", bench.root);
    CHECK(mkfifo(whole, 0600) == 0);
    CHECK(!bench_open(&bench, "\\pipe", READ, DEVICE_OPEN, 0)); // and does not wait for a writer
    CHECK_EQUAL(bench.status, NT_ACCESS_DENIED);
    check_list(&bench, "", "*", "");
    bench_end(&bench);
}

static void reading_and_writing(void) {
    Bench bench;
    bench_start(&bench);
    bench_share(&bench, SHARE_FOLDER, "docs", "share", "", false);
    uint32_t file = bench_open(&bench, "\\New \xc3\xa4\xe6\x97\xa5.txt", READ | WRITE, DEVICE_CREATE_NEW, 0);
    CHECK(file && bench_write(&bench, file, 0, "hello") == NT_SUCCESS);
    CHECK(bench_write(&bench, file, 5, " there") == NT_SUCCESS);
    CHECK(bench_read(&bench, file, 6, 100) == NT_SUCCESS && bench.size == 4 + 5);
    CHECK(memcmp(bench.body + 4, "there", 5) == 0);
    CHECK(bench_read(&bench, file, 100, 100) == NT_SUCCESS && bench.size == 4);
    CHECK_EQUAL(bench_close(&bench, file), NT_SUCCESS);
    check_file(&bench, "share/New \xc3\xa4\xe6\x97\xa5.txt", "hello there");
    file = bench_open(&bench, "\\nEW \xc3\x84\xe6\x97\xa5.TXT", WRITE, DEVICE_OVERWRITE, 0); // but for case
    CHECK(file && bench_write(&bench, file, 0, "x") == NT_SUCCESS);
    CHECK_EQUAL(bench_read(&bench, file, 0, 1), NT_ACCESS_DENIED);
    bench_close(&bench, file);
    check_list(&bench, "", "*", "New \xc3\xa4\xe6\x97\xa5.txt\n");
    CHECK(!bench_open(&bench, "\\none\\x", READ, DEVICE_OPEN_OR_CREATE, 0));
    CHECK_EQUAL(bench.status, NT_OBJECT_PATH_NOT_FOUND);
    CHECK(!bench_open(&bench, "\\none", READ, DEVICE_OPEN, 0) && bench.status == NT_OBJECT_NAME_NOT_FOUND);
    file = bench_open(&bench, "\\folder", READ, DEVICE_CREATE_NEW, DEVICE_OPTION_DIRECTORY);
    CHECK(file && bench_close(&bench, file) == NT_SUCCESS && bench_exists(&bench, "share/folder"));
    CHECK(!bench_open(&bench, "\\FOLDER", READ, DEVICE_CREATE_NEW, DEVICE_OPTION_DIRECTORY));
    CHECK_EQUAL(bench.status, NT_OBJECT_NAME_COLLISION);
    bench_write_file(&bench, "share/folder/x", "x");
    file = bench_open(&bench, "\\Folder", DELETE, DEVICE_OPEN, DEVICE_OPTION_DIRECTORY);
    CHECK_EQUAL(bench_delete(&bench, file), NT_DIRECTORY_NOT_EMPTY);
    bench_close(&bench, file);
    file = bench_open(&bench, "\\Folder\\X", DELETE, DEVICE_OPEN, DEVICE_OPTION_DELETE_ON_CLOSE);
    CHECK(file && bench_close(&bench, file) == NT_SUCCESS && !bench_exists(&bench, "share/folder/x"));
    bench_end(&bench);
}

static void word_saves(Bench *bench, const char *folder, const char *document) {
    char path[128], temporary[128], backup[128];
    snprintf(path, sizeof path, "%s\\%s", folder, document);
    snprintf(temporary, sizeof temporary, "%s\\~WRD0001.tmp", folder);
    snprintf(backup, sizeof backup, "%s\\~WRL0002.tmp", folder);
    uint32_t old = bench_open(bench, path, READ | DELETE, DEVICE_OPEN, 0);
    uint32_t new = bench_open(bench, temporary, READ | WRITE | DELETE, DEVICE_CREATE_NEW, 0);
    CHECK(old && new &&bench_write(bench, new, 0, "new text") == NT_SUCCESS);
    CHECK_EQUAL(bench_lock(bench, new, DEVICE_LOCK_EXCLUSIVE, 0, 4096), NT_SUCCESS);
    CHECK_EQUAL(bench_lock(bench, new, DEVICE_LOCK_RELEASE, 0, 4096), NT_SUCCESS);
    CHECK_EQUAL(bench_rename(bench, new, path, false), NT_OBJECT_NAME_COLLISION);
    CHECK_EQUAL(bench_rename(bench, old, backup, false), NT_SUCCESS);
    CHECK_EQUAL(bench_rename(bench, new, path, false), NT_SUCCESS);
    CHECK_EQUAL(bench_delete(bench, old), NT_SUCCESS);
    CHECK_EQUAL(bench_close(bench, old), NT_SUCCESS);
    CHECK_EQUAL(bench_close(bench, new), NT_SUCCESS);
}

static void saving_as_word_does(void) {
    Bench bench;
    bench_start(&bench);
    bench_share(&bench, SHARE_FOLDER, "docs", "share", "", false);
    bench_write_file(&bench, "share/Letter.doc", "old text");
    word_saves(&bench, "", "LETTER.DOC");
    check_list(&bench, "", "*", "LETTER.DOC\n");
    check_file(&bench, "share/LETTER.DOC", "new text");
    uint32_t file = bench_open(&bench, "\\tmp", WRITE | DELETE, DEVICE_CREATE_NEW, 0);
    CHECK_EQUAL(bench_rename(&bench, file, "\\letter.doc", true), NT_SUCCESS); // its spelling stays
    bench_close(&bench, file);
    check_list(&bench, "", "*", "LETTER.DOC\n");
    bench_end(&bench);
}

static void locks_are_the_hosts(void) {
    Bench bench;
    char whole[128];
    bench_start(&bench);
    bench_share(&bench, SHARE_FOLDER, "docs", "share", "", false);
    bench_write_file(&bench, "share/a", "0123456789");
    snprintf(whole, sizeof whole, "%s/share/a", bench.root);
    int own = open(whole, O_RDWR | O_CLOEXEC);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2, .l_len = 2};
    uint32_t file = bench_open(&bench, "\\a", READ | WRITE, DEVICE_OPEN, 0);
    CHECK_EQUAL(bench_lock(&bench, file, DEVICE_LOCK_EXCLUSIVE, 0, 4), NT_SUCCESS);
    CHECK(fcntl(own, F_OFD_SETLK, &lock) < 0);
    CHECK_EQUAL(bench_lock(&bench, file, DEVICE_LOCK_RELEASE, 0, 4), NT_SUCCESS);
    CHECK(fcntl(own, F_OFD_SETLK, &lock) == 0);
    CHECK_EQUAL(bench_lock(&bench, file, DEVICE_LOCK_SHARED, 0, 4), NT_LOCK_NOT_GRANTED);
    CHECK_EQUAL(bench_lock(&bench, file, DEVICE_LOCK_SHARED, 6, 4), NT_SUCCESS);
    CHECK_EQUAL(bench_lock(&bench, file, DEVICE_LOCK_EXCLUSIVE, UINT64_MAX - 1, 2), NT_SUCCESS);
    close(own);
    bench_close(&bench, file);
    bench_end(&bench);
}

static void many_entries(void) {
    Bench bench;
    size_t count;
    bench_start(&bench);
    bench_share(&bench, SHARE_FOLDER, "docs", "share", "", false);
    for (int i = 0; i < 10000; i++) {
        char name[32];
        snprintf(name, sizeof name, "share/file-%05d.txt", i);
        bench_write_file(&bench, name, "");
    }
    bench_write_file(&bench, "share/not:there", "");
    bench_write_file(&bench, "share/nor.", "");
    mem_free(bench_list(&bench, "", "*", &count));
    CHECK_EQUAL(count, 10000);
    check_list(&bench, "", "FILE-0999?.T<",
               "file-09990.txt\nfile-09991.txt\nfile-09992.txt\nfile-09993.txt\n"
               "file-09994.txt\nfile-09995.txt\nfile-09996.txt\nfile-09997.txt\n"
               "file-09998.txt\nfile-09999.txt\n");
    bench_end(&bench);
}

static void the_host_replaces_an_open_file(void) {
    Bench bench;
    char from[128], to[128];
    bench_start(&bench);
    bench_share(&bench, SHARE_FOLDER, "docs", "share", "", false);
    bench_share(&bench, SHARE_FOLDER, "more", "share", "", false);
    bench_write_file(&bench, "share/a", "old");
    uint32_t file = bench_open(&bench, "\\a", READ | DELETE, DEVICE_OPEN, DEVICE_OPTION_DELETE_ON_CLOSE);
    bench_write_file(&bench, "share/b", "new");
    snprintf(from, sizeof from, "%s/share/b", bench.root);
    snprintf(to, sizeof to, "%s/share/a", bench.root);
    CHECK(rename(from, to) == 0);
    CHECK(bench_read(&bench, file, 0, 10) == NT_SUCCESS && memcmp(bench.body + 4, "old", 3) == 0);
    CHECK_EQUAL(bench_rename(&bench, file, "\\c", false), NT_OBJECT_NAME_NOT_FOUND);
    CHECK_EQUAL(bench_close(&bench, file), NT_SUCCESS);
    check_file(&bench, "share/a", "new"); // what was to be deleted was another file
    bench_end(&bench);
}

static void a_share_that_is_read_only(void) {
    Bench bench;
    bench_start(&bench);
    bench_share(&bench, SHARE_FOLDER, "docs", "share", "", true);
    bench_write_file(&bench, "share/a", "text");
    uint32_t file = bench_open(&bench, "\\a", READ, DEVICE_OPEN, 0);
    CHECK(file && bench_read(&bench, file, 0, 10) == NT_SUCCESS && bench.size == 8);
    CHECK_EQUAL(bench_write(&bench, file, 0, "x"), NT_ACCESS_DENIED);
    CHECK_EQUAL(bench_rename(&bench, file, "\\b", true), NT_ACCESS_DENIED);
    CHECK_EQUAL(bench_delete(&bench, file), NT_ACCESS_DENIED);
    bench_close(&bench, file);
    CHECK(bench_open(&bench, "\\a", DEVICE_ACCESS_MAXIMUM, DEVICE_OPEN, 0));
    static const uint32_t accesses[] = {WRITE, DELETE, DEVICE_ACCESS_ALL, DEVICE_ACCESS_WRITE_ATTRIBUTES};
    for (size_t i = 0; i < sizeof accesses / sizeof *accesses; i++)
        CHECK(!bench_open(&bench, "\\a", accesses[i], DEVICE_OPEN, 0) && bench.status == NT_ACCESS_DENIED);
    CHECK(!bench_open(&bench, "\\a", READ, DEVICE_OVERWRITE, 0) && bench.status == NT_ACCESS_DENIED);
    CHECK(!bench_open(&bench, "\\n", READ, DEVICE_OPEN_OR_CREATE, 0) && bench.status == NT_ACCESS_DENIED);
    CHECK(!bench_open(&bench, "\\a", READ, DEVICE_OPEN, DEVICE_OPTION_DELETE_ON_CLOSE));
    check_file(&bench, "share/a", "text");
    bench_end(&bench);
}

static void one_document_alone(void) {
    Bench bench;
    struct stat status;
    char whole[128];
    bench_start(&bench);
    bench_write_file(&bench, "share/Letter.doc", "old text");
    bench_write_file(&bench, "share/other.doc", "other");
    snprintf(whole, sizeof whole, "%s/share/Letter.doc", bench.root);
    CHECK(chmod(whole, 0640) == 0);
    bench_share(&bench, SHARE_DOCUMENT, "1f", "share", "Letter.doc", false);
    CHECK_EQUAL(bench.announced, 1);
    check_list(&bench, "", "*", "1f\n");
    check_list(&bench, "\\1f", "*", "Letter.doc\n");
    CHECK(!bench_open(&bench, "\\1f\\other.doc", READ, DEVICE_OPEN, 0));
    CHECK_EQUAL(bench.status, NT_OBJECT_NAME_NOT_FOUND);
    static const uint32_t makes[] = {DEVICE_CREATE_NEW, DEVICE_OPEN_OR_CREATE, DEVICE_OVERWRITE_OR_CREATE};
    for (size_t i = 0; i < sizeof makes / sizeof *makes; i++)
        CHECK(!bench_open(&bench, "\\1f\\other.doc", WRITE, makes[i], 0) && bench.status == NT_ACCESS_DENIED);
    CHECK(!bench_open(&bench, "\\1f\\.profile", WRITE, DEVICE_CREATE_NEW, 0));
    CHECK(!bench_open(&bench, "\\1f\\sub", READ, DEVICE_CREATE_NEW, DEVICE_OPTION_DIRECTORY));
    CHECK(!bench_open(&bench, "\\new", WRITE, DEVICE_CREATE_NEW, 0));
    word_saves(&bench, "\\1f", "LETTER.doc");
    check_file(&bench, "share/Letter.doc", "new text");
    uint32_t file = bench_open(&bench, "\\1f\\Letter.doc", WRITE | DELETE, DEVICE_OPEN, 0);
    CHECK(file);
    CHECK_EQUAL(bench_rename(&bench, file, "\\1f\\other.doc", true), NT_ACCESS_DENIED);
    CHECK_EQUAL(bench_rename(&bench, file, "\\other.doc", true), NT_OBJECT_NAME_NOT_FOUND);
    bench_close(&bench, file);
    file = bench_open(&bench, "\\1f\\save.tmp", WRITE | DELETE, DEVICE_CREATE_NEW, 0);
    snprintf(whole, sizeof whole, "%s/share/Letter.doc", bench.root);
    CHECK(chmod(whole, 0640) == 0 && bench_write(&bench, file, 0, "newer") == NT_SUCCESS);
    CHECK_EQUAL(bench_rename(&bench, file, "\\1f\\letter.doc", true), NT_SUCCESS);
    bench_close(&bench, file);
    check_list(&bench, "\\1f", "*", "Letter.doc\n");
    check_file(&bench, "share/Letter.doc", "newer");
    CHECK(stat(whole, &status) == 0 && (status.st_mode & 0777) == 0640);
    check_file(&bench, "share/other.doc", "other");
    bench_share(&bench, SHARE_DOCUMENT, "20", "share-private", "canary", true);
    CHECK_EQUAL(bench.announced, 1);
    check_list(&bench, "\\20", "*", "canary\n");
    CHECK(!bench_open(&bench, "\\20\\canary", WRITE, DEVICE_OPEN, 0) && bench.status == NT_ACCESS_DENIED);
    bench_end(&bench);
}

static void shares_come_and_go(void) {
    Bench bench;
    bench_start(&bench);
    bench_write_file(&bench, "share/a", "text");
    bench_share(&bench, SHARE_FOLDER, "docs", "share", "", false);
    uint32_t docs = bench.drive, file = bench_open(&bench, "\\a", READ, DEVICE_OPEN, 0);
    bench_share(&bench, SHARE_FOLDER, "more", "share", "", false);
    uint32_t other = bench_open(&bench, "\\a", READ, DEVICE_OPEN, 0);
    CHECK(file && other && bench.announced == 2 && bench.drive != docs);
    DeviceRequest mixed = {.major = DEVICE_READ, .device = docs, .file = other};
    CHECK_EQUAL(bench_request(&bench, &mixed), NT_INVALID_HANDLE);
    bench_share(&bench, SHARE_GONE, "docs", "", "", false);
    CHECK_EQUAL(bench.removed, 1);
    DeviceRequest gone = {.major = DEVICE_READ, .device = docs, .file = file};
    CHECK(bench_request(&bench, &gone) >= 0xC0000000u);
    CHECK_EQUAL(bench_read(&bench, other, 0, 4), NT_SUCCESS); // the other share goes on
    bench_end(&bench);
}

static void names(void) {
    name_init();
    CHECK(name_matches("a.txt", "*") && name_matches("a.txt", "*.*") && name_matches("a", "*.*"));
    CHECK(name_matches("a.txt", "*.TXT") && !name_matches("a.txt", "*.tx") && name_matches("ab", "a?"));
    CHECK(name_matches("ab.c.d", "*.d") && name_matches("a", "a<") && !name_matches("a", "b*"));
    CHECK(name_equals("STRASSE \xc3\x84", "strasse \xc3\xa4") && !name_equals("a", "ab"));
    CHECK(!windows_name_problem("com10") && windows_name_problem("com1.x") && !windows_name_problem("~"));
    char *path = name_path_from_windows("\\a\\\\b\\");
    CHECK_TEXT(path, "a/b");
    mem_free(path);
}

int main(void) {
    RUN(names);
    RUN(nothing_leaves_the_share);
    RUN(broken_names_and_sizes);
    RUN(pipes_and_devices_are_no_files);
    RUN(reading_and_writing);
    RUN(saving_as_word_does);
    RUN(locks_are_the_hosts);
    RUN(many_entries);
    RUN(the_host_replaces_an_open_file);
    RUN(a_share_that_is_read_only);
    RUN(one_document_alone);
    RUN(shares_come_and_go);
    return 0;
}
