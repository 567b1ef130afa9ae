// SPDX-License-Identifier: Apache-2.0
// Reads a descriptor from the main loop without GIO's streams, whose buffers nobody wipes. Owned by who made
// it; main loop of the agent. Never blocks.
#include "host-agent/secrets/line-reader.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct LineReader {
    int fd;
    guint source;
    LineReaderOnLine on_line;
    gpointer user;
    bool *ret_freed; // of a call that is under way
    size_t used;
    char bytes[LINE_READER_MAX];
};

// False: the reader is gone.
static bool tell(LineReader *reader, char *text) {
    bool freed = false;
    reader->ret_freed = &freed;
    reader->on_line(text, reader->user);
    if (!freed)
        reader->ret_freed = NULL;
    return !freed;
}

static bool tell_lines(LineReader *reader) {
    char *end;
    while ((end = memchr(reader->bytes, '\n', reader->used))) {
        size_t length = end + 1 - reader->bytes;
        *end = '\0';
        if (!tell(reader, reader->bytes))
            return false;
        reader->used -= length;
        memmove(reader->bytes, reader->bytes + length, reader->used);
        explicit_bzero(reader->bytes + reader->used, length);
    }
    return true;
}

static gboolean end(LineReader *reader) {
    reader->source = 0;
    reader->bytes[MIN(reader->used, sizeof reader->bytes - 1)] = '\0';
    if (!reader->used || reader->used == sizeof reader->bytes || tell(reader, reader->bytes))
        tell(reader, NULL);
    return G_SOURCE_REMOVE;
}

static gboolean on_readable(int fd, GIOCondition condition, gpointer data) {
    LineReader *reader = data;
    ssize_t got = read(fd, reader->bytes + reader->used, sizeof reader->bytes - reader->used);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (got > 0)
        reader->used += got;
    if (got > 0 && !tell_lines(reader))
        return G_SOURCE_REMOVE;
    return got > 0 && reader->used < sizeof reader->bytes ? G_SOURCE_CONTINUE : end(reader);
}

LineReader *line_reader_new(int fd, LineReaderOnLine on_line, gpointer user) {
    LineReader *reader = g_new0(LineReader, 1);
    mlock(reader->bytes, sizeof reader->bytes); // as far as it may
    madvise(reader->bytes, sizeof reader->bytes, MADV_DONTDUMP);
    reader->fd = fd;
    reader->on_line = on_line;
    reader->user = user;
    g_unix_set_fd_nonblocking(fd, TRUE, NULL);
    reader->source = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, reader);
    return reader;
}

void line_reader_free(LineReader *reader) {
    if (!reader)
        return;
    if (reader->ret_freed)
        *reader->ret_freed = true;
    g_clear_handle_id(&reader->source, g_source_remove);
    close(reader->fd);
    explicit_bzero(reader->bytes, sizeof reader->bytes);
    munlock(reader->bytes, sizeof reader->bytes);
    g_free(reader);
}
