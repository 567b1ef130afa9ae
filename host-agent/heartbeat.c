// SPDX-License-Identifier: Apache-2.0
// One clock for two that may stand still, a session process and the guest behind it: the last moment at which
// both are known to have lived. A questioner that was itself held up, because this computer slept or had no
// time, does not count that as silence. Pure; embedded in a SessionProcess.
#include "host-agent/heartbeat.h"

void heartbeat_begin(Heartbeat *heartbeat, int64_t now) {
    *heartbeat = (Heartbeat){.heard_at = now, .asked_at = now};
}

void heartbeat_answered(Heartbeat *heartbeat, uint32_t untrusted_quiet, int64_t now) {
    int64_t heard_at = now - untrusted_quiet;
    if (heard_at > heartbeat->heard_at)
        heartbeat->heard_at = heard_at;
    heartbeat->silent = now - heartbeat->heard_at >= HEARTBEAT_PATIENCE;
}

void heartbeat_time_passed(Heartbeat *heartbeat, int64_t now) {
    int64_t late = now - heartbeat->asked_at - 2 * HEARTBEAT_MS;
    if (late > 0)
        heartbeat->heard_at += late;
    heartbeat->asked_at = now;
    heartbeat->silent = now - heartbeat->heard_at >= HEARTBEAT_PATIENCE;
}

unsigned heartbeat_interval(const Heartbeat *heartbeat) {
    return heartbeat->silent ? HEARTBEAT_SILENT_MS : HEARTBEAT_MS;
}
