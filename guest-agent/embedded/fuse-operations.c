// SPDX-License-Identifier: Apache-2.0
// The kernel's requests: each becomes a job over RDPDR and is answered when that is done. Names are looked up
// at the client each time the kernel asks; a file that is open stays so by the client's file id. In the
// embedded guest's loop; never waits.
#include "guest-agent/embedded/fuse-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest-agent/embedded/remote-file.h"

#define FRESH          0.5 // seconds for which the kernel believes what it was told
#define BLOCK          512
#define NAME_MAX_BYTES 255

typedef struct Open { // a file that a program has open
    uint32_t device, file, connection, access;
    GArray *entries; // of a folder: RemoteEntry
} Open;

typedef struct Call { // a request of the kernel that is on its way
    FuseDrive *drive;
    fuse_req_t request;
    uint64_t node, parent, to_parent;
    char *name, *to_name; // owned
    struct fuse_file_info file;
    size_t size;
    off_t offset;
    uint8_t *bytes; // owned
    DeviceMajor major;
    RdpDevicesDone answered;
} Call;

static FuseDrive *drive_of(fuse_req_t request) {
    return fuse_req_userdata(request);
}

static Call *call_new(fuse_req_t request, uint64_t node) {
    Call *call = g_new0(Call, 1);
    call->drive = drive_of(request);
    call->request = request;
    call->node = node;
    return call;
}

// The request is answered.
static void call_end(Call *call) {
    g_free(call->name);
    g_free(call->to_name);
    g_free(call->bytes);
    g_free(call);
}

static void call_fail(Call *call, int error) {
    fuse_reply_err(call->request, error);
    call_end(call);
}

static bool failed(Call *call, NtStatus status) {
    if (status != NT_SUCCESS)
        call_fail(call, remote_errno(status));
    return status != NT_SUCCESS;
}

// The path of a node, or of a name in it, and its device; NULL and no answer yet. Owned by the caller.
static char *find_path(const FuseDrive *drive, uint64_t id, const char *name, uint32_t *ret_device) {
    FuseNode *node = fuse_nodes_find(&drive->nodes, id);
    const char *device = NULL;
    char *path = node ? fuse_node_path(node, name, &device) : NULL;
    *ret_device = path ? rdp_devices_find(drive->devices, device, NULL) : 0;
    if (!*ret_device)
        g_clear_pointer(&path, g_free);
    return path;
}

// NULL after the answer that there is no such file.
static RemoteJob *job_for(Call *call, uint64_t id, const char *name, void (*done)(RemoteJob *job)) {
    uint32_t device;
    char *path = find_path(call->drive, id, name, &device);
    if (!path) {
        call_fail(call, ENOENT);
        return NULL;
    }
    RemoteJob *job = remote_job_new(device, done, call);
    job->path = path;
    return job;
}

static void run(RemoteJob *job, Call *call) {
    remote_job_run(job, call->drive->devices);
}

// Attributes

static struct timespec time_from(uint64_t time) {
    int64_t seconds = 0;
    uint32_t nanoseconds = 0;
    if (time)
        file_time_to_unix(time, &seconds, &nanoseconds);
    return (struct timespec){.tv_sec = seconds, .tv_nsec = nanoseconds};
}

static struct stat stat_from(uint64_t node, const FileInfo *info) {
    bool is_folder = info->attributes & FILE_IS_DIRECTORY;
    mode_t writable = info->attributes & FILE_IS_READ_ONLY && !is_folder ? 0 : 0200;
    return (struct stat){.st_ino = node,
                         .st_mode = (is_folder ? S_IFDIR | 0500 : S_IFREG | 0400) | writable,
                         .st_nlink = 1,
                         .st_uid = getuid(),
                         .st_gid = getgid(),
                         .st_size = is_folder ? 0 : (off_t)info->size,
                         .st_blocks = (blkcnt_t)(info->allocation / BLOCK),
                         .st_blksize = 4096,
                         .st_atim = time_from(info->accessed),
                         .st_mtim = time_from(info->written),
                         .st_ctim = time_from(info->changed ? info->changed : info->written)};
}

