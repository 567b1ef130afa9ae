// SPDX-License-Identifier: Apache-2.0
// From a file of the host to its name in a guest. Links are resolved first, so that what counts is where the
// file is, not what it was called. Used by the agent, and by the command for the names of shares.
#include "host-agent/policy/shares.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rail/hash.h"
#include "rail/windows-name.h"

#define GUEST_PATH_MAX 259 // characters that most programs of Windows take (MAX_PATH without its NUL)

G_DEFINE_QUARK(railhead - shares - error, shares_error)

static bool fail(GError **error, SharesError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static bool fail(GError **error, SharesError code, const char *format, ...) {
    va_list list;
    va_start(list, format);
    if (error)
        *error = g_error_new_valist(SHARES_ERROR, code, format, list);
    va_end(list);
    return false;
}

SharedFolder *shared_folder_new(const char *name, const char *path, bool read_only, GError **error) {
    if (!share_name_is_valid(name)) {
        fail(error, SHARES_ERROR_NAME,
             "\"%s\" is no name for a share: 1 to 7 of a-z, A-Z, 0-9, - and _, and not \"" SHARE_DOCUMENTS
             "\"",
             name);
        return NULL;
    }
    if (!g_path_is_absolute(path)) {
        fail(error, SHARES_ERROR_FOLDER, "share %s: \"%s\" is not an absolute path", name, path);
        return NULL;
    }
    SharedFolder *folder = g_new0(SharedFolder, 1);
    folder->name = g_strdup(name);
    folder->path = g_strdup(path);
    folder->read_only = read_only;
    return folder;
}

void shared_folder_free(SharedFolder *folder) {
    if (!folder)
        return;
    g_free(folder->name);
    g_free(folder->path);
    g_free(folder);
}

void guest_file_clear(GuestFile *file) {
    g_free(file->path);
    g_free(file->folder);
    *file = (GuestFile){0};
}

static const char *below(const char *folder, const char *file) {
    size_t length = strlen(folder);
    while (length && folder[length - 1] == '/')
        length--;
    if (strncmp(folder, file, length) != 0 || (file[length] != '/' && file[length]))
        return NULL;
    return file + length + strspn(file + length, "/");
}

static const SharedFolder *longest(const GPtrArray *folders, const char *file, const char **ret_rest) {
    const SharedFolder *best = NULL;
    for (guint i = 0; folders && i < folders->len; i++) {
        const SharedFolder *folder = g_ptr_array_index(folders, i);
        char *real = realpath(folder->path, NULL);
        const char *rest = real ? below(real, file) : NULL;
        if (rest && (!best || strlen(rest) < strlen(*ret_rest))) {
            best = folder;
            *ret_rest = rest;
        }
        free(real);
    }
    return best;
}

static bool check_names(const char *path, GError **error) {
    g_auto(GStrv) names = g_strsplit(path, "/", -1);
    for (char **name = names; *name; name++) {
        const char *problem = **name ? windows_name_problem(*name) : NULL;
        g_autofree char *shown = problem ? g_strescape(*name, NULL) : NULL;
        if (problem)
            return fail(error, SHARES_ERROR_NAME, "the guest cannot have \"%s\": its name %s", shown,
                        problem);
    }
    return true;
}

static bool fits(const char *path) {
    g_autofree gunichar2 *wide = g_utf8_to_utf16(path, -1, NULL, NULL, NULL);
    size_t length = 0;
    while (wide && wide[length])
        length++;
    return wide && length <= GUEST_PATH_MAX;
}

static char *windows_path(const char *drive, const char *rest) {
    char *path = g_strdup_printf("\\\\tsclient\\%s%s%s", drive, *rest ? "/" : "", rest);
    return g_strdelimit(path, "/", '\\');
}

// The same document has the same name in the guest each time: programs remember what they had open.
static void name_document(Share *share, const char *file) {
    uint64_t hash = hash_bytes(HASH_START, file, strlen(file));
    g_snprintf(share->name, sizeof share->name, "%08x", (unsigned)(hash ^ hash >> 32));
}

static bool hand_over(const char *file, GuestFile *ret_file, GError **error) {
    g_autofree char *name = g_path_get_basename(file);
    if (!check_names(name, error))
        return false;
    GuestFile found = {.handed_over = true, .share = {.kind = SHARE_DOCUMENT}};
    name_document(&found.share, file);
    g_strlcpy(found.share.document, name, sizeof found.share.document);
    g_autofree char *rest = g_strdup_printf("%s/%s", found.share.name, name);
    found.path = windows_path(SHARE_DOCUMENTS, rest);
    found.folder = g_path_get_dirname(file);
    if (!fits(found.path)) {
        guest_file_clear(&found);
        return fail(error, SHARES_ERROR_NAME, "the guest cannot have \"%s\": its name is too long there",
                    name);
    }
    *ret_file = found;
    return true;
}

static bool find_real(const GPtrArray *folders, bool allows_documents, const char *file, GuestFile *ret_file,
                      GError **error) {
    const char *rest = NULL;
    const SharedFolder *folder = longest(folders, file, &rest);
    struct stat status = {0};
    bool is_folder = stat(file, &status) == 0 && S_ISDIR(status.st_mode);
    if (!is_folder && !S_ISREG(status.st_mode))
        return fail(error, SHARES_ERROR_FOLDER, "%s is neither a file nor a folder", file);
    if (folder && !check_names(rest, error))
        return false;
    g_autofree char *path = folder ? windows_path(folder->name, rest) : NULL;
    if (path && (is_folder || fits(path))) {
        *ret_file = (GuestFile){.path = g_steal_pointer(&path)};
        return true;
    }
    if (is_folder)
        return fail(error, SHARES_ERROR_FOLDER,
                    "the folder %s is not shared with the guest (railhead share add NAME DIR)", file);
    if (!folder && !allows_documents)
        return fail(error, SHARES_ERROR_REFUSED,
                    "%s is in no shared folder, and this guest gets no documents by themselves", file);
    if (!hand_over(file, ret_file, error))
        return false;
    ret_file->share.read_only = folder && folder->read_only;
    return true;
}

bool shares_find(const GPtrArray *folders, bool allows_documents, const char *file, GuestFile *ret_file,
                 GError **error) {
    char *real = realpath(file, NULL);
    if (!real) {
        g_autofree char *shown = g_strescape(file, NULL);
        return fail(error, SHARES_ERROR_MISSING, "%s: %s", shown, g_strerror(errno));
    }
    bool found = find_real(folders, allows_documents, real, ret_file, error);
    free(real);
    return found;
}
