#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Disks that are full or may not be written, for real: small file systems in a mount namespace of the test's own. Each time: a
sentence in the log and in the status, nothing half written, and the next change repairs it.

Exit 77: no mount namespace can be made here."""
import errno
import glob
import os
import subprocess
import sys

from bench import Failed, check, run_cases, say, until

ROOM = 4096 * 6  # a file of one page each: a few launchers fit, not all
APPS = [(n, f"Application {n}") for n in range(1, 13)]


def mount(bench, path, options):
    os.makedirs(path, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path], check=True)
    bench.mounts.append(path)


def remount(path, options):
    subprocess.run(["mount", "-o", f"remount,{options}", path], check=True)


def up(bench):
    bench.start_bus()
    bench.add_guest()


def problem(bench):
    return bench.status()["problem"]


def in_log(bench, text):
    with open(f"{bench.env['XDG_STATE_HOME']}/railhead/agent/agent.log", encoding="utf-8") as file:
        return text in file.read()


def nothing_half(bench, folder, suffix):
    """Whatever of ours lies there is whole: no temporary file, no piece."""
    for path in glob.glob(f"{folder}/**/io.railhead.*", recursive=True):
        if not path.endswith(suffix):
            raise Failed(f"a temporary file is left: {path}")
        if suffix == ".png":
            done = bench.run(["identify", "-regard-warnings", path])
        else:
            done = bench.run(["desktop-file-validate", "--no-hints", path])
        if done.returncode or done.stderr:
            raise Failed(f"{path} is not whole: {done.stdout} {done.stderr}")
    say(f"ok: what lies in {folder} is whole")


def told(bench, words):
    check(bench.apps(), "applications are published all the same")
    text = until(lambda: problem(bench), 20, "the status tells of a problem")
    check(words in text and in_log(bench, words), f"status and log say: {text}")
    check(words in bench.railhead("status").stdout, "and so does `railhead`")


def repaired(bench, count):
    bench.publish(*APPS, (99, "One more"))
    until(lambda: len(bench.launchers()) == count and not problem(bench), 20, f"{count} launchers, and no problem any more")


def launchers_full(bench):
    folder = f"{bench.env['XDG_DATA_HOME']}/applications"
    mount(bench, folder, f"size={ROOM}")
    up(bench)
    bench.publish(*APPS)
    told(bench, "No space left on device")
    check(0 < len(bench.launchers()) < len(APPS), f"{len(bench.launchers())} of {len(APPS)} had room")
    nothing_half(bench, folder, ".desktop")
    remount(folder, "size=1m")
    repaired(bench, len(APPS) + 1)
    nothing_half(bench, folder, ".desktop")


def a_change_on_a_full_disk(bench):
    """What was there stays as it was, until it can be replaced as a whole."""
    folder = f"{bench.env['XDG_DATA_HOME']}/applications"
    mount(bench, folder, "size=1m")
    up(bench)
    bench.publish((1, "Old name"))
    bench.apps()
    path = until(bench.launchers, 20, "a launcher")[0]
    with open(f"{folder}/ballast", "wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError as error:
            check(error.errno == errno.ENOSPC, "the disk is full")
    bench.publish((1, "New name"))
    until(lambda: "No space left" in problem(bench), 20, "the status tells of a problem")
    with open(path, encoding="utf-8") as file:
        check("\nName=Old name\n" in file.read(), "the old launcher is whole")
    bench.publish()
    until(lambda: not bench.launchers(), 20, "a launcher can be removed from a full disk")
    os.unlink(f"{folder}/ballast")
    bench.publish((1, "New name"))
    until(lambda: bench.launchers() and not problem(bench), 20, "the next change repairs it")
    with open(path, encoding="utf-8") as file:
        check("\nName=New name\n" in file.read(), "with the new name")


def icons_full(bench):
    folder = f"{bench.env['XDG_DATA_HOME']}/icons"
    mount(bench, folder, f"size={4096 * 12}")
    up(bench)
    bench.publish(*[(n, name, 64) for n, name in APPS])
    told(bench, "No space left on device")
    check(len(bench.launchers()) == len(APPS), "every application has its launcher, picture or not")
    nothing_half(bench, folder, ".png")
    remount(folder, "size=4m")
    bench.publish(*[(n, name, 64) for n, name in APPS], (99, "One more", 64))
    until(lambda: not problem(bench) and len(glob.glob(f"{folder}/hicolor/64x64/apps/*.png")) == len(APPS) + 1, 20,
          "the next change brings the pictures")
    nothing_half(bench, folder, ".png")


def icons_read_only(bench):
    folder = f"{bench.env['XDG_DATA_HOME']}/icons"
    mount(bench, folder, "ro,size=1m")
    up(bench)
    bench.publish(*[(n, name, 32) for n, name in APPS])
    told(bench, "Read-only file system")
    bench.publish()
    until(lambda: not bench.launchers(), 20, "no application, no launcher")
    bench.publish(*[(n, name, 32) for n, name in APPS])  # with pictures that are known from the start
    until(lambda: len(bench.launchers()) == len(APPS), 20, "every application has its launcher")
    remount(folder, "rw")
    repaired(bench, len(APPS) + 1)


def launchers_read_only(bench):
    folder = f"{bench.env['XDG_DATA_HOME']}/applications"
    mount(bench, folder, "ro,size=1m")
    up(bench)
    bench.publish(*APPS)
    told(bench, "Read-only file system")
    check(not bench.launchers(), "no launcher")
    bench.start_desktop()
    check(bench.railhead("run", "Application 1").returncode == 0, "applications can be run without launchers")
    remount(folder, "rw")
    repaired(bench, len(APPS) + 1)


def state_full(bench):
    state = f"{bench.env['XDG_STATE_HOME']}/railhead/twin"
    mount(bench, state, f"size={4096 * 4}")
    up(bench)
    bench.publish(*[(n, name, 64) for n, name in APPS])
    told(bench, "No space left on device")
    check(len(bench.launchers()) == len(APPS), "every application has its launcher")
    remount(state, "size=4m")
    bench.publish(*[(n, name, 64) for n, name in APPS], (99, "One more", 64))
    until(lambda: not problem(bench) and len(glob.glob(f"{bench.env['XDG_DATA_HOME']}/icons/hicolor/64x64/apps/*.png"))
          == len(APPS) + 1, 20, "the next change keeps what could not be kept")


def main():
    if os.environ.get("RAILHEAD_TEST_MOUNTS") != "own":
        options = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
        probe = ["sh", "-c", "mount -t tmpfs -o size=4096 tmpfs /tmp"]
        if subprocess.run(["unshare", *options, *probe], stderr=subprocess.DEVNULL, check=False).returncode:
            print("no mount namespace can be made here")
            return 77
        os.environ["RAILHEAD_TEST_MOUNTS"] = "own"
        os.execvp("unshare", ["unshare", *options, sys.executable, *sys.argv])
    return run_cases([launchers_full, a_change_on_a_full_disk, icons_full, icons_read_only, launchers_read_only, state_full],
                     "desktop-file-validate", "identify", "Xvfb", "openbox")


if __name__ == "__main__":
    sys.exit(main())