static const FileInfo plain_folder = {.attributes = FILE_IS_DIRECTORY};

static struct fuse_entry_param entry_for(FuseDrive *drive, uint64_t parent, const char *name,
                                         const FileInfo *info) {
    FuseNode *folder = fuse_nodes_find(&drive->nodes, parent);
    FuseNode *node = folder ? fuse_nodes_look_up(&drive->nodes, folder, name) : NULL;
    struct fuse_entry_param entry = {.attr_timeout = FRESH, .entry_timeout = FRESH};
    if (node) {
        entry.ino = node->id;
        entry.attr = stat_from(node->id, info);
    }
    return entry;
}

static void reply_entry(Call *call, const FileInfo *info) {
    struct fuse_entry_param entry = entry_for(call->drive, call->parent, call->name, info);
    if (!entry.ino)
        fuse_reply_err(call->request, ENOENT);
    else if (fuse_reply_entry(call->request, &entry) < 0)
        fuse_nodes_forget(&call->drive->nodes, entry.ino, 1);
    call_end(call);
}

static Call *call_for_name(fuse_req_t request, fuse_ino_t parent, const char *name) {
    Call *call = call_new(request, parent);
    call->parent = parent;
    call->name = g_strdup(name);
    return call;
}

static void on_looked_up(RemoteJob *job) {
    Call *call = job->user;
    if (!failed(call, job->status))
        reply_entry(call, &job->info);
}

static void do_lookup(fuse_req_t request, fuse_ino_t parent, const char *name) {
    Call *call = call_for_name(request, parent, name);
    if (parent == FUSE_NODE_ROOT) {
        if (rdp_devices_find(call->drive->devices, name, NULL))
            reply_entry(call, &plain_folder);
        else
            call_fail(call, ENOENT);
        return;
    }
    RemoteJob *job = job_for(call, parent, name, on_looked_up);
    if (!job)
        return;
    job->wants_info = true;
    run(job, call);
}

static void do_forget(fuse_req_t request, fuse_ino_t node, uint64_t lookups) {
    fuse_nodes_forget(&drive_of(request)->nodes, node, lookups);
    fuse_reply_none(request);
}

static void do_forget_multi(fuse_req_t request, size_t count, struct fuse_forget_data *forgets) {
    for (size_t i = 0; i < count; i++)
        fuse_nodes_forget(&drive_of(request)->nodes, forgets[i].ino, forgets[i].nlookup);
    fuse_reply_none(request);
}

static void on_attributes(RemoteJob *job) {
    Call *call = job->user;
    if (failed(call, job->status))
        return;
    struct stat status = stat_from(call->node, &job->info);
    fuse_reply_attr(call->request, &status, FRESH);
    call_end(call);
}

static bool is_stale(const FuseDrive *drive, const Open *open) {
    return open->connection != rdp_devices_connection(drive->devices);
}

static Open *open_of(const struct fuse_file_info *file) {
    return file ? (Open *)(uintptr_t)file->fh : NULL;
}

static RemoteJob *job_for_attributes(Call *call, const struct fuse_file_info *file) {
    Open *open = open_of(file);
    RemoteJob *job = NULL;
    if (open && open->file && !is_stale(call->drive, open)) {
        job = remote_job_new(open->device, on_attributes, call);
        job->file = open->file;
    } else {
        job = job_for(call, call->node, NULL, on_attributes);
    }
    if (job)
        job->wants_info = true;
    return job;
}

static void do_getattr(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file) {
    if (node == FUSE_NODE_ROOT) {
        struct stat status = stat_from(node, &plain_folder);
        fuse_reply_attr(request, &status, FRESH);
        return;
    }
    Call *call = call_new(request, node);
    RemoteJob *job = job_for_attributes(call, file);
    if (job)
        run(job, call);
}

static uint64_t wanted_time(int set, int now, const struct timespec *time, int to_set) {
    g_autoptr(GDateTime) present = NULL;
    if (to_set & now) {
        present = g_date_time_new_now_utc();
        return file_time_from_unix(g_date_time_to_unix(present), g_date_time_get_microsecond(present) * 1000);
    }
    return to_set & set ? file_time_from_unix(time->tv_sec, time->tv_nsec) : 0;
}

