// SPDX-License-Identifier: Apache-2.0
#pragma once

void sandbox_enter(void); // says on the standard error what is in force
