#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long a session lasts and what is said meanwhile: notifications of launches that nobody watches in a terminal, what becomes of
a session whose last window has gone, guests that start with the user's login, and many launches at once."""
import os
import subprocess
import sys

from bench import BUILD, check, lives, run_cases, until

LAUNCHES = 10


def listen(bench, service, address=None):
    """A service of the desktop; its lines."""
    env = dict(bench.env, DBUS_SESSION_BUS_ADDRESS=address or bench.env["DBUS_SESSION_BUS_ADDRESS"])
    log = os.path.join(bench.root, f"{service}.lines")
    with open(log, "wb") as out:
        child = subprocess.Popen([f"{BUILD}/tests/support/bus-double", service], env=env, stdin=subprocess.PIPE, stdout=out, text=True)
    bench.children.append(child)

    def lines():
        with open(log, encoding="utf-8") as file:
            return file.read().splitlines()
    until(lambda: "ready" in lines(), 20, f"{service} is there")
    return child, lines


def up(bench, *profile):
    bench.start_bus()
    bench.start_desktop()
    done = bench.railhead("guest", "add", "twin", "kind=embedded", *profile)
    check(done.returncode == 0, f"guest {profile} is added {done.stderr.strip()}")
    bench.publish((5, "Five"), (6, "Six"))


def without_a_window(bench):
    """The windows that there are go; the session knows."""
    bench.instruct("close all")
    until(lambda: bench.status()["windows"] == 0, 20, "the windows are gone")


def stage_is_told(bench):
    up(bench)
    _, lines = listen(bench, "notifications")
    bench.tell("start", "held")
    run = bench.begin("run", "Five")
    until(lambda: [l for l in lines() if l.startswith("notify 1 0 The guest twin is starting")], 20, "after a while the stage is told")
    second = bench.begin("run", "Five")
    bench.tell("go", "")
    check(run.wait(30) == 0 and second.wait(30) == 0, f"the launches succeed {run.stderr.read()}")
    until(lambda: "close 1" in lines(), 20, "and it is taken back")
    check(len({l.split()[1] for l in lines() if l.startswith("notify")}) == 1, "for two launches there was one notification")


def failure_is_told(bench):
    up(bench)
    bench.apps()
    _, lines = listen(bench, "notifications")
    bench.instruct("launch fail")
    check(bench.railhead("run", "Five").returncode == 1, "a launch fails")
    until(lambda: [l for l in lines() if "the program behind the shortcut is not there" in l], 20, "and who clicked is told why")
    check(bench.railhead("run", "No <b>such & thing").returncode == 3, "another does not exist")
    until(lambda: [l for l in lines() if "No &lt;b&gt;such &amp; thing" in l], 20, "its name is no markup")
    check(bench.railhead("run", "other/Five").returncode == 4, "nor its guest")
    until(lambda: [l for l in lines() if "there is no guest other" in l], 20, "that is told, too")
    check(not [l for l in lines() if l.startswith("close")], "failures stay until the user has seen them")


def in_a_terminal(bench):
    up(bench)
    bench.apps()
    _, lines = listen(bench, "notifications")
    bench.instruct("launch fail")
    main, other = os.openpty()
    try:
        done = subprocess.run([f"{bench.bin}/railhead", "run", "Five"], env=bench.env, stdin=other, stdout=other, stderr=other,
                              timeout=60, check=False)
    finally:
        os.close(other)
        os.close(main)
    check(done.returncode == 1, "a launch in a terminal fails")
    check(bench.railhead("run", "Six").returncode == 1, "one outside of it, too")
    until(lambda: [l for l in lines() if l.startswith("notify")], 20, "the second is told")
    check(len([l for l in lines() if l.startswith("notify")]) == 1, "the first is not: the terminal has said it")


def stays(bench):
    up(bench)
    check(bench.railhead("run", "Five").returncode == 0, "an application runs")
    session = bench.status()["session_pid"]
    without_a_window(bench)
    check(bench.railhead("run", "Six").returncode == 0, "another one later")
    check(bench.status()["session_pid"] == session, "in the session that was there")