// Mode and owner have no counterpart: what was asked for is answered with what is.
static void do_setattr(fuse_req_t request, fuse_ino_t node, struct stat *wanted, int to_set,
                       struct fuse_file_info *file) {
    Call *call = call_new(request, node);
    RemoteJob *job = job_for_attributes(call, file);
    if (!job)
        return;
    FileInfo times = {
        .accessed = wanted_time(FUSE_SET_ATTR_ATIME, FUSE_SET_ATTR_ATIME_NOW, &wanted->st_atim, to_set),
        .written = wanted_time(FUSE_SET_ATTR_MTIME, FUSE_SET_ATTR_MTIME_NOW, &wanted->st_mtim, to_set)};
    if (to_set & FUSE_SET_ATTR_SIZE) {
        job->access = DEVICE_ACCESS_GENERIC_WRITE;
        job->changes[job->n_changes++] =
            (FileChange){.information = FILE_INFO_END_OF_FILE, .size = (uint64_t)wanted->st_size};
    }
    if (times.accessed || times.written) {
        job->access |= DEVICE_ACCESS_WRITE_ATTRIBUTES;
        job->changes[job->n_changes++] = (FileChange){.information = FILE_INFO_BASIC, .basic = times};
    }
    run(job, call);
}

// Files

static Open *open_new(const RemoteJob *job) {
    Open *open = g_new0(Open, 1);
    open->device = job->device;
    open->file = job->file;
    open->access = job->access;
    open->connection = rdp_devices_connection(job->devices);
    return open;
}

static void open_free(FuseDrive *drive, Open *open) {
    if (open->file && !is_stale(drive, open))
        remote_close(drive->devices, open->device, open->file);
    if (open->entries)
        g_array_unref(open->entries);
    g_free(open);
}

static uint32_t access_of(int flags) {
    static const uint32_t accesses[] = {DEVICE_ACCESS_GENERIC_READ, DEVICE_ACCESS_GENERIC_WRITE,
                                        DEVICE_ACCESS_GENERIC_READ | DEVICE_ACCESS_GENERIC_WRITE, 0};
    return accesses[flags & O_ACCMODE];
}

static void on_open(RemoteJob *job) {
    Call *call = job->user;
    if (failed(call, job->status))
        return;
    Open *open = open_new(job);
    call->file.fh = (uintptr_t)open;
    if (fuse_reply_open(call->request, &call->file) < 0)
        open_free(call->drive, open);
    call_end(call);
}

static void do_open(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file) {
    Call *call = call_new(request, node);
    RemoteJob *job = job_for(call, node, NULL, on_open);
    if (!job)
        return;
    call->file = *file;
    job->access = access_of(file->flags);
    job->options = DEVICE_OPTION_NO_DIRECTORY;
    job->keeps_open = true;
    run(job, call);
}

static void on_created(RemoteJob *job) {
    Call *call = job->user;
    if (failed(call, job->status))
        return;
    Open *open = open_new(job);
    struct fuse_entry_param entry = entry_for(call->drive, call->parent, call->name, &job->info);
    call->file.fh = (uintptr_t)open;
    if (fuse_reply_create(call->request, &entry, &call->file) < 0) {
        open_free(call->drive, open);
        fuse_nodes_forget(&call->drive->nodes, entry.ino, 1);
    }
    call_end(call);
}

static void do_create(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode,
                      struct fuse_file_info *file) {
    Call *call = call_for_name(request, parent, name);
    RemoteJob *job = job_for(call, parent, name, on_created);
    if (!job)
        return;
    call->file = *file;
    job->access = access_of(file->flags);
    job->disposition = file->flags & O_EXCL ? DEVICE_CREATE_NEW : DEVICE_OPEN_OR_CREATE;
    job->options = DEVICE_OPTION_NO_DIRECTORY;
    job->wants_info = job->keeps_open = true;
    run(job, call);
}

