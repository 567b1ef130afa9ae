// SPDX-License-Identifier: Apache-2.0
// The carrier of the shim: a message-mode named pipe inside the process gives the caller a real file for
// overlapped reads and writes (standard handles are not overlappable), one thread moves frames from stdin
// into the pipe, and one thread per pipe moves messages to stdout. The end of stdin is the end of the guest,
// so it ends the process. Lives in the guest agent's process; knows nothing of what is carried.
#include "guest-agent/embedded/wtsapi32/carrier.h"

#include <stdio.h>
#include <wtsapi32.h>

#define CHUNK_SIZE  1600 // what a real channel delivers at most in one read
#define PIPE_BUFFER (1u << 20)
#define MESSAGE_MAX 65536
#define HEADER_SIZE 4
#define FRAME_MAX   0xFFFFFFu

typedef struct Pipe {
    LONG references; // the carrier's and that of the thread
    HANDLE server, client;
    bool is_lent;
} Pipe;

static CRITICAL_SECTION lock; // guards what follows
static Pipe *current;         // NULL while no client is connected
static bool connected;
static HWND session_window;

static CRITICAL_SECTION output; // frames go to stdout one at a time
static LONG started;

static void pipe_release(Pipe *pipe) {
    if (InterlockedDecrement(&pipe->references) > 0)
        return;
    CloseHandle(pipe->server);
    HeapFree(GetProcessHeap(), 0, pipe);
}

static bool transfer_done(HANDLE file, OVERLAPPED *overlapped, BOOL result, DWORD *ret_size) {
    if (!result && GetLastError() != ERROR_IO_PENDING)
        return false;
    return GetOverlappedResult(file, overlapped, ret_size, TRUE);
}

static bool pipe_write(Pipe *pipe, HANDLE event, const BYTE *bytes, DWORD size) {
    for (DWORD at = 0, written; at < size; at += written) {
        OVERLAPPED overlapped = {.hEvent = event};
        DWORD chunk = size - at < CHUNK_SIZE ? size - at : CHUNK_SIZE;
        BOOL result = WriteFile(pipe->server, bytes + at, chunk, NULL, &overlapped);
        if (!transfer_done(pipe->server, &overlapped, result, &written) || written == 0)
            return false;
    }
    return true;
}

static bool stdout_write(const BYTE *bytes, DWORD size) {
    for (DWORD at = 0, written; at < size; at += written)
        if (!WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes + at, size - at, &written, NULL) ||
            written == 0)
            return false;
    return true;
}

static DWORD WINAPI pump_out(void *parameter) {
    Pipe *pipe = parameter;
    BYTE *frame = HeapAlloc(GetProcessHeap(), HEAP_GENERATE_EXCEPTIONS, HEADER_SIZE + MESSAGE_MAX);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    for (;;) {
        OVERLAPPED overlapped = {.hEvent = event};
        DWORD size;
        BOOL result = ReadFile(pipe->server, frame + HEADER_SIZE, MESSAGE_MAX, NULL, &overlapped);
        if (!transfer_done(pipe->server, &overlapped, result, &size))
            break;
        frame[0] = CARRIER_DATA;
        frame[1] = (BYTE)size;
        frame[2] = (BYTE)(size >> 8);
        frame[3] = (BYTE)(size >> 16);
        EnterCriticalSection(&output);
        bool written = pipe != current || stdout_write(frame, HEADER_SIZE + size);
        LeaveCriticalSection(&output);
        if (!written)
            break;
    }
    CloseHandle(event);
    HeapFree(GetProcessHeap(), 0, frame);
    pipe_release(pipe);
    return 0;
}

