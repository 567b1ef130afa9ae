// SPDX-License-Identifier: Apache-2.0
// Notifications of the desktop (org.freedesktop.Notifications 1.2): shows plain text, says how they ended.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Notifier Notifier;

typedef enum NotificationEnd {
    NOTIFICATION_CLICKED,
    NOTIFICATION_TIMED_OUT, // or the user put it away
    NOTIFICATION_CLOSED,    // by us
    NOTIFICATION_FAILED,    // never shown
} NotificationEnd;

typedef enum NotificationUrgency {
    NOTIFICATION_LOW,
    NOTIFICATION_NORMAL,
    NOTIFICATION_CRITICAL
} NotificationUrgency;

typedef struct Notification {
    const char *application; // for people
    const char *icon;        // of the theme
    const char *title, *text;
    NotificationUrgency urgency;
    int32_t timeout; // ms, -1: the desktop's
} Notification;

typedef void (*NotificationShown)(uint32_t number, gpointer user);
typedef void (*NotificationEnded)(uint32_t number, NotificationEnd end, gpointer user);

Notifier *notifier_new(GDBusConnection *bus);
void notifier_free(Notifier *notifier); // callbacks are not called any more
// A number of ours, never 0. `replaces`: one of ours that has not ended, or 0. Callbacks may be NULL; `ended`
// is called once, also for one that was replaced (as CLOSED).
uint32_t notifier_show(Notifier *notifier, const Notification *what, uint32_t replaces,
                       NotificationShown shown, NotificationEnded ended, gpointer user);
void notifier_close(Notifier *notifier, uint32_t number);
void notifier_forget(Notifier *notifier, uint32_t number); // closes it; `ended` is not called
