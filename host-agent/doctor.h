// SPDX-License-Identifier: Apache-2.0
// What `railhead doctor` looks at.
#pragma once
#include "host-agent/findings.h"
#include "host-agent/profile.h"

void doctor_check_programs(Findings *findings);
void doctor_check_desktop(Findings *findings);
void doctor_check_system(Findings *findings);
void doctor_check_guest(Findings *findings, const Profile *profile,
                        GVariant *status); // status NULL: no agent
// What FreeRDP of this version means: pure. version like "3.10.3".
void doctor_judge_freerdp(Findings *findings, const char *version);
