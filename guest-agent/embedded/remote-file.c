// SPDX-License-Identifier: Apache-2.0
// Jobs of several requests: open, change, ask, close. A step that fails ends the job, but what it opened is
// closed. Listings keep several questions on their way, since each brings one name. In the embedded guest's
// loop.
#include "guest-agent/embedded/remote-file.h"

#include <errno.h>
#include <string.h>

#define QUESTIONS   16 // of a listing, at once
#define ENTRIES_MAX (1024 * 1024)

enum { STEP_OPEN, STEP_CHANGE, STEP_BASIC, STEP_STANDARD, STEP_VOLUME, STEP_CLOSE, STEP_DONE };

int remote_errno(NtStatus status) {
    switch (status) {
    case NT_SUCCESS:
        return 0;
    case NT_NO_SUCH_FILE:
    case NT_OBJECT_NAME_NOT_FOUND:
    case NT_OBJECT_PATH_NOT_FOUND:
    case NT_OBJECT_NAME_INVALID:
        return ENOENT;
    case NT_OBJECT_NAME_COLLISION:
        return EEXIST;
    case NT_ACCESS_DENIED:
    case NT_CANNOT_DELETE:
        return EACCES;
    case NT_MEDIA_WRITE_PROTECTED:
        return EROFS;
    case NT_SHARING_VIOLATION:
    case NT_DELETE_PENDING:
        return EBUSY;
    case NT_LOCK_NOT_GRANTED:
        return EAGAIN;
    case NT_DISK_FULL:
        return ENOSPC;
    case NT_FILE_IS_A_DIRECTORY:
        return EISDIR;
    case NT_NOT_A_DIRECTORY:
        return ENOTDIR;
    case NT_DIRECTORY_NOT_EMPTY:
        return ENOTEMPTY;
    case NT_NOT_SAME_DEVICE:
        return EXDEV;
    case NT_INVALID_PARAMETER:
        return EINVAL;
    case NT_NOT_SUPPORTED:
        return EOPNOTSUPP;
    case NT_TOO_MANY_OPENED_FILES:
        return EMFILE;
    case NT_CANCELLED:
        return ENOTCONN;
    default:
        return EIO;
    }
}

RemoteJob *remote_job_new(uint32_t device, void (*done)(RemoteJob *job), void *user) {
    RemoteJob *job = g_new0(RemoteJob, 1);
    job->device = device;
    job->disposition = DEVICE_OPEN;
    job->access = DEVICE_ACCESS_READ_ATTRIBUTES;
    job->done = done;
    job->user = user;
    return job;
}

static void finish(RemoteJob *job) {
    job->done(job);
    for (size_t i = 0; i < job->n_changes; i++)
        file_change_clear(&job->changes[i]);
    g_free(job->path);
    g_free(job);
}

static void advance(RemoteJob *job);

static void fill_create(const RemoteJob *job, DeviceRequest *request) {
    request->major = DEVICE_CREATE;
    request->as.create.access = job->access;
    request->as.create.sharing = 7; // read, write, delete: Wine keeps these rules among its programs
    request->as.create.disposition = job->disposition;
    request->as.create.options = job->options;
    request->as.create.path = job->path;
}

static bool take(RemoteJob *job, const uint8_t *untrusted_body, size_t size) {
    WireReader reader;
    switch (job->step) {
    case STEP_OPEN:
        wire_reader_init(&reader, untrusted_body, size);
        job->file = wire_get_u32(&reader);
        job->opened = !reader.failed;
        return job->opened;
    case STEP_BASIC:
        return file_info_decode(untrusted_body, size, FILE_INFO_BASIC, &job->info);
    case STEP_STANDARD:
        return file_info_decode(untrusted_body, size, FILE_INFO_STANDARD, &job->info);
    case STEP_VOLUME:
        return volume_info_decode(untrusted_body, size, &job->volume);
    default:
        return true;
    }
}

static void on_answer(void *user, NtStatus status, const uint8_t *untrusted_body, size_t size) {
    RemoteJob *job = user;
    if (status == NT_SUCCESS && !take(job, untrusted_body, size))
        status = NT_UNSUCCESSFUL;
    if (status != NT_SUCCESS && job->step != STEP_CLOSE) {
        job->status = status;
        job->step = STEP_VOLUME; // on to closing
    } else if (job->step == STEP_CHANGE && ++job->change < job->n_changes) {
        job->step--; // the next change
    }
    job->step++;
    advance(job);
}

static bool is_due(const RemoteJob *job) {
    switch (job->step) {
    case STEP_OPEN:
        return !job->file;
    case STEP_CHANGE:
        return job->change < job->n_changes;
    case STEP_BASIC:
    case STEP_STANDARD:
        return job->wants_info;
    case STEP_VOLUME:
        return job->wants_volume;
    case STEP_CLOSE:
        return job->opened && (job->status != NT_SUCCESS || !job->keeps_open);
    default:
        return true;
    }
}

