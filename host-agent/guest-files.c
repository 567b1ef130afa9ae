// SPDX-License-Identifier: Apache-2.0
// Opens what is shared and sends the descriptors to railhead-files, which has nothing else of the host's.
// What was handed over stays so until the agent ends: a program may save hours later, and a lost session
// comes back. Owned by a Guest; main loop of the agent.
#include "host-agent/guest-files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host-agent/agent-error.h"
#include "host-agent/host-path.h"
#include "host-agent/machine/folders.h"
#include "host-agent/policy/shares.h"
#include "host-agent/profile-shares.h"
#include "host-agent/session-view.h"
#include "rail/catalogue-message.h"

#define CONTROL_FD    3
#define CHANNEL_FD    4
#define DOCUMENTS_MAX 512 // DRIVE_FOLDERS_MAX of railhead-files

struct GuestFiles {
    char *guest;
    GSubprocess *process;
    int control;        // -1: none runs
    GPtrArray *folders; // of SharedFolder
    bool allows_documents;
    GPtrArray *documents; // of GuestFile
};

static void document_free(gpointer data) {
    guest_file_clear(data);
    g_free(data);
}

static void load(GuestFiles *files) {
    g_autofree char *profiles = folder_profiles();
    g_clear_pointer(&files->folders, g_ptr_array_unref);
    files->folders = profile_shares_load(profiles, files->guest, &files->allows_documents);
}

GuestFiles *guest_files_new(const char *guest) {
    GuestFiles *files = g_new0(GuestFiles, 1);
    files->guest = g_strdup(guest);
    files->control = -1;
    files->documents = g_ptr_array_new_with_free_func(document_free);
    load(files);
    return files;
}

void guest_files_free(GuestFiles *files) {
    if (!files)
        return;
    guest_files_stop(files);
    g_ptr_array_unref(files->folders);
    g_ptr_array_unref(files->documents);
    g_free(files->guest);
    g_free(files);
}

static void send_value(GuestFiles *files, const Share *share, int fd) {
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    WireWriter writer;
    wire_writer_init(&writer);
    if (share_encode(&writer, share)) {
        struct iovec part = {writer.data, writer.size};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
        if (fd >= 0) {
            message.msg_control = control.bytes;
            message.msg_controllen = sizeof control.bytes;
            struct cmsghdr *header = CMSG_FIRSTHDR(&message);
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN(sizeof fd);
            memcpy(CMSG_DATA(header), &fd, sizeof fd);
        }
        if (sendmsg(files->control, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
            g_warning("%s: %s is not shared: %s", files->guest, share->name, g_strerror(errno));
    }
    wire_writer_clear(&writer);
}

static void send_share(GuestFiles *files, const Share *share, const char *folder) {
    if (files->control < 0)
        return;
    int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        g_warning("%s: %s is not shared: %s: %s", files->guest, share->name, folder, g_strerror(errno));
        return;
    }
    send_value(files, share, fd);
    close(fd);
}

static Share share_of(const SharedFolder *folder, ShareKind kind) {
    Share share = {.kind = kind, .read_only = folder->read_only};
    g_strlcpy(share.name, folder->name, sizeof share.name);
    return share;
}

static const SharedFolder *same_in(const GPtrArray *folders, const SharedFolder *wanted) {
    for (guint i = 0; i < folders->len; i++) {
        const SharedFolder *folder = g_ptr_array_index(folders, i);
        if (strcmp(folder->name, wanted->name) == 0 && strcmp(folder->path, wanted->path) == 0 &&
            folder->read_only == wanted->read_only)
            return folder;
    }
    return NULL;
}

void guest_files_reload(GuestFiles *files) {
    g_autoptr(GPtrArray) before = g_steal_pointer(&files->folders);
    load(files);
    for (guint i = 0; i < before->len && files->control >= 0; i++) {
        const SharedFolder *folder = g_ptr_array_index(before, i);
        Share gone = {.kind = SHARE_GONE};
        g_strlcpy(gone.name, folder->name, sizeof gone.name);
        if (!same_in(files->folders, folder))
            send_value(files, &gone, -1);
    }
    for (guint i = 0; i < files->folders->len; i++) {
        const SharedFolder *folder = g_ptr_array_index(files->folders, i);
        Share share = share_of(folder, SHARE_FOLDER);
        if (!same_in(before, folder))
            send_share(files, &share, folder->path);
    }
}

static void send_all(GuestFiles *files) {
    for (guint i = 0; i < files->folders->len; i++) {
        const SharedFolder *folder = g_ptr_array_index(files->folders, i);
        Share share = share_of(folder, SHARE_FOLDER);
        send_share(files, &share, folder->path);
    }
    for (guint i = 0; i < files->documents->len; i++) {
        const GuestFile *document = g_ptr_array_index(files->documents, i);
        send_share(files, &document->share, document->folder);
    }
}

static GSubprocess *spawn(int control, int channel, const char *log_file, GError **error) {
    g_autofree char *program = program_find("railhead-files");
    if (!program) {
        close(control);
        close(channel);
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED, "railhead-files is not installed");
        return NULL;
    }
    g_auto(GStrv) environment = session_view_environment();
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    g_subprocess_launcher_take_stdout_fd(launcher, folder_open_log(log_file));
    g_subprocess_launcher_set_flags(launcher, G_SUBPROCESS_FLAGS_STDERR_MERGE);
    g_subprocess_launcher_set_environ(launcher, environment);
    g_subprocess_launcher_take_fd(launcher, control, CONTROL_FD);
    g_subprocess_launcher_take_fd(launcher, channel, CHANNEL_FD);
    return g_subprocess_launcher_spawn(launcher, error, program, NULL);
}

