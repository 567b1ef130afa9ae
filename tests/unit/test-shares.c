// SPDX-License-Identifier: Apache-2.0
// Files of the host and their names in a guest, and back, the shares of a profile, and the verb that opens
// documents.
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-agent/host-path.h"
#include "host-agent/open-with.h"
#include "host-agent/policy/shares.h"
#include "host-agent/profile-shares.h"
#include "rail/mem.h"

static char *root;

static char *path_of(const char *name) {
    return g_build_filename(root, name, NULL);
}

static void make(const char *name) {
    g_autofree char *path = path_of(name), *folder = g_path_get_dirname(path);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, "x", 1, NULL));
}

static void add(GPtrArray *folders, const char *name, const char *folder, bool read_only) {
    g_autofree char *path = path_of(folder);
    g_mkdir_with_parents(path, 0700);
    g_ptr_array_add(folders, shared_folder_new(name, path, read_only, NULL));
}

static GPtrArray *two_folders(void) {
    GPtrArray *folders = g_ptr_array_new_with_free_func((GDestroyNotify)shared_folder_free);
    add(folders, "docs", "docs", false);
    add(folders, "deep", "docs/deep", true);
    return folders;
}

static void check_found(const GPtrArray *folders, const char *file, const char *wanted) {
    g_autofree char *path = path_of(file);
    g_autoptr(GError) error = NULL;
    GuestFile found;
    g_assert_true(shares_find(folders, false, path, &found, &error));
    g_assert_cmpstr(found.path, ==, wanted);
    g_assert_false(found.handed_over);
    guest_file_clear(&found);
}

static void check_refused(const GPtrArray *folders, bool documents, const char *file, SharesError code) {
    g_autofree char *path = path_of(file);
    g_autoptr(GError) error = NULL;
    GuestFile found;
    g_assert_false(shares_find(folders, documents, path, &found, &error));
    g_assert_error(error, SHARES_ERROR, (int)code);
}

static void test_folders(void) {
    g_autoptr(GPtrArray) folders = two_folders();
    make("docs/a b.txt");
    make("docs/deep/x");
    make("docs-private/y");
    make("docs/a:b");
    check_found(folders, "docs/a b.txt", "\\\\tsclient\\docs\\a b.txt");
    check_found(folders, "docs/deep/x", "\\\\tsclient\\deep\\x"); // the longest one
    check_found(folders, "docs/../docs/a b.txt", "\\\\tsclient\\docs\\a b.txt");
    check_found(folders, "docs", "\\\\tsclient\\docs");
    check_refused(folders, false, "docs-private/y", SHARES_ERROR_REFUSED);
    check_refused(folders, true, "docs-private", SHARES_ERROR_FOLDER);
    check_refused(folders, true, "docs/none", SHARES_ERROR_MISSING);
    check_refused(folders, true, "docs/a:b", SHARES_ERROR_NAME);
    check_refused(NULL, true, "pipe", SHARES_ERROR_MISSING);
    g_autofree char *pipe = path_of("pipe");
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    check_refused(NULL, true, "pipe", SHARES_ERROR_FOLDER);
}

static void test_links(void) {
    g_autoptr(GPtrArray) folders = two_folders();
    g_autofree char *inside = path_of("docs/inside"), *outside = path_of("docs/outside");
    make("docs/real");
    make("elsewhere/real");
    g_assert_cmpint(symlink("real", inside), ==, 0);
    g_assert_cmpint(symlink("../elsewhere/real", outside), ==, 0);
    check_found(folders, "docs/inside", "\\\\tsclient\\docs\\real");
    check_refused(folders, false, "docs/outside", SHARES_ERROR_REFUSED);
}