static Pipe *pipe_new(void) {
    static LONG counter;
    wchar_t name[64];
    swprintf(name, 64, L"\\\\.\\pipe\\railhead-%lu-%ld", GetCurrentProcessId(),
             InterlockedIncrement(&counter));
    HANDLE server =
        CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                         PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 1, PIPE_BUFFER, PIPE_BUFFER, 0, NULL);
    HANDLE client = server == INVALID_HANDLE_VALUE ? INVALID_HANDLE_VALUE
                                                   : CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL,
                                                                 OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    DWORD mode = PIPE_READMODE_MESSAGE;
    if (client == INVALID_HANDLE_VALUE) {
        if (server != INVALID_HANDLE_VALUE)
            CloseHandle(server);
        return NULL;
    }
    SetNamedPipeHandleState(client, &mode, NULL, NULL);
    Pipe *pipe = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY | HEAP_GENERATE_EXCEPTIONS, sizeof *pipe);
    *pipe = (Pipe){.references = 2, .server = server, .client = client};
    HANDLE thread = CreateThread(NULL, 0, pump_out, pipe, 0, NULL);
    if (thread)
        CloseHandle(thread);
    else
        pipe->references = 1;
    return pipe;
}

// With the lock held. What is outstanding on the caller's end fails; the caller closes that end himself.
static void drop_current(void) {
    Pipe *pipe = current;
    current = NULL;
    if (!pipe)
        return;
    if (!pipe->is_lent)
        CloseHandle(pipe->client);
    DisconnectNamedPipe(pipe->server);
    pipe_release(pipe);
}

static void set_connected(bool now) {
    EnterCriticalSection(&lock);
    drop_current();
    connected = now;
    if (now)
        current = pipe_new();
    if (session_window)
        PostMessageW(session_window, WM_WTSSESSION_CHANGE, now ? WTS_REMOTE_CONNECT : WTS_REMOTE_DISCONNECT,
                     0);
    LeaveCriticalSection(&lock);
}

static void deliver(HANDLE event, const BYTE *bytes, DWORD size) {
    EnterCriticalSection(&lock);
    Pipe *pipe = current;
    if (pipe)
        InterlockedIncrement(&pipe->references);
    LeaveCriticalSection(&lock);
    if (!pipe)
        return;
    pipe_write(pipe, event, bytes, size);
    pipe_release(pipe);
}

static bool stdin_read(BYTE *ret_bytes, DWORD size) {
    for (DWORD at = 0, got; at < size; at += got)
        if (!ReadFile(GetStdHandle(STD_INPUT_HANDLE), ret_bytes + at, size - at, &got, NULL) || got == 0)
            return false;
    return true;
}

static bool deliver_frame(HANDLE event, DWORD left) {
    BYTE bytes[16384];
    while (left) {
        DWORD size = left < sizeof bytes ? left : sizeof bytes;
        if (!stdin_read(bytes, size))
            return false;
        deliver(event, bytes, size);
        left -= size;
    }
    return true;
}

static DWORD WINAPI pump_in(void *parameter) {
    BYTE header[HEADER_SIZE];
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    while (stdin_read(header, sizeof header)) {
        DWORD size = header[1] | (DWORD)header[2] << 8 | (DWORD)header[3] << 16;
        if (header[0] == CARRIER_CONNECTED || header[0] == CARRIER_DISCONNECTED)
            set_connected(header[0] == CARRIER_CONNECTED);
        else if (!deliver_frame(event, size))
            break;
    }
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

void carrier_start(void) {
    if (InterlockedCompareExchange(&started, 1, 0) != 0)
        return;
    InitializeCriticalSection(&lock);
    InitializeCriticalSection(&output);
    HANDLE thread = CreateThread(NULL, 0, pump_in, NULL, 0, NULL);
    if (thread)
        CloseHandle(thread);
    else
        TerminateProcess(GetCurrentProcess(), 1);
}

void carrier_set_window(HWND window) {
    EnterCriticalSection(&lock);
    session_window = window;
    LeaveCriticalSection(&lock);
}

HANDLE carrier_open(void) {
    HANDLE file = NULL;
    EnterCriticalSection(&lock);
    if (connected && !current)
        current = pipe_new();
    if (current && !current->is_lent) {
        current->is_lent = true;
        file = current->client;
    }
    LeaveCriticalSection(&lock);
    return file;
}

void carrier_close(HANDLE file) {
    EnterCriticalSection(&lock);
    if (current && current->is_lent && current->client == file)
        drop_current();
    LeaveCriticalSection(&lock);
    CloseHandle(file);
}