int guest_files_start(GuestFiles *files, const char *log_file) {
    g_autoptr(GError) error = NULL;
    int control[2], channel[2];
    guest_files_stop(files);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0)
        return -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) < 0) {
        close(control[0]);
        close(control[1]);
        return -1;
    }
    files->process = spawn(control[1], channel[1], log_file, &error);
    if (!files->process) {
        g_warning("%s: the guest gets no files: %s", files->guest, error->message);
        close(control[0]);
        close(channel[0]);
        return -1;
    }
    files->control = control[0];
    send_all(files);
    return channel[0];
}

void guest_files_stop(GuestFiles *files) { // it ends when its sockets close
    if (files->control >= 0)
        close(files->control);
    files->control = -1;
    g_clear_object(&files->process);
}

// Names

static bool remember(GuestFiles *files, GuestFile *document, GError **error) {
    for (guint i = 0; i < files->documents->len; i++) {
        const GuestFile *known = g_ptr_array_index(files->documents, i);
        if (strcmp(known->path, document->path) == 0) {
            guest_file_clear(document);
            return true;
        }
    }
    if (files->documents->len == DOCUMENTS_MAX) {
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED,
                    "more than %d documents are handed over: share their folder (railhead share add)",
                    DOCUMENTS_MAX);
        guest_file_clear(document);
        return false;
    }
    send_share(files, &document->share, document->folder);
    g_ptr_array_add(files->documents, g_memdup2(document, sizeof *document));
    return true;
}

static char *name_file(GuestFiles *files, const char *path, GError **error) {
    g_autoptr(GError) why = NULL;
    GuestFile file;
    if (!shares_find(files->folders, files->allows_documents, path, &file, &why)) {
        g_set_error_literal(error, AGENT_ERROR, AGENT_ERROR_FAILED, why->message);
        return NULL;
    }
    char *name = g_strdup(file.path);
    if (!file.handed_over)
        guest_file_clear(&file);
    else if (!remember(files, &file, error))
        g_clear_pointer(&name, g_free);
    return name;
}

static bool is_plain(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            return false;
    return true;
}

static char *name_uri(GuestFiles *files, const char *uri, GError **error) {
    g_autofree char *scheme = g_uri_parse_scheme(uri);
    if (g_strcmp0(scheme, "file") == 0) {
        g_autoptr(GError) why = NULL;
        g_autofree char *host = NULL, *path = g_filename_from_uri(uri, &host, &why);
        if (path && (!host || strcmp(host, "localhost") == 0))
            return name_file(files, path, error);
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED, "%s is no file of this machine", uri);
    } else if (scheme && is_plain(uri)) {
        return g_strdup(uri);
    } else {
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_USAGE, "\"%s\" is neither a file nor an address", uri);
    }
    return NULL;
}

char **guest_files_name(GuestFiles *files, const char *const *uris, GError **error) {
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    if (g_strv_length((char **)uris) > LAUNCH_ARGUMENTS_MAX) {
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_USAGE, "at most %d files at once", LAUNCH_ARGUMENTS_MAX);
        return NULL;
    }
    for (; *uris; uris++) {
        g_autofree char *name = name_uri(files, *uris, error);
        if (!name)
            return NULL;
        g_strv_builder_add(names, name);
    }
    return g_strv_builder_end(names);
}

char *guest_files_locate(const GuestFiles *files, const char *untrusted_path, GError **error) {
    return host_path_of(files->folders, files->documents, untrusted_path, error);
}
