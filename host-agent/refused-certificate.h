// SPDX-License-Identifier: Apache-2.0
// The certificate that a guest showed last and that was not taken. The agent writes it, `railhead guest
// trust` reads it.
#pragma once
#include <stdbool.h>

void refused_certificate_save(const char *guest, const char *fingerprint);
char *refused_certificate_load(const char *guest); // 64 digits, owned by the caller; NULL: there is none
void refused_certificate_remove(const char *guest);
