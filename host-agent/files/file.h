// SPDX-License-Identifier: Apache-2.0
// A file or folder that a guest has open, and what it may do with it. Each call answers with an NTSTATUS and
// adds the body of its answer (MS-RDPEFS 2.2.1.5, 2.2.3.4) to the writer.
#pragma once
#include "host-agent/files/drive.h"
#include "rail/file-info.h"

typedef struct File File;

NtStatus file_open(Drive *drive, const DeviceRequest *untrusted_request, File **ret_file,
                   uint8_t *ret_information);
void file_close(File *file); // deletes it when that was asked for
Drive *file_drive(const File *file);
const Folder *file_folder(const File *file);

NtStatus file_read(File *file, const DeviceRequest *untrusted_request, WireWriter *writer);
NtStatus file_write(File *file, const DeviceRequest *untrusted_request, WireWriter *writer);
NtStatus file_query(File *file, const DeviceRequest *untrusted_request, WireWriter *writer);
NtStatus file_query_volume(File *file, const DeviceRequest *untrusted_request, WireWriter *writer);
NtStatus file_set(File *file, const DeviceRequest *untrusted_request, WireWriter *writer);
NtStatus file_list(File *file, const DeviceRequest *untrusted_request, WireWriter *writer);
NtStatus file_lock(File *file, const DeviceRequest *untrusted_request, WireWriter *writer);
