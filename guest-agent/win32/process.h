// SPDX-License-Identifier: Apache-2.0
// Processes of the guest: parents and program files.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ProcessList ProcessList;

ProcessList *process_list_new(void); // as of now
void process_list_free(ProcessList *list);
uint32_t process_list_parent(const ProcessList *list, uint32_t process); // 0: unknown

// The path of a process' program in UTF-8; false when Windows does not tell us.
bool process_image(uint32_t process, char *ret_path, size_t size);
