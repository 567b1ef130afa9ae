// SPDX-License-Identifier: Apache-2.0
// Windows' rules for the name of a file (MS-FSCC 2.1.5).
#pragma once

// NULL: Windows can have one component of this name. Else what is wrong with it: ends "its name ...".
const char *windows_name_problem(const char *name);