static void on_read(void *user, NtStatus status, const uint8_t *untrusted_body, size_t size) {
    Call *call = user;
    WireReader reader;
    if (status == NT_END_OF_FILE) {
        fuse_reply_buf(call->request, NULL, 0);
        call_end(call);
        return;
    }
    if (failed(call, status))
        return;
    wire_reader_init(&reader, untrusted_body, size);
    size_t length = wire_get_u32(&reader);
    const uint8_t *bytes = wire_get_bytes(&reader, length);
    if (!bytes || length > call->size)
        fuse_reply_err(call->request, EIO);
    else
        fuse_reply_buf(call->request, (const char *)bytes, length);
    call_end(call);
}

static void transfer_now(Call *call) {
    Open *open = open_of(&call->file);
    DeviceRequest request = {.device = open->device, .file = open->file, .major = call->major};
    request.as.transfer.length = (uint32_t)call->size;
    request.as.transfer.offset = (uint64_t)call->offset;
    request.as.transfer.data = call->bytes;
    rdp_devices_request(call->drive->devices, &request, call->answered, call);
}

static void on_reopened(RemoteJob *job) {
    Call *call = job->user;
    Open *open = open_of(&call->file);
    if (job->status != NT_SUCCESS) {
        call_fail(call, ENOTCONN);
        return;
    }
    if (is_stale(call->drive, open)) {
        open->device = job->device;
        open->file = job->file;
        open->connection = rdp_devices_connection(job->devices);
    } else { // another call was faster
        remote_close(job->devices, job->device, job->file);
    }
    transfer_now(call);
}

// The client came back, and knows nothing of what was open: it is opened by its name, as it was.
static void reopen(Call *call) {
    uint32_t device;
    char *path = find_path(call->drive, call->node, NULL, &device);
    if (!path) {
        call_fail(call, ENOTCONN);
        return;
    }
    RemoteJob *job = remote_job_new(device, on_reopened, call);
    job->path = path;
    job->access = open_of(&call->file)->access;
    job->options = DEVICE_OPTION_NO_DIRECTORY;
    job->keeps_open = true;
    run(job, call);
}

static void transfer(Call *call, DeviceMajor major, RdpDevicesDone done) {
    call->major = major;
    call->answered = done;
    if (is_stale(call->drive, open_of(&call->file)))
        reopen(call);
    else
        transfer_now(call);
}

static void do_read(fuse_req_t request, fuse_ino_t node, size_t size, off_t offset,
                    struct fuse_file_info *file) {
    Call *call = call_new(request, node);
    call->file = *file;
    call->size = MIN(size, RDP_DEVICES_TRANSFER);
    call->offset = offset;
    transfer(call, DEVICE_READ, on_read);
}

static void on_written(void *user, NtStatus status, const uint8_t *untrusted_body, size_t size) {
    Call *call = user;
    WireReader reader;
    if (failed(call, status))
        return;
    wire_reader_init(&reader, untrusted_body, size);
    size_t length = wire_get_u32(&reader);
    if (reader.failed || length > call->size)
        fuse_reply_err(call->request, EIO);
    else
        fuse_reply_write(call->request, length);
    call_end(call);
}

static void do_write(fuse_req_t request, fuse_ino_t node, const char *bytes, size_t size, off_t offset,
                     struct fuse_file_info *file) {
    Call *call = call_new(request, node);
    call->file = *file;
    call->size = MIN(size, RDP_DEVICES_TRANSFER);
    call->offset = offset;
    call->bytes = g_memdup2(bytes, call->size);
    transfer(call, DEVICE_WRITE, on_written);
}

static void do_release(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file) {
    open_free(drive_of(request), open_of(file));
    fuse_reply_err(request, 0);
}

static void do_sync(fuse_req_t request, fuse_ino_t node, int data, struct fuse_file_info *file) {
    fuse_reply_err(request, 0); // writes have been answered: the host has them
}

// Names

static void on_unlinked(RemoteJob *job) {
    Call *call = job->user;
    if (failed(call, job->status))
        return;
    FuseNode *folder = fuse_nodes_find(&call->drive->nodes, call->parent);
    if (folder)
        fuse_nodes_unlink(&call->drive->nodes, folder, call->name);
    call_fail(call, 0);
}

