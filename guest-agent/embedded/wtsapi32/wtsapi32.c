// SPDX-License-Identifier: Apache-2.0
// A wtsapi32.dll that has just what the guest agent uses, for guests whose own is a stub (Wine). It lies
// beside the agent's .exe. Semantics as on Windows: a channel cannot be opened while no client is connected,
// what is outstanding fails when the client goes, and the file that a query lends is not to be closed.
#include "guest-agent/embedded/wtsapi32/carrier.h"

#include <string.h>
#include <wtsapi32.h>

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved) {
    return TRUE;
}

HANDLE WINAPI WTSVirtualChannelOpen(HANDLE server, DWORD session, LPSTR name) {
    carrier_start();
    HANDLE file = name && *name && strlen(name) <= 7 ? carrier_open() : NULL;
    if (!file)
        SetLastError(ERROR_FILE_NOT_FOUND);
    return file;
}

BOOL WINAPI WTSVirtualChannelClose(HANDLE channel) {
    carrier_close(channel);
    return TRUE;
}

static BOOL finish(HANDLE channel, OVERLAPPED *overlapped, BOOL result, ULONG milliseconds, PULONG ret_size) {
    DWORD size = 0;
    if (!result && GetLastError() == ERROR_IO_PENDING) {
        if (WaitForSingleObject(overlapped->hEvent, milliseconds) == WAIT_TIMEOUT)
            CancelIo(channel);
    }
    result = GetOverlappedResult(channel, overlapped, &size, TRUE);
    DWORD error = result ? ERROR_SUCCESS : GetLastError();
    *ret_size = size;
    CloseHandle(overlapped->hEvent);
    SetLastError(error);
    return result || (error == ERROR_MORE_DATA && size);
}

BOOL WINAPI WTSVirtualChannelRead(HANDLE channel, ULONG milliseconds, PCHAR buffer, ULONG size,
                                  PULONG ret_size) {
    OVERLAPPED overlapped = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    BOOL result = ReadFile(channel, buffer, size, NULL, &overlapped);
    return finish(channel, &overlapped, result, milliseconds, ret_size);
}

BOOL WINAPI WTSVirtualChannelWrite(HANDLE channel, PCHAR buffer, ULONG size, PULONG ret_size) {
    OVERLAPPED overlapped = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    BOOL result = WriteFile(channel, buffer, size, NULL, &overlapped);
    return finish(channel, &overlapped, result, INFINITE, ret_size);
}

BOOL WINAPI WTSVirtualChannelQuery(HANDLE channel, WTS_VIRTUAL_CLASS what, PVOID *ret_value,
                                   DWORD *ret_size) {
    if (what != WTSVirtualFileHandle) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    HANDLE *value = LocalAlloc(LMEM_FIXED, sizeof *value);
    if (!value)
        return FALSE;
    *value = channel;
    *ret_value = value;
    *ret_size = sizeof *value;
    return TRUE;
}

BOOL WINAPI WTSVirtualChannelPurgeInput(HANDLE channel) {
    char buffer[1600];
    ULONG size;
    while (WTSVirtualChannelRead(channel, 0, buffer, sizeof buffer, &size) && size)
        ;
    return TRUE;
}

BOOL WINAPI WTSVirtualChannelPurgeOutput(HANDLE channel) {
    return TRUE; // nothing is held back
}

VOID WINAPI WTSFreeMemory(PVOID memory) {
    LocalFree(memory);
}

BOOL WINAPI WTSRegisterSessionNotification(HWND window, DWORD flags) {
    carrier_start();
    carrier_set_window(window);
    return TRUE;
}

BOOL WINAPI WTSUnRegisterSessionNotification(HWND window) {
    carrier_set_window(NULL);
    return TRUE;
}
