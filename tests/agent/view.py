#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a session process sees, looked at from outside through /proc/PID/root: every file that is there is one that has to be. With
the real railhead-session and with the double."""
import os
import re
import shutil
import signal
import socket
import stat
import sys

from bench import BUILD, check, lives, run_cases, until

CANARY = "canary-0a1b2c"
PUBLIC = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/dev", "/proc")  # the system's, and what bubblewrap makes anew
SETTINGS = {"/etc/ld.so.cache", "/etc/alternatives", "/etc/ssl/openssl.cnf", "/etc/ssl/certs", "/etc/crypto-policies",
            "/etc/localtime", "/etc/timezone"}
RESOLVER = {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/host.conf", "/etc/services",
            "/etc/protocols", "/etc/krb5.conf"}
DEVICES = {"null", "zero", "full", "random", "urandom", "tty", "fd", "stdin", "stdout", "stderr", "core", "pts", "ptmx", "shm",
           "console"}


def descendants(pid):
    for name in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{name}/children", encoding="utf-8") as file:
            for child in map(int, file.read().split()):
                yield child
                yield from descendants(child)


def session_of(bench):
    """The process that talks to the guest, and whether it is in the sandbox."""
    state = bench.status()
    if not state["session_pid"]:
        return None
    try:
        for pid in [state["session_pid"], *descendants(state["session_pid"])]:
            if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "railhead-session":
                return pid, state["sandboxed"]
    except FileNotFoundError:
        pass
    return None


def lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def seen(pid):
    """Every path in the view but those of the system."""
    root = f"/proc/{pid}/root"
    found = set()

    def walk(folder):
        for entry in os.scandir(root + folder):
            path = f"{folder.rstrip('/')}/{entry.name}"
            if path in PUBLIC:
                continue
            found.add(path)
            if entry.is_dir(follow_symlinks=False) and path not in SETTINGS:
                walk(path)

    walk("/")
    return found


def with_parents(paths):
    every = set(paths)
    for path in paths:
        while os.path.dirname(path) != "/":
            path = os.path.dirname(path)
            every.add(path)
    return every


def prepare(bench, program):
    if not shutil.which("bwrap") or bench.run(["bwrap", "--ro-bind", "/", "/", "--unshare-all", "true"]).returncode:
        return False
    if program:
        shutil.copy(program, f"{bench.bin}/railhead-session")
    for key in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        with open(os.path.join(bench.env[key], CANARY), "w", encoding="utf-8") as file:
            file.write(CANARY)
    bench.env["RAILHEAD_CANARY"] = CANARY
    bench.start_bus()
    return True


def check_view(bench, pid, wanted):
    found = seen(pid)
    extra = {p for p in found - with_parents(wanted) if not p.startswith("/tmp/railhead-session-") and p not in ("/tmp", "/tmp/.config")
             and not p.startswith("/tmp/.config/")}
    check(not extra, f"nothing is there that need not be: {sorted(extra)}")
    check(not [p for p in found if CANARY in p], "no canary")
    check(set(os.listdir(f"/proc/{pid}/root/dev")) <= DEVICES, "no device of this machine")
    for key in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        check(not os.path.exists(f"/proc/{pid}/root{bench.env[key]}/{CANARY}"), f"{key} is not there")
    writable = [line.split()[4] for line in lines(f"/proc/{pid}/mountinfo") if line.split()[5].split(",")[0] == "rw"]
    check(not [p for p in writable if p != "/tmp" and not p.startswith(("/dev", "/proc"))], f"only /tmp can be written: {writable}")


def check_process(pid, network):
    state = dict(line.split(":", 1) for line in lines(f"/proc/{pid}/status"))
    check(state["NoNewPrivs"].strip() == "1", "no new privileges")
    check(int(state["CapEff"], 16) == int(state["CapPrm"], 16) == int(state["CapBnd"], 16) == 0, "no capability")
    for space in ("pid", "ipc", "uts", "mnt"):
        check(os.readlink(f"/proc/{pid}/ns/{space}") != os.readlink(f"/proc/self/ns/{space}"), f"own {space} namespace")
    shared = os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net")
    check(shared == network, "the network is there" if network else "no network")
    with open(f"/proc/{pid}/environ", encoding="utf-8", errors="replace") as file:
        names = {word.split("=")[0] for word in file.read().split("\0") if word}
    check(names <= {"HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TZ", "PWD", "WLOG_LEVEL", "WLOG_FILTER"},
          f"an environment without secrets: {sorted(names)}")


def socket_guest(bench, program):
    if not prepare(bench, program):
        return 77
    bench.add_guest()
    apps = bench.begin("apps")
    pid, sandboxed = until(lambda: session_of(bench), 30, "a session")
    check(sandboxed, "it is in the sandbox")
    socket_path = f"{bench.env['XDG_RUNTIME_DIR']}/railhead/twin/rdp.sock"
    check_view(bench, pid, SETTINGS | {socket_path, f"{bench.bin}/railhead-session"})
    check(stat.S_ISSOCK(os.stat(f"/proc/{pid}/root{socket_path}").st_mode), "the guest's socket is there")
    check_process(pid, network=False)
    if not program:
        bench.publish((5, "Five"))
        check(apps.wait(30) == 0 and "Five" in apps.stdout.read(), "and it is enough to talk to the guest")
    os.kill(bench.json("status")["pid"], signal.SIGKILL)
    until(lambda: not lives(pid), 20, "the session does not outlive the agent")
    return 0


def real(bench):
    return socket_guest(bench, f"{BUILD}/host-agent/session/railhead-session")


def double(bench):
    return socket_guest(bench, None)


def network_guest(bench):
    if not prepare(bench, f"{BUILD}/host-agent/session/railhead-session"):
        return 77
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        bench.railhead("guest", "add", "twin", "kind=rdp", f"address=localhost:{server.getsockname()[1]}")
        bench.begin("apps")
        connection = server.accept()[0]
        check(connection.recv(19)[:1] == b"\x03", "a guest on the network is reached by its name")
        pid, sandboxed = until(lambda: session_of(bench), 30, "a session")
        check(sandboxed, "it is in the sandbox")
        check_view(bench, pid, SETTINGS | RESOLVER | {f"{bench.bin}/railhead-session"})
        check_process(pid, network=True)
        connection.close()
    return 0


def without(bench, what):
    bench.start_bus()
    bench.add_guest()
    bench.publish((5, "Five"))
    check(set(bench.apps()) == {"Five"}, f"{what}: the guest is reached all the same")
    pid, sandboxed = session_of(bench)
    check(not sandboxed, "and the status says that the session is in no sandbox")
    log = "\n".join(lines(f"{bench.env['XDG_STATE_HOME']}/railhead/agent/agent.log"))
    check(re.search("bubblewrap (is not here|does not work here): the session runs with its own restrictions", log), "the log too")
    with open(f"/proc/{pid}/environ", encoding="utf-8", errors="replace") as file:
        check("RAILHEAD_CANARY" not in file.read(), "its environment is without secrets")


def fake_bwrap(bench, text):
    with open(f"{bench.bin}/bwrap", "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\n{text}\n")
    os.chmod(f"{bench.bin}/bwrap", 0o755)
    bench.env["RAILHEAD_CANARY"] = CANARY


def refused(bench):
    fake_bwrap(bench, "echo 'bwrap: No permissions to create new namespace' >&2; exit 1")
    without(bench, "bubblewrap that is refused")


def missing(bench):
    bench.env["RAILHEAD_CANARY"] = CANARY
    bench.env["PATH"] = bench.bin
    os.symlink(shutil.which("python3"), f"{bench.bin}/python3")
    os.symlink(shutil.which("dbus-daemon"), f"{bench.bin}/dbus-daemon")
    without(bench, "no bubblewrap")


def hanging(bench):
    fake_bwrap(bench, "exec sleep 1000")  # never answers; the agent ends it
    bench.start_bus()
    bench.add_guest()
    bench.publish((5, "Five"))
    apps = bench.begin("apps")
    until(lambda: bench.status()["state"] == "connecting", 20, "a session is wanted")
    for _ in range(5):
        check(bench.railhead("status", timeout=5).returncode == 0, "the agent answers while bubblewrap hangs")
    check(apps.wait(60) == 0, "and gives it up in the end")


if __name__ == "__main__":
    sys.exit(run_cases([real, double, network_guest, refused, missing, hanging]))
