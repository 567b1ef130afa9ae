// SPDX-License-Identifier: Apache-2.0
// The guest's end of RAILPUB (PROTOCOL.md): what is installed goes out as snapshot and deltas, icons and
// launches are answered. Bytes in, bytes out; what only Windows knows comes from a PublisherSource.
#pragma once
#include "rail/catalogue-message.h"
#include "rail/catalogue.h"
#include "rail/message.h"
#include "rail/open-request.h"
#include "rail/window-message.h"

typedef struct PublisherSource {
    void *context;
    // The encoded set of an icon, owned by the caller; NULL when there is none.
    uint8_t *(*icon)(void *context, uint64_t icon, size_t *ret_size);
    // Starts an application; with a verb, has the shell do it to each argument, a document or an address.
    // Fills status, error and process of the result; with LAUNCH_LATER publisher_launched() follows.
    void (*launch)(void *context, const App *app, const FileVerb *verb, char *const *arguments, size_t count,
                   LaunchResultBody *ret_result);
    void (*track)(void *context, uint32_t cookie); // NULL where no tracker is offered
    void (*log_off)(void *context);                // end the user's session; NULL where that is not offered
    void (*desktop)(void *context, const DesktopBody *wanted); // NULL where no shell is offered
    void (*command)(void *context, const Intent *wanted);      // of a window; NULL where none are done
    void (*agreed)(void *context, uint32_t features);          // both said HELLO; NULL allowed
    void (*opened)(void *context, uint32_t request, OpenStatus status); // NULL where nothing is asked
} PublisherSource;

typedef struct Publisher Publisher;

// `hello` says who we are and what is offered; its catalogue hash is filled in here. The source outlives the
// publisher.
Publisher *publisher_new(const PublisherSource *source, const HelloBody *hello);
void publisher_free(Publisher *publisher);

void publisher_connect(Publisher *publisher); // the channel has opened: counters anew, HELLO goes first
void publisher_receive(Publisher *publisher, const void *untrusted_bytes, size_t size);
bool publisher_take(Publisher *publisher, uint8_t **ret_bytes,
                    size_t *ret_size);                // the next write, owned by the caller
bool publisher_is_broken(const Publisher *publisher); // the peer cannot be talked to: close the channel

void publisher_set_catalogue(Publisher *publisher, const Catalogue *catalogue); // what is installed now
const Catalogue *publisher_catalogue(const Publisher *publisher);
uint32_t publisher_features(const Publisher *publisher); // in force; 0 before both HELLOs

void publisher_launched(Publisher *publisher, const LaunchResultBody *result);
// Asks the host to open something: the number that `opened` will name, 0 when the host does not offer it.
uint32_t publisher_open(Publisher *publisher, OpenKind kind, const char *target);
void publisher_log(Publisher *publisher, uint8_t level, const char *utf8);
void publisher_launch_ended(Publisher *publisher, uint32_t process); // that a launch started
void publisher_window_app(Publisher *publisher, const WindowAppBody *body);
void publisher_tracked(Publisher *publisher, const TrackedWindow *tracked);
void publisher_tracked_gone(Publisher *publisher, uint32_t window);
void publisher_tracked_end(Publisher *publisher, uint32_t cookie);
void publisher_tracked_order(Publisher *publisher, uint32_t active, const uint32_t *order, uint32_t count);
void publisher_desktop_result(Publisher *publisher, const DesktopResultBody *result);
