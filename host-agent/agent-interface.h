// SPDX-License-Identifier: Apache-2.0
// The methods of the agent's D-Bus interface (AGENT_INTERFACE), as introspection data.
#pragma once

extern const char agent_introspection[];
