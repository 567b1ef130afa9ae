// SPDX-License-Identifier: Apache-2.0
// What a user who clicked on a launcher is told in notifications of the desktop: which stage a launch that
// takes its time has reached, and why one has failed.
#pragma once
#include <gio/gio.h>

#define LAUNCH_NOTICE_AFTER_MS 2000

typedef struct LaunchNotice LaunchNotice;
// What the launch waits for, in words; owned by the caller. NULL: nothing that could be named.
typedef char *(*LaunchNoticeStage)(gpointer user);

// Of several launches that wait for the same thing one is enough to tell: `topic` names it.
LaunchNotice *launch_notice_new(GDBusConnection *bus, const char *topic, LaunchNoticeStage stage,
                                gpointer user);
void launch_notice_end(LaunchNotice *notice, const char *failure); // NULL: it went well. Frees it.