def disconnects(bench):
    up(bench, "linger=disconnect-after 1")
    check(bench.railhead("run", "Five").returncode == 0, "an application runs")
    session = bench.status()["session_pid"]
    without_a_window(bench)
    until(lambda: bench.status()["state"] == "off", 20, "after its last window the session ends")
    until(lambda: not lives(session), 20, "and its process")
    check(lives(bench.guest_pids()[-1]), "the guest runs on")
    check(bench.railhead("run", "Five").returncode == 0, "an application runs again")
    check(len(bench.guest_pids()) == 1, "in the same guest")


def launched_while_it_lingers(bench):
    up(bench, "linger=disconnect-after 3")
    check(bench.railhead("run", "Five").returncode == 0, "an application runs")
    session = bench.status()["session_pid"]
    without_a_window(bench)
    check(bench.railhead("run", "Six").returncode == 0, "another one is launched while the session lingers")
    check(bench.status()["session_pid"] == session and bench.status()["state"] == "ready", "and keeps it")


def logs_off(bench):
    up(bench, "linger=log-off-after 1")
    check(bench.railhead("run", "Five").returncode == 0, "an application runs")
    guest = bench.guest_pids()[-1]
    without_a_window(bench)
    until(lambda: bench.status()["state"] == "off" and not lives(guest), 20, "after its last window the guest ends")
    check(bench.railhead("run", "Five").returncode == 0 and len(bench.guest_pids()) == 2, "and another one starts")


def wrong_values(bench):
    bench.start_bus()
    for value in ("linger=", "linger=never", "linger=disconnect-after", "linger=disconnect-after x", "linger=log-off-after 1 2",
                  "linger=disconnect-after -1", "start=always"):
        check(bench.railhead("guest", "add", "twin", value).returncode == 2, f"{value} is refused")


def at_login(bench):
    up(bench, "start=login")
    done = bench.railhead("guest", "add", "other", "kind=embedded")
    check(done.returncode == 0, "another guest, that starts when it is used")
    agent = bench.spawn([f"{bench.bin}/railhead-agent", "--login"])
    until(lambda: bench.status()["state"] == "ready", 30, "the first starts with the login")
    check(bench.status("other")["state"] == "off", "the other does not")
    bench.railhead("stop")
    agent.wait(20)


def ten_at_once(bench):
    up(bench)
    bench.apps()
    runs = [bench.begin("run", "Five" if i % 2 else "Six", DESKTOP_STARTUP_ID=f"click-{i}_TIME{i + 1}") for i in range(LAUNCHES)]
    check([run.wait(60) for run in runs] == [0] * LAUNCHES, f"{LAUNCHES} launches succeed {[run.stderr.read() for run in runs]}")
    check(bench.status()["windows"] == LAUNCHES, "each has its window")
    check(len([l for l in bench.heard() if l.startswith("launch ")]) == LAUNCHES, "each was made once")
    check(len(bench.guest_pids("called")) == 1, "in one guest")


def one_fails(bench):
    """An error concerns the launch that caused it."""
    up(bench)
    bench.apps()
    bench.instruct("launch silent")
    waits = bench.begin("run", "Five")
    until(lambda: "launch 0000000000000005" in bench.heard(), 20, "one launch waits for its window")
    bench.instruct("launch fail")
    check(bench.railhead("run", "Six").returncode == 1, "another fails")
    check(waits.poll() is None, "the first waits on")
    bench.instruct("open 5")
    check(waits.wait(20) == 0, f"and gets its window {waits.stderr.read()}")


if __name__ == "__main__":
    sys.exit(run_cases([stage_is_told, failure_is_told, in_a_terminal, stays, disconnects, launched_while_it_lingers, logs_off,
                        wrong_values, at_login, ten_at_once, one_fails], "Xvfb", "openbox"))
