// SPDX-License-Identifier: Apache-2.0
// A target comes in by WM_COPYDATA, goes to the host as OPEN_REQUEST, and is kept until the host has
// answered: what it leaves to the guest is opened by the guest's own program. Lives as long as the publishing
// instance, in its loop. Never waits for the host.
#include "guest-agent/win32/host-opener.h"

#include "guest-agent/win32/handlers.h"
#include "guest-agent/win32/redirected.h"
#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HANDED_OVER 0x4F504E52 // dwData: "RNPO"
#define TARGET_MAX  (OPEN_TARGET_BYTES / sizeof(wchar_t))
#define KEPT_MAX    32   // targets whose answer is due; older ones are forgotten
#define PATIENCE_MS 5000 // of /open, with a publisher that is busy

typedef struct Kept {
    uint32_t request;
    wchar_t *target;
} Kept;

struct HostOpener {
    Publisher *publisher;
    Kept kept[KEPT_MAX]; // a ring
    size_t next;
};

static bool open_here(const wchar_t *target) {
    if (handlers_open_in_guest(target))
        return true;
    fprintf(stderr, "railhead-guest: nothing in the guest opens what the host does not\n");
    return false;
}

int host_opener_hand_over(const wchar_t *target) {
    HWND publisher = FindWindowExW(HWND_MESSAGE, NULL, HOST_OPENER_CLASS, HOST_OPENER_TITLE);
    size_t size = wcslen(target);
    COPYDATASTRUCT data = {
        .dwData = HANDED_OVER, .cbData = (DWORD)(size * sizeof *target), .lpData = (void *)target};
    DWORD_PTR taken = 0;
    DWORD process = 0;
    if (publisher && GetWindowThreadProcessId(publisher, &process))
        AllowSetForegroundWindow(process); // so that the guest's own program comes to the front
    if (publisher && size <= TARGET_MAX)
        SendMessageTimeoutW(publisher, WM_COPYDATA, 0, (LPARAM)&data, SMTO_ABORTIFHUNG, PATIENCE_MS, &taken);
    return taken || open_here(target) ? 0 : 1;
}

HostOpener *host_opener_new(Publisher *publisher) {
    HostOpener *opener = mem_new(sizeof *opener);
    opener->publisher = publisher;
    return opener;
}

static uint32_t ask(HostOpener *opener, const wchar_t *target) {
    bool is_address = handlers_is_address(target);
    wchar_t *path = is_address ? NULL : redirected_to_host(target);
    char *utf8 = is_address || path ? wide_to_utf8(path ? path : target) : NULL;
    uint32_t request =
        utf8 ? publisher_open(opener->publisher, is_address ? OPEN_ADDRESS : OPEN_DOCUMENT, utf8) : 0;
    free(path);
    free(utf8);
    return request;
}

bool host_opener_take(HostOpener *opener, const COPYDATASTRUCT *untrusted_data) {
    size_t size = untrusted_data->cbData / sizeof(wchar_t);
    if (untrusted_data->dwData != HANDED_OVER || size == 0 || size > TARGET_MAX)
        return false;
    wchar_t *target = mem_new_array(size + 1, sizeof *target);
    memcpy(target, untrusted_data->lpData, size * sizeof *target);
    uint32_t request = ask(opener, target);
    if (!request) { // the sender waits, and opens it
        free(target);
        return false;
    }
    Kept *kept = &opener->kept[opener->next++ % KEPT_MAX];
    free(kept->target);
    *kept = (Kept){request, target};
    return true;
}

void host_opener_answer(HostOpener *opener, uint32_t request, OpenStatus status) {
    for (size_t i = 0; i < KEPT_MAX; i++) {
        Kept *kept = &opener->kept[i];
        if (!kept->target || kept->request != request)
            continue;
        if (status == OPEN_IN_GUEST && !open_here(kept->target))
            publisher_log(opener->publisher, 1, "nothing in the guest opens what the host left to it");
        free(kept->target);
        *kept = (Kept){0};
    }
}