static void test_documents(void) {
    g_autofree char *path = path_of("other/Letter.doc"), *folder = path_of("other");
    g_autoptr(GPtrArray) folders = two_folders();
    GuestFile found, again;
    make("other/Letter.doc");
    g_assert_true(shares_find(folders, true, path, &found, NULL));
    g_assert_true(g_str_has_prefix(found.path, "\\\\tsclient\\files\\"));
    g_assert_true(g_str_has_suffix(found.path, "\\Letter.doc"));
    g_assert_true(found.handed_over && !found.share.read_only);
    g_assert_cmpstr(found.folder, ==, folder);
    g_assert_cmpstr(found.share.document, ==, "Letter.doc");
    g_assert_true(shares_find(NULL, true, path, &again, NULL));
    g_assert_cmpstr(again.path, ==, found.path); // the same each time
    guest_file_clear(&again);
    guest_file_clear(&found);
    g_autofree char *name = g_strnfill(120, 'n'), *deep = g_strdup_printf("docs/deep/%s/%s", name, name);
    g_autofree char *deep_path = path_of(deep);
    make(deep);
    g_assert_true(shares_find(folders, false, deep_path, &found, NULL));
    g_assert_true(!found.handed_over);
    guest_file_clear(&found);
    g_autofree char *deeper = g_strdup_printf("docs/deep/%s/%s/%s", name, name, "xyz"),
                    *deeper_path = path_of(deeper);
    g_assert_cmpint(g_unlink(deep_path), ==, 0);
    make(deeper);
    g_assert_true(shares_find(folders, false, deeper_path, &found, NULL)); // the folder is shared
    g_assert_true(found.handed_over && found.share.read_only);
    guest_file_clear(&found);
}

// What a guest may have opened is what it may read, by the same names.
static void test_back(void) {
    g_autoptr(GPtrArray) folders = two_folders(), documents = g_ptr_array_new();
    g_autofree char *link = path_of("docs/away"), *inside = path_of("docs/near"),
                    *pipe = path_of("docs/pipe");
    g_autofree char *secret = path_of("secret"), *handed = path_of("else/Letter.txt");
    static const char *const good[][2] = {{"\\\\tsclient\\docs\\a b.txt", "docs/a b.txt"},
                                          {"\\\\TSClient\\DOCS\\A B.TXT", "docs/a b.txt"},
                                          {"\\\\tsclient\\docs\\deep\\x", "docs/deep/x"},
                                          {"\\\\tsclient\\deep\\x", "docs/deep/x"},
                                          {"\\\\tsclient\\docs\\near", "docs/a b.txt"}};
    static const char *const bad[] = {"",
                                      "\\",
                                      "\\\\tsclient",
                                      "\\\\tsclient\\",
                                      "\\\\tsclient\\docs",
                                      "\\\\tsclient\\docs\\",
                                      "\\\\tsclient\\docs\\deep",
                                      "\\\\tsclient\\docs\\none",
                                      "\\\\tsclient\\docs\\..\\secret",
                                      "\\\\tsclient\\docs\\deep\\..\\..\\secret",
                                      "\\\\tsclient\\docs\\away",
                                      "\\\\tsclient\\docs\\pipe",
                                      "\\\\tsclient\\other\\x",
                                      "\\\\server\\docs\\a b.txt",
                                      "\\\\tsclient\\docs/a b.txt",
                                      "//tsclient/docs/a b.txt",
                                      "C:\\a b.txt",
                                      "/etc/passwd",
                                      "\\\\tsclient\\docs\\a b.txt:x",
                                      "\\\\tsclient\\files\\x\\y"};
    make("docs/a b.txt");
    make("docs/deep/x");
    make("secret");
    make("else/Letter.txt");
    make("else/other.txt");
    g_assert_cmpint(symlink(secret, link), ==, 0);
    g_assert_cmpint(symlink("a b.txt", inside), ==, 0);
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autofree char *found = host_path_of(folders, documents, good[i][0], NULL),
                        *wanted = path_of(good[i][1]);
        g_assert_cmpstr(found, ==, wanted);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("%s", bad[i]);
        g_assert_null(host_path_of(folders, documents, bad[i], &error));
        g_assert_nonnull(error);
    }
    GuestFile document;
    g_assert_true(shares_find(folders, true, handed, &document, NULL));
    g_ptr_array_add(documents, &document);
    g_autofree char *found = host_path_of(folders, documents, document.path, NULL);
    g_assert_cmpstr(found, ==, handed);
    g_autofree char *beside = g_strdup_printf("\\\\tsclient\\files\\%s\\other.txt", document.share.name);
    g_assert_null(host_path_of(folders, documents, beside, NULL));
    guest_file_clear(&document);
}

static void test_names(void) {
    static const char *const wrong[] = {"", "12345678", "a b", "a\\b", "files", "\xc3\xa4", "a/b", "a:"};
    g_autoptr(GError) error = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_assert_null(shared_folder_new(wrong[i], "/tmp", false, &error));
        g_assert_error(error, SHARES_ERROR, SHARES_ERROR_NAME);
        g_clear_error(&error);
    }
    g_assert_null(shared_folder_new("docs", "relative", false, &error));
    g_assert_error(error, SHARES_ERROR, SHARES_ERROR_FOLDER);
}

