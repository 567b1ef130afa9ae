// SPDX-License-Identifier: Apache-2.0
// railhead open, requests, site and links: which side opens what. Each returns an exit code.
#pragma once
#include "host-agent/command-line.h"

int cli_open(const CommandLine *line);
int cli_requests(const CommandLine *line);
int cli_requests_allow(const CommandLine *line);
int cli_requests_always(const CommandLine *line);
int cli_requests_deny(const CommandLine *line);
int cli_site_list(const CommandLine *line);
int cli_site_add(const CommandLine *line);
int cli_site_remove(const CommandLine *line);
int cli_links(const CommandLine *line);
