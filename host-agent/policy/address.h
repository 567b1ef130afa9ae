// SPDX-License-Identifier: Apache-2.0
// Where a guest's RDP server is, as far as trust goes: whether what is sent there can leave this computer.
#pragma once
#include <glib.h>
#include <stdbool.h>

// Splits "host:port", "[v6]:port", "v6" or "host"; *ret_host is the caller's. False: none of these.
bool address_split(const char *address, char **ret_host, guint *ret_port);
bool address_is_socket(const char *address);
// A Unix socket, "localhost" or a number: what says by itself where it leads, whoever answers for names.
bool address_is_exact(const char *address);
// An exact address that only this computer can hear: a socket, a loopback address, or one on a network that
// has no hardware beneath it (a virtual machine's bridge, a host-only adapter). Looks at the interfaces as
// they are now.
bool address_is_private(const char *address);
// The same of an interface's folder in /sys/class/net.
bool address_interface_is_private(const char *folder);
