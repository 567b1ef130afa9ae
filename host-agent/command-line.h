// SPDX-License-Identifier: Apache-2.0
// The words of `railhead`, read: which command, with which options and arguments; or one sentence that names
// the word that is wrong and the nearest right one.
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef enum Command {
    COMMAND_STATUS,
    COMMAND_APPS,
    COMMAND_APPS_HIDE,
    COMMAND_APPS_SHOW,
    COMMAND_APPS_RENAME,
    COMMAND_APPS_ICON,
    COMMAND_APPS_RESET,
    COMMAND_RUN,
    COMMAND_WINDOWS,
    COMMAND_GUEST_LIST,
    COMMAND_GUEST_ADD,
    COMMAND_GUEST_SET,
    COMMAND_GUEST_REMOVE,
    COMMAND_GUEST_LOGIN,
    COMMAND_GUEST_TRUST,
    COMMAND_GUEST_KIT,
    COMMAND_SHARE_ADD,
    COMMAND_SHARE_REMOVE,
    COMMAND_SHARE_LIST,
    COMMAND_OPEN,
    COMMAND_REQUESTS,
    COMMAND_REQUESTS_ALLOW,
    COMMAND_REQUESTS_ALWAYS,
    COMMAND_REQUESTS_DENY,
    COMMAND_SITE_LIST,
    COMMAND_SITE_ADD,
    COMMAND_SITE_REMOVE,
    COMMAND_LINKS,
    COMMAND_DESKTOP,
    COMMAND_STOP,
    COMMAND_DOCTOR,
    COMMAND_REPORT,
    COMMAND_HELP,
    COMMAND_VERSION,
} Command;

typedef struct CommandLine {
    Command command;
    bool json, all, purge, read_only, forget;
    bool show, hide, fullscreen, all_monitors; // of desktop
    const char *guest;                         // of --guest, or NULL
    guint count;
    char *
        *arguments; // those of argv that are neither command nor option; g_free() the array, not the strings
} CommandLine;

// *ret_complaint (owned by the caller) is set where the answer is false.
bool command_line_read(int argc, char *const *argv, CommandLine *ret_line, char **ret_complaint);

// The candidate that `word` was probably meant to be, or NULL. candidates: up to a NULL.
const char *command_line_nearest(const char *word, const char *const *candidates);
