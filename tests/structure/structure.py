#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the tree against the table of rooms in ARCHITECTURE.md: who may include whom, which room may use which library, no
include cycle, sizes of files and functions, licence lines, format. Prints each breach as file:line: text."""
import collections
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__ + "/../../..").resolve()
FILE_LINES = 700
FUNCTION_LINES = 80

LIBC = set("""assert ctype errno inttypes limits math setjmp signal stdarg stdatomic stdbool stddef stdint stdio stdlib string
time wchar""".split())
POSIX = r"(sys|linux|arpa|net|netinet)/.*|unistd|fcntl|poll|spawn|dirent|pwd|grp|dlfcn|locale|getopt|sched|ftw|ifaddrs|netdb|termios|utime"
GLIB = r"glib(/.*)?|glib-(object|unix)|gio/.*|glib/.*"
X11 = r"X11/.*|xcb/.*"

# room: (rooms it may include besides itself, headers it may use besides libc; the longest prefix of a path is its room)
ROOMS = {
    "rail": ((), ""),
    "shortcuts": (("rail",), f"{GLIB}|{POSIX}|png|zlib"),
    "host-agent/link": (("rail",), f"{GLIB}|{POSIX}"),
    "host-agent/session": (("rail", "host-agent/link"), f"{GLIB}|{POSIX}|freerdp/.*|winpr/.*|seccomp|malloc|openssl/.*"),
    "host-agent/files": (("rail",), f"{POSIX}|seccomp|wctype"),
    "host-agent/compositor": (("rail", "host-agent/link"), f"{GLIB}|{POSIX}|{X11}"),
    "host-agent/tray": (("rail", "host-agent/link"), f"{GLIB}|{POSIX}"),
    "host-agent/machine": (("rail", "host-agent/link"), f"{GLIB}|{POSIX}|libvirt/.*"),
    "host-agent/secrets": (("rail",), f"{GLIB}|{POSIX}|libsecret/.*"),
    "host-agent/policy": (("rail", "host-agent/link"), f"{GLIB}|{POSIX}"),
    "host-agent": (("rail", "shortcuts", "host-agent/link", "host-agent/compositor", "host-agent/tray", "host-agent/machine",
                    "host-agent/policy", "host-agent/files", "host-agent/secrets"), f"{GLIB}|{POSIX}"),
    "guest-agent": (("rail",), ""),
    "guest-agent/win32": (("rail", "guest-agent"), r"windows|winsock2|sh(ell|l)\w*|com\w*|obj\w*|ole\w*|wts\w*|psapi|tlhelp32|"
                          r"(w|t)char|initguid|knownfolders|prop\w*|intrin|tlhelp32|process|io|winternl|wincodec|commctrl"),
    "guest-agent/embedded": (("rail", "guest-agent"), f"{GLIB}|{POSIX}|{X11}|freerdp/.*|winpr/.*|openssl/.*|fuse_lowlevel"),
    "guest-agent/embedded/wtsapi32": (("rail", "guest-agent"), r"windows|wtsapi32|winternl|winsock2"),
}
breaches = []


def breach(path, line, text):
    breaches.append(f"{path}:{line}: {text}")


def room_of(path):
    folder = path
    while "/" in folder:
        folder = folder.rsplit("/", 1)[0]
        if folder in ROOMS:
            return folder
    return None


def sources():
    for path in sorted(ROOT.rglob("*.[ch]")):
        relative = path.relative_to(ROOT).as_posix()
        if not relative.startswith(("build", ".")):
            yield relative, path.read_text(encoding="utf-8")


def check_include(path, line, room, quoted, name):
    allowed_rooms, headers = ROOMS[room]
    if quoted:
        target = room_of(name)
        if target is None or not (ROOT / name).exists():
            breach(path, line, f'"{name}" is no path from the root of the tree')
        elif target != room and target not in allowed_rooms:
            breach(path, line, f"room {room} may not include room {target}")
    else:
        stem = name[:-2] if name.endswith(".h") else name
        if stem not in LIBC and not (headers and re.fullmatch(headers, stem, re.IGNORECASE)):
            breach(path, line, f"room {room} may not use <{name}>")


def check_functions(path, lines):
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{" or (line.endswith("{") and re.match(r"[A-Za-z_ ].*\)\s*\{$", line)) or line.endswith(") {") and line[0] == " " and start is None and line.startswith("        "):
            start = start or number
        elif line == "}" and start:
            if number - start + 1 > FUNCTION_LINES:
                breach(path, start, f"a function of {number - start + 1} lines; the limit is {FUNCTION_LINES}")
            start = None


def check_cycles(graph):
    state = {}

    def visit(node, trail):
        state[node] = "open"
        for target in graph[node]:
            if state.get(target) == "open":
                breach(node, 1, "include cycle: " + " -> ".join(trail[trail.index(target):] + [target]))
            elif target not in state:
                visit(target, trail + [target])
        state[node] = "done"

    for node in list(graph):
        if node not in state:
            visit(node, [node])


def check_format(paths):
    tool = shutil.which("clang-format")
    if not tool:
        print("clang-format is not there: format not checked")
        return
    version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout
    if not re.search(r"version 14\.", version):  # another version lays out other lines
        print(f"format not checked: it is that of clang-format 14, and this is {version.strip()}")
        return
    result = subprocess.run([tool, "--dry-run", "-Werror", *paths], cwd=ROOT, capture_output=True, text=True, check=False)
    for match in re.finditer(r"^(.*?):(\d+):\d+: error: .*", result.stderr, re.MULTILINE):
        if not any(known.startswith(match[1] + ":") and known.endswith("format") for known in breaches):
            breach(match[1], match[2], "clang-format would change this file: format")


def main():
    graph = collections.defaultdict(list)
    paths = []
    for path, text in sources():
        paths.append(path)
        lines = text.splitlines()
        if len(lines) > FILE_LINES:
            breach(path, FILE_LINES, f"{len(lines)} lines; the limit is {FILE_LINES}")
        if not lines or "SPDX-License-Identifier: Apache-2.0" not in lines[0]:
            breach(path, 1, "the first line is not the SPDX line")
        check_functions(path, lines)
        room = room_of(path)
        for number, line in enumerate(lines, 1):
            match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
            if not match:
                continue
            if match[1] == '"':
                graph[path].append(match[2])
            if room:
                check_include(path, number, room, match[1] == '"', match[2])
    check_cycles(graph)
    check_format(paths)
    for text in breaches:
        print(text)
    print(f"{len(paths)} files, {len(breaches)} breaches")
    return 1 if breaches or not paths else 0


sys.exit(main())
