#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Launches as a desktop makes them: its startup notification reaches the first window, and ends when the window is there or the
launch has failed."""
import os
import sys

from bench import BUILD, check, lives, run_cases, sentence, until

ID = "panel-4711-host-railhead-0_TIME1234567"


class Watch:
    def __init__(self, bench):
        self.log = os.path.join(bench.root, "startup-watch.log")
        bench.spawn([f"{BUILD}/tests/agent/startup-watch"])
        until(lambda: "watching" in self.lines(), 20, "a panel listens")

    def lines(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            return file.read().splitlines()

    def ended(self, name):
        return self.lines().count(f'remove: ID="{name}"')

    def await_end(self, name, text):
        until(lambda: self.ended(name), 20, text)
        check(self.ended(name) == 1, text)


def up(bench):
    bench.start_bus()
    bench.start_desktop()
    bench.add_guest()
    bench.publish((5, "Five"), (6, "Six"))
    bench.apps()
    return Watch(bench)


def startup_ids(bench):
    found = {}
    for window in bench.json("windows"):
        text = bench.output(["xprop", "-id", str(window["x_window"]), "-notype", "_NET_STARTUP_ID", "_NET_WM_USER_TIME"])
        found[window["x_window"]] = text
    return found


def shown(bench):
    watch = up(bench)
    done = bench.railhead("run", "Five", DESKTOP_STARTUP_ID=ID)
    check(done.returncode == 0, f"run {done.stderr}")
    first = startup_ids(bench)
    check(len(first) == 1 and f'"{ID}"' in str(first) and "= 1234567" in str(first), f"id and time are on the window: {first}")
    watch.await_end(ID, "the startup is over")
    done = bench.railhead("run", "Five")
    check(done.returncode == 0, f"run without an id {done.stderr}")
    check(str(startup_ids(bench)).count(ID) == 1, "which no other window gets")
    done = bench.railhead("run", "Six", XDG_ACTIVATION_TOKEN="token_TIME77")
    check(done.returncode == 0 and "token_TIME77" in str(startup_ids(bench)), "a token is as good")
    watch.await_end("token_TIME77", "and ends")
    hostile = 'a"b\\c' + "x" * 40 + "_TIME5"
    bench.railhead("run", "Six", DESKTOP_STARTUP_ID=hostile)
    watch.await_end(hostile.replace("\\", "\\\\").replace('"', '\\"'), "an id is quoted")
    bench.railhead("run", "Six", DESKTOP_STARTUP_ID="y" * 5000)
    check(not [line for line in watch.lines() if "yyyy" in line], "and one without sense is not passed on")


def by_launcher(bench):
    watch = up(bench)
    launcher = next(path for path in bench.launchers() if path.endswith("5.desktop"))
    bench.env["DESKTOP_STARTUP_ID"] = ID
    bench.run(["gio", "launch", launcher])
    watch.await_end(ID, "a launcher that a desktop starts")
    check(ID in str(startup_ids(bench)), "has its id on the window")


def failed(bench):
    watch = up(bench)
    bench.instruct("launch fail")
    cases = [(["run", "Five"], 1, "program"), (["run", "None"], 3, "application"), (["run", "other/Five"], 4, "guest"),
             (["run", "Five", "/nonexistent/file"], 1, "file")]
    for words, code, name in cases:
        sentence(bench.railhead(*words, DESKTOP_STARTUP_ID=f"{name}_TIME1"), code, f"a launch without {name}")
        watch.await_end(f"{name}_TIME1", "ends its startup too")
    bench.instruct("launch silent")
    child = bench.begin("run", "Five", DESKTOP_STARTUP_ID="lost_TIME1")
    until(lambda: bench.heard().count("launch 0000000000000005") == 2, 20, "the launch is sent")
    check(watch.ended("lost_TIME1") == 0, "a launch that waits is not over")
    bench.tell("script", "die\n", "a")  # and each session after it
    check(child.wait(20) == 4, f"the guest is lost: {child.stderr.read().strip()}")
    watch.await_end("lost_TIME1", "and with it the startup")


def session_lost_and_found(bench):
    """A session that ends between the start of the program and its window is made again, since somebody waits."""
    watch = up(bench)
    bench.instruct("launch silent")
    child = bench.begin("run", "Five", DESKTOP_STARTUP_ID=ID)
    until(lambda: "launch 0000000000000005" in bench.heard(), 20, "the launch is sent")
    before = bench.status()["session_pid"]
    os.kill(before, 9)
    until(lambda: bench.status()["session_pid"] not in (0, before) and bench.status()["published"], 20, "another session")
    check(child.poll() is None, "the caller still waits")
    bench.instruct("open 5")
    check(child.wait(20) == 0, f"and gets its window {child.stderr.read()}")
    check(ID in str(startup_ids(bench)), "with the id of the launch")
    watch.await_end(ID, "and the startup ends")
    check(len([line for line in bench.heard() if line.startswith("launch ")]) == 1, "the program was started once")


def none_yet(bench):
    """The very first call of a desktop, and it fails: no guest, no screen yet."""
    bench.start_bus()
    bench.start_desktop()
    watch = Watch(bench)
    sentence(bench.railhead("run", "Five", DESKTOP_STARTUP_ID=ID), 4, "no guest")
    watch.await_end(ID, "the startup ends all the same")


def agent_killed(bench):
    watch = up(bench)
    bench.instruct("launch silent")
    child = bench.begin("run", "Five", DESKTOP_STARTUP_ID=ID)
    until(lambda: "launch 0000000000000005" in bench.heard(), 20, "the launch is sent")
    pid = bench.json("status")["pid"]
    os.kill(pid, 15)
    until(lambda: not lives(pid), 20, "the agent ends in order")
    check(child.wait(20) != 0, f"the caller is told: {child.stderr.read().strip()}")
    watch.await_end(ID, "and the startup ends")


if __name__ == "__main__":
    sys.exit(run_cases([shown, by_launcher, failed, session_lost_and_found, none_yet, agent_killed], "Xvfb", "openbox", "xprop", "gio"))
