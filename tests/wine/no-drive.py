#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A machine without /dev/fuse, made in a mount namespace: the embedded guest has no drive of the host. A document is refused with the
cause, and while the guest waits for the drive it starts other programs.

usage: no-drive.py BUILD-DIR    Exit 77: a component is not here."""
import os
import subprocess
import sys
import time

from desktop import RAILHEAD, Failed, Home, check, missing_tool, say, until, windows, with_session_bus


def hidden():
    """Another device lies over /dev/fuse, if there is one."""
    if not os.path.exists("/dev/fuse"):
        return True
    return subprocess.run(["mount", "--bind", "/dev/null", "/dev/fuse"], check=False).returncode == 0


def run(home):
    home.start_desktop()
    check(home.run([RAILHEAD, "guest", "add", "wine"]).returncode == 0, "guest added")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 120, "the embedded guest publishes Notepad")
    path = f"{home.root}/letter.txt"
    with open(path, "w", encoding="utf-8") as file:
        file.write("letter")
    waiting = subprocess.Popen([RAILHEAD, "run", "Notepad", path], env=home.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    began = time.monotonic()
    done = home.run([RAILHEAD, "run", "WineMine"])
    took = time.monotonic() - began
    check(done.returncode == 0 and took < 8 and waiting.poll() is None, f"another program starts meanwhile, {took:.2f} s {done.stderr}")
    _, told = waiting.communicate(timeout=60)
    check(waiting.returncode == 1 and "no drive of this machine" in told, f"the document is refused: {told.strip()}")
    check(not [w for w in windows(home) if "letter" in w["title"]], "and no program was started for it")


def main():
    if missing_tool():
        print(f"skipped: {missing_tool()} is not installed")
        return 77
    if os.environ.get("RAILHEAD_TEST_MOUNTS") != "own":
        probe = subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL, check=False)
        if probe.returncode:
            print("skipped: no mount namespace can be made here")
            return 77
        os.environ["RAILHEAD_TEST_MOUNTS"] = "own"
        os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])
    if not hidden():
        return 77
    with_session_bus()
    home, failed = Home(), True
    try:
        run(home)
        failed = False
    except (Failed, subprocess.SubprocessError) as error:
        say(f"FAILED: {error}")
    finally:
        home.end(keep=failed)
    return 1 if failed else 0


sys.exit(main())