static void advance(RemoteJob *job) {
    DeviceRequest request = {.device = job->device, .file = job->file, .major = DEVICE_QUERY_INFORMATION};
    WireWriter writer;
    while (!is_due(job))
        job->step++;
    if (job->step == STEP_DONE) {
        finish(job);
        return;
    }
    wire_writer_init(&writer);
    if (job->step == STEP_OPEN) {
        fill_create(job, &request);
    } else if (job->step == STEP_CHANGE) {
        file_change_encode(&writer, &job->changes[job->change]);
        request.major = DEVICE_SET_INFORMATION;
        request.as.query.information = job->changes[job->change].information;
        request.as.query.length = (uint32_t)writer.size;
        request.as.query.data = writer.data;
    } else if (job->step == STEP_CLOSE) {
        request.major = DEVICE_CLOSE;
    } else if (job->step == STEP_VOLUME) {
        request.major = DEVICE_QUERY_VOLUME;
        request.as.query.information = VOLUME_INFO_FULL_SIZE;
    } else {
        request.as.query.information = job->step == STEP_BASIC ? FILE_INFO_BASIC : FILE_INFO_STANDARD;
    }
    rdp_devices_request(job->devices, &request, on_answer, job);
    wire_writer_clear(&writer);
}

void remote_job_run(RemoteJob *job, RdpDevices *devices) {
    job->devices = devices;
    advance(job);
}

static void on_closed(void *user, NtStatus status, const uint8_t *untrusted_body, size_t size) {
}

void remote_close(RdpDevices *devices, uint32_t device, uint32_t file) {
    DeviceRequest request = {.device = device, .file = file, .major = DEVICE_CLOSE};
    rdp_devices_request(devices, &request, on_closed, NULL);
}

// Listings

typedef struct Listing {
    RdpDevices *devices;
    uint32_t device, file;
    char *pattern; // owned
    GArray *entries;
    RemoteListed done;
    void *user;
    NtStatus status;
    unsigned open; // questions
    bool over;
} Listing;

static void entry_clear(gpointer data) {
    g_free(((RemoteEntry *)data)->name);
}

static void ask(Listing *listing, bool initial);

static void finish_listing(Listing *listing) {
    if (listing->file)
        remote_close(listing->devices, listing->device, listing->file);
    listing->done(listing->user, listing->status, listing->entries);
    g_array_unref(listing->entries);
    g_free(listing->pattern);
    g_free(listing);
}

static void take_entry(Listing *listing, const uint8_t *untrusted_body, size_t size) {
    RemoteEntry entry;
    if (!file_entry_decode(untrusted_body, size, &entry.info, &entry.name)) {
        listing->status = NT_UNSUCCESSFUL;
        listing->over = true;
    } else if (strcmp(entry.name, ".") == 0 || strcmp(entry.name, "..") == 0 || !*entry.name ||
               strchr(entry.name, '/')) {
        g_free(entry.name);
    } else {
        g_array_append_val(listing->entries, entry);
    }
}

static void on_entry(void *user, NtStatus status, const uint8_t *untrusted_body, size_t size) {
    Listing *listing = user;
    bool was_first = !listing->over && listing->open == 1 && !listing->entries->len;
    listing->open--;
    if (status == NT_SUCCESS && !listing->over) {
        take_entry(listing, untrusted_body, size);
    } else {
        listing->over = true;
        if (status != NT_SUCCESS && status != NT_NO_MORE_FILES && status != NT_NO_SUCH_FILE)
            listing->status = status;
    }
    if (listing->entries->len >= ENTRIES_MAX)
        listing->over = true;
    unsigned wanted = listing->over ? 0 : was_first ? QUESTIONS : 1;
    listing->open += wanted; // counted first: an answer may come at once
    if (!listing->open) {
        finish_listing(listing);
        return;
    }
    for (; wanted; wanted--)
        ask(listing, false);
}

static void ask(Listing *listing, bool initial) {
    DeviceRequest request = {.device = listing->device, .file = listing->file, .major = DEVICE_DIRECTORY};
    request.minor = DEVICE_MINOR_QUERY_DIRECTORY;
    request.as.directory.information = FILE_INFO_BOTH_DIRECTORY;
    request.as.directory.initial = initial;
    request.as.directory.path = initial ? listing->pattern : NULL;
    rdp_devices_request(listing->devices, &request, on_entry, listing);
}

static void on_folder_open(RemoteJob *job) {
    Listing *listing = job->user;
    listing->status = job->status;
    if (job->status != NT_SUCCESS) {
        finish_listing(listing);
        return;
    }
    listing->file = job->file;
    listing->open = 1;
    ask(listing, true);
}

void remote_list(RdpDevices *devices, uint32_t device, const char *path, RemoteListed done, void *user) {
    Listing *listing = g_new0(Listing, 1);
    listing->devices = devices;
    listing->device = device;
    listing->pattern = g_strconcat(path, "\\*", NULL);
    listing->done = done;
    listing->user = user;
    listing->entries = g_array_new(FALSE, TRUE, sizeof(RemoteEntry));
    g_array_set_clear_func(listing->entries, entry_clear);
    RemoteJob *job = remote_job_new(device, on_folder_open, listing);
    job->path = g_strdup(path);
    job->access = DEVICE_ACCESS_READ_DATA | DEVICE_ACCESS_READ_ATTRIBUTES;
    job->options = DEVICE_OPTION_DIRECTORY;
    job->keeps_open = true;
    remote_job_run(job, devices);
}
