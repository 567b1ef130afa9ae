// SPDX-License-Identifier: Apache-2.0
// Writes the blocks of a tar archive into memory. Pure but for the time of day.
#include "host-agent/tar-file.h"
#include <stdio.h>
#include <string.h>

#define BLOCK 512

typedef struct Header { // of 512 bytes, numbers in octal
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, link[100], magic[6],
        version[2], user[32], group[32], major[8], minor[8], prefix[155], rest[12];
} Header;
G_STATIC_ASSERT(sizeof(Header) == BLOCK);

static void put_zeros(GByteArray *archive, gsize count) {
    static const guint8 zeros[BLOCK * 2];
    g_byte_array_append(archive, zeros, count);
}

void tar_file_add(GByteArray *archive, const char *name, const char *bytes, gsize size) {
    Header header = {.type = '0'};
    unsigned sum = 0;
    g_strlcpy(header.name, name, sizeof header.name);
    memcpy(header.mode, "0000600", 7);
    memcpy(header.uid, "0000000", 7);
    memcpy(header.gid, "0000000", 7);
    g_snprintf(header.size, sizeof header.size, "%011" G_GINT64_MODIFIER "o", (guint64)size);
    g_snprintf(header.mtime, sizeof header.mtime, "%011" G_GINT64_MODIFIER "o",
               (guint64)(g_get_real_time() / G_USEC_PER_SEC));
    memcpy(header.magic, "ustar", 6);
    memcpy(header.version, "00", 2);
    memset(header.checksum, ' ', sizeof header.checksum);
    for (gsize i = 0; i < sizeof header; i++)
        sum += ((const guint8 *)&header)[i];
    g_snprintf(header.checksum, 7, "%06o", sum);
    g_byte_array_append(archive, (const guint8 *)&header, sizeof header);
    g_byte_array_append(archive, (const guint8 *)bytes, size);
    put_zeros(archive, (BLOCK - size % BLOCK) % BLOCK);
}

void tar_file_end(GByteArray *archive) {
    put_zeros(archive, BLOCK * 2);
}