static void unlink_name(fuse_req_t request, fuse_ino_t parent, const char *name, uint32_t options) {
    Call *call = call_for_name(request, parent, name);
    RemoteJob *job = job_for(call, parent, name, on_unlinked);
    if (!job)
        return;
    job->access = DEVICE_ACCESS_DELETE;
    job->options = options;
    job->changes[job->n_changes++] = (FileChange){.information = FILE_INFO_DISPOSITION, .flag = true};
    run(job, call);
}

static void do_unlink(fuse_req_t request, fuse_ino_t parent, const char *name) {
    unlink_name(request, parent, name, DEVICE_OPTION_NO_DIRECTORY);
}

static void do_rmdir(fuse_req_t request, fuse_ino_t parent, const char *name) {
    unlink_name(request, parent, name, DEVICE_OPTION_DIRECTORY);
}

static void do_mkdir(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode) {
    Call *call = call_for_name(request, parent, name);
    RemoteJob *job = job_for(call, parent, name, on_looked_up);
    if (!job)
        return;
    job->disposition = DEVICE_CREATE_NEW;
    job->options = DEVICE_OPTION_DIRECTORY;
    job->wants_info = true;
    run(job, call);
}

static void on_renamed(RemoteJob *job) {
    Call *call = job->user;
    if (failed(call, job->status))
        return;
    FuseNode *from = fuse_nodes_find(&call->drive->nodes, call->parent);
    FuseNode *to = fuse_nodes_find(&call->drive->nodes, call->to_parent);
    if (from && to)
        fuse_nodes_rename(&call->drive->nodes, from, call->name, to, call->to_name);
    call_fail(call, 0);
}

static void do_rename(fuse_req_t request, fuse_ino_t parent, const char *name, fuse_ino_t to_parent,
                      const char *to_name, unsigned int flags) {
    Call *call = call_for_name(request, parent, name);
    uint32_t device, to_device;
    g_autofree char *path = find_path(call->drive, parent, name, &device);
    g_autofree char *to_path = find_path(call->drive, to_parent, to_name, &to_device);
    call->to_parent = to_parent;
    call->to_name = g_strdup(to_name);
    if (!path || !to_path || device != to_device || flags & ~(unsigned)RENAME_NOREPLACE) {
        call_fail(call, !path || !to_path ? ENOENT : device != to_device ? EXDEV : EINVAL);
        return;
    }
    RemoteJob *job = remote_job_new(device, on_renamed, call);
    job->path = g_steal_pointer(&path);
    job->access = DEVICE_ACCESS_DELETE | DEVICE_ACCESS_READ_ATTRIBUTES;
    job->changes[job->n_changes++] = (FileChange){.information = FILE_INFO_RENAME,
                                                  .flag = !(flags & RENAME_NOREPLACE),
                                                  .path = g_steal_pointer(&to_path)};
    run(job, call);
}

// Folders

static void on_listed(void *user, NtStatus status, GArray *entries) {
    Call *call = user;
    if (failed(call, status))
        return;
    Open *open = g_new0(Open, 1);
    open->entries = g_array_ref(entries);
    call->file.fh = (uintptr_t)open;
    if (fuse_reply_open(call->request, &call->file) < 0)
        open_free(call->drive, open);
    call_end(call);
}

static void entry_clear(gpointer data) {
    g_free(((RemoteEntry *)data)->name);
}

static void list_drives(Call *call) {
    g_autoptr(GArray) entries = g_array_new(FALSE, TRUE, sizeof(RemoteEntry));
    const char *name;
    g_array_set_clear_func(entries, entry_clear);
    for (size_t i = 0; (name = rdp_devices_name(call->drive->devices, i)); i++) {
        RemoteEntry entry = {g_strdup(name), plain_folder};
        g_array_append_val(entries, entry);
    }
    on_listed(call, NT_SUCCESS, entries);
}