static void test_profile(void) {
    g_autofree char *file = path_of("wine.conf");
    SharedFolder *folder = shared_folder_new("docs", "/a b\n", true, NULL);
    bool documents = false;
    g_assert_false(profile_shares_add(root, "wine", folder, NULL));
    g_assert_true(g_file_set_contents(file, "# mine\n[guest]\nkind=embedded\n", -1, NULL));
    g_assert_true(profile_shares_add(root, "wine", folder, NULL));
    g_assert_false(profile_shares_add(root, "wine", folder, NULL));
    g_autoptr(GPtrArray) shares = profile_shares_load(root, "wine", &documents);
    g_assert_cmpuint(shares->len, ==, 1);
    const SharedFolder *got = g_ptr_array_index(shares, 0);
    g_assert_cmpstr(got->name, ==, "docs");
    g_assert_cmpstr(got->path, ==, "/a b\n");
    g_assert_true(got->read_only && documents);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_nonnull(strstr(text, "# mine"));
    g_assert_true(profile_shares_remove(root, "wine", "docs", NULL));
    g_assert_false(profile_shares_remove(root, "wine", "docs", NULL));
    g_assert_true(g_file_set_contents(file, "[guest]\ndocuments=refuse\n", -1, NULL));
    g_autoptr(GPtrArray) none = profile_shares_load(root, "wine", &documents);
    g_assert_cmpuint(none->len, ==, 0);
    g_assert_false(documents);
    shared_folder_free(folder);
}

static FileType *type_with(const char *name, const char *verb, uint64_t app, uint8_t flags) {
    FileType *type = file_type_new();
    FileVerb *added = file_type_add_verb(type);
    type->id = file_type_id(FILE_TYPE_EXTENSION, name);
    mem_free(type->name);
    type->name = mem_string(name);
    mem_free(added->verb);
    added->verb = mem_string(verb);
    added->id = file_verb_id("class", verb);
    added->app = app;
    added->flags = flags;
    return type;
}

static void test_verbs(void) {
    Catalogue catalogue;
    uint64_t type = 0, verb = 0;
    catalogue_init(&catalogue);
    catalogue_put_type(&catalogue, type_with(".doc", "open", 7, 0));
    catalogue_put_type(&catalogue, type_with(".xls", "print", 7, 0));
    char *const documents[] = {(char *)"\\\\tsclient\\files\\1\\a.DOC", (char *)"\\\\tsclient\\docs\\b.doc",
                               NULL};
    char *const mixed[] = {(char *)"\\\\tsclient\\docs\\a.doc", (char *)"\\\\tsclient\\docs\\b.txt", NULL};
    char *const tables[] = {(char *)"\\\\tsclient\\docs\\a.xls", NULL};
    char *const none[] = {(char *)"\\\\tsclient\\docs.doc\\a", NULL};
    g_assert_true(open_with_verb(&catalogue, 7, documents, &type, &verb));
    g_assert_true(type == file_type_id(FILE_TYPE_EXTENSION, ".doc") && verb == file_verb_id("class", "open"));
    g_assert_false(open_with_verb(&catalogue, 8, documents, &type, &verb));
    g_assert_false(open_with_verb(&catalogue, 7, mixed, &type, &verb));
    g_assert_false(open_with_verb(&catalogue, 7, tables, &type, &verb)); // printing is not opening
    g_assert_false(open_with_verb(&catalogue, 7, none, &type, &verb));
    catalogue_clear(&catalogue);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_autofree char *made = g_dir_make_tmp("railhead-shares-XXXXXX", NULL);
    root = realpath(made, NULL);
    g_test_add_func("/shares/folders", test_folders);
    g_test_add_func("/shares/links", test_links);
    g_test_add_func("/shares/documents", test_documents);
    g_test_add_func("/shares/back", test_back);
    g_test_add_func("/shares/names", test_names);
    g_test_add_func("/shares/profile", test_profile);
    g_test_add_func("/shares/verbs", test_verbs);
    int code = g_test_run();
    const char *argv_remove[] = {"rm", "-r", "-f", "--", root, NULL};
    g_spawn_sync(NULL, (char **)argv_remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    free(root);
    return code;
}
