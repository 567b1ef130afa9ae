#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What happens when things go wrong around one embedded guest: nothing to start, processes killed one after another, no X server,
names of shortcuts that want to be more than names, data that is gone. Each fault is a case of its own: one that fails does not
hide the others.

usage: faults.py BUILD-DIR     Exit 77: a component is not here."""
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unicodedata

from desktop import BUILD, RAILHEAD, Failed, Home, check, launcher_of, missing_tool, processes, say, until, windows, \
    with_session_bus

LONG_NAME = "Long " + "n" * 210
LEGAL_NAMES = ["Run %f %U %%", "It's; $(touch x) `id` & more", "Right\u202egpj.exe", "[Desktop Entry]", "=key=value", "#note",
               "..", "Zoë ünïcode ☃"]
REFUSED_NAMES = [LONG_NAME, "Quote \" end", "Line\nExec=xterm", "Back\\slash \\n \\s", "Tab\tBell\a", "Exec=%f \"$HOME\""]


def sentence(done, code, text):
    words = done.stderr.strip()
    check(done.returncode == code and words and "\n" not in words, f"{text}: exit {done.returncode}, says '{words}'")


def status(home):
    return home.json("status")["guests"][0]


def kill(pids, what):
    check(len(pids) == 1, f"one process is {what}: {pids}")
    os.kill(pids[0], signal.SIGKILL)
    return pids[0]


def run_app(home, name, seconds):
    began = time.monotonic()
    done = home.run([RAILHEAD, "run", name], timeout=seconds + 60)
    took = time.monotonic() - began
    check(done.returncode == 0 and took <= seconds, f"run {name}: exit {done.returncode} after {took:.2f} s {done.stderr.strip()}")


def launchers(home):
    return set(glob.glob(f"{home.env['XDG_DATA_HOME']}/applications/*.desktop"))


def nothing_yet(home):
    sentence(home.run([RAILHEAD, "run", "Notepad"]), 4, "run without a guest")
    sentence(home.run([f"{BUILD}/host-agent/railhead-agent"], timeout=10), 1, "a second agent")
    check(home.run([RAILHEAD, "status"]).returncode == 0, "the first agent still answers")


def stale_socket(home):
    runtime = f"{home.env['XDG_RUNTIME_DIR']}/railhead/wine"
    os.makedirs(runtime, 0o700, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(f"{runtime}/rdp.sock")
    done = home.run([RAILHEAD, "guest", "add", "wine", "kind=embedded"])
    check(done.returncode == 0, f"guest added {done.stderr.strip()}")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 120, "Notepad is published, a stale socket or not")
    run_app(home, "Notepad", 20)


def unknown(home):
    sentence(home.run([RAILHEAD, "run", "No such thing"]), 3, "an unknown name")
    sentence(home.run([RAILHEAD, "run", "0123456789abcdef"]), 3, "an unknown id")
    sentence(home.run([RAILHEAD, "run", "nobody/Notepad"]), 4, "an unknown guest")


def guest_agent_killed(home):
    before = launchers(home)
    kill(processes(home, "railhead-guest.exe", without="/track"), "the guest agent")
    until(lambda: not status(home)["published"] or processes(home, "railhead-guest.exe", without="/track"), 10, "the loss is seen")
    until(lambda: status(home)["published"] and processes(home, "railhead-guest.exe", without="/track"), 20,
          "the catalogue is published again")
    check(launchers(home) == before, "launchers stay")
    run_app(home, "WordPad", 20)


def session_killed(home):
    check(windows(home), "a window is open")
    open_before = {w["guest_window"] for w in windows(home)}
    pid = status(home)["session_pid"]
    os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    check(home.run([RAILHEAD, "status"], timeout=5).returncode == 0, f"status answers after {time.monotonic() - began:.2f} s")
    run_app(home, "Clock", 15)
    check(status(home)["session_pid"] not in (0, pid), "another session process")
    until(lambda: open_before <= {w["guest_window"] for w in windows(home) if w["painted"] and not w["stale"]}, 10,
          f"windows {sorted(open_before)} are listed again, painted")


def embedded_killed(home):
    kill(processes(home, "railhead-embedded"), "the embedded guest")
    began = time.monotonic()
    check(home.run([RAILHEAD], timeout=5).returncode == 0, f"railhead answers after {time.monotonic() - began:.2f} s")
    done = home.run([RAILHEAD, "run", "Notepad"], timeout=30)
    if done.returncode:  # sent to the guest in the moment of its death: not sent twice, but said
        check(done.returncode == 4 and "was lost" in done.stderr, f"a clear message: {done.stderr.strip()}")
        run_app(home, "Notepad", 30)
    check(len(processes(home, "railhead-embedded")) == 1, "one embedded guest")
    check(len(processes(home, "Xvfb")) <= 2, "no X server is left behind")


def programs_folder(home):
    return glob.glob(f"{home.data}/prefix/drive_c/users/*/AppData/Roaming/Microsoft/Windows/Start Menu/Programs")[0]


def make_shortcuts(home):
    home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "", "Plain", "C:\\windows\\notepad.exe")
    folder = programs_folder(home)
    names = REFUSED_NAMES[:]
    for name in LEGAL_NAMES:
        try:
            home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "", name, "C:\\windows\\notepad.exe", "%f \"x\" ; id")
        except Failed:
            names.append(name)
    for name in names:
        shutil.copy(f"{folder}/Plain.lnk", f"{folder}/{name}.lnk")
    return len(LEGAL_NAMES) + 2  # and Plain and the long one: names that Windows cannot have are not published


def check_launcher(home, path):
    done = home.run(["desktop-file-validate", "--no-hints", path])
    if done.returncode or done.stdout or done.stderr:
        raise Failed(f"desktop-file-validate: {done.stdout} {done.stderr}")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    entry, *actions = re.split(r"^(?=\[)", text, flags=re.M)[1:]
    if not entry.startswith("[Desktop Entry]\n") or not all(re.match(r"\[Desktop Action a[0-9a-f]{16}\]\n", action) for action in actions):
        raise Failed(f"not one entry with its actions: {text}")
    for group in (entry, *actions):
        check_group(group)


def check_group(group):
    keys = dict(line.split("=", 1) for line in group.splitlines() if "=" in line)
    if not re.fullmatch(rf"\"?{re.escape(RAILHEAD)}\"? run wine/[0-9a-f]{{16}}( %U)?", keys["Exec"]) or group.count("\nExec=") != 1:
        raise Failed(f"Exec holds more than our program and an opaque id: {group}")
    bad = [c for c in keys["Name"] if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]
    if bad or not keys["Name"].strip() or len(keys["Name"].encode()) > 300:
        raise Failed(f"a name that does harm: {keys['Name']!r}")


def hostile_names(home):
    before = len(launchers(home))
    count = make_shortcuts(home)
    until(lambda: len(launchers(home)) == before + count, 15, f"{count} more launchers than {before}")
    for path in launchers(home):
        check_launcher(home, path)
    say(f"ok: {len(launchers(home))} launchers are clean")
    run_app(home, "Plain", 20)


def no_display(home):
    home.run([RAILHEAD, "stop"])
    display = home.env.pop("DISPLAY")
    try:
        sentence(home.run([RAILHEAD, "run", "Notepad"], timeout=30), 5, "run without an X server")
        home.env["DISPLAY"] = ":54321"
        sentence(home.run([RAILHEAD, "run", "Notepad"], timeout=30), 5, "run with an X server that is not there")
    finally:
        home.env["DISPLAY"] = display
    run_app(home, "Notepad", 60)


def data_removed(home):
    home.run([RAILHEAD, "stop"])
    until(lambda: not processes(home, "railhead-embedded"), 10, "the guest ends")
    shutil.rmtree(home.data)
    run_app(home, "Notepad", 120)
    check(os.path.isfile(f"{home.data}/prefix/railhead-complete"), "the guest's data is made again")


CASES = [nothing_yet, stale_socket, unknown, guest_agent_killed, session_killed, embedded_killed, hostile_names, no_display,
         data_removed]


def main():
    if missing_tool():
        print(f"{missing_tool()} is not here")
        return 77
    home, failed = Home(), []
    try:
        home.start_desktop()
        for case in CASES:
            say(f"-- {case.__name__}")
            try:
                case(home)
            except (Failed, subprocess.TimeoutExpired, OSError) as error:
                say(f"FAILED: {error}")
                failed.append(case.__name__)
    finally:
        home.end(keep=bool(failed))
    say(f"failed: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    with_session_bus()
    sys.exit(main())