static void do_opendir(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file) {
    Call *call = call_new(request, node);
    call->file = *file;
    if (node == FUSE_NODE_ROOT) {
        list_drives(call);
        return;
    }
    uint32_t device;
    g_autofree char *path = find_path(call->drive, node, NULL, &device);
    if (path)
        remote_list(call->drive->devices, device, path, on_listed, call);
    else
        call_fail(call, ENOENT);
}

static size_t add_entry(fuse_req_t request, fuse_ino_t node, char *buffer, size_t room,
                        const RemoteEntry *entry, bool plus, off_t next) {
    FuseDrive *drive = drive_of(request);
    struct fuse_entry_param param = {.attr = {.st_mode = stat_from(0, &entry->info).st_mode}};
    if (!plus)
        return fuse_add_direntry(request, buffer, room, entry->name, &param.attr, next);
    if (fuse_add_direntry_plus(request, NULL, 0, entry->name, NULL, 0) > room)
        return room + 1;
    param = entry_for(drive, node, entry->name, &entry->info);
    return fuse_add_direntry_plus(request, buffer, room, entry->name, &param, next);
}

static void read_folder(fuse_req_t request, fuse_ino_t node, size_t size, off_t offset,
                        const struct fuse_file_info *file, bool plus) {
    const GArray *entries = open_of(file)->entries;
    g_autofree char *buffer = g_malloc(size);
    size_t used = 0;
    for (size_t i = (size_t)offset; i < entries->len; i++) {
        const RemoteEntry *entry = &g_array_index(entries, RemoteEntry, i);
        size_t more = add_entry(request, node, buffer + used, size - used, entry, plus, (off_t)i + 1);
        if (more > size - used)
            break;
        used += more;
    }
    fuse_reply_buf(request, buffer, used);
}

static void do_readdir(fuse_req_t request, fuse_ino_t node, size_t size, off_t offset,
                       struct fuse_file_info *file) {
    read_folder(request, node, size, offset, file, false);
}

static void do_readdirplus(fuse_req_t request, fuse_ino_t node, size_t size, off_t offset,
                           struct fuse_file_info *file) {
    read_folder(request, node, size, offset, file, true);
}

static void on_volume(RemoteJob *job) {
    Call *call = job->user;
    if (failed(call, job->status))
        return;
    uint64_t unit = job->volume.unit;
    struct statvfs status = {.f_bsize = unit,
                             .f_frsize = unit,
                             .f_blocks = job->volume.total / unit,
                             .f_bfree = job->volume.free / unit,
                             .f_bavail = job->volume.free / unit,
                             .f_namemax = NAME_MAX_BYTES};
    fuse_reply_statfs(call->request, &status);
    call_end(call);
}

static void do_statfs(fuse_req_t request, fuse_ino_t node) {
    if (node == FUSE_NODE_ROOT || !node) {
        struct statvfs status = {.f_bsize = 4096, .f_frsize = 4096, .f_namemax = NAME_MAX_BYTES};
        fuse_reply_statfs(request, &status);
        return;
    }
    Call *call = call_new(request, node);
    RemoteJob *job = job_for(call, node, NULL, on_volume);
    if (!job)
        return;
    job->wants_volume = true;
    run(job, call);
}

static void do_init(void *user, struct fuse_conn_info *connection) {
    connection->max_write = RDP_DEVICES_TRANSFER;
    connection->max_read = RDP_DEVICES_TRANSFER;
}

const struct fuse_lowlevel_ops fuse_operations = {
    .init = do_init,
    .lookup = do_lookup,
    .forget = do_forget,
    .forget_multi = do_forget_multi,
    .getattr = do_getattr,
    .setattr = do_setattr,
    .open = do_open,
    .create = do_create,
    .read = do_read,
    .write = do_write,
    .release = do_release,
    .fsync = do_sync,
    .unlink = do_unlink,
    .rmdir = do_rmdir,
    .mkdir = do_mkdir,
    .rename = do_rename,
    .opendir = do_opendir,
    .readdir = do_readdir,
    .readdirplus = do_readdirplus,
    .releasedir = do_release,
    .statfs = do_statfs,
};
