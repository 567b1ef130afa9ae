#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The end of a guest: who asked is answered when it has really ended, and until then the agent goes on serving everybody else."""
import sys
import time

from bench import check, lives, run_cases, until

SOON = 2.0  # s: what an agent answers within that does not wait for a guest


def up(bench, how):
    bench.start_bus()
    bench.add_guest()
    bench.publish((5, "Five"))
    bench.apps()
    bench.tell("stop", how)
    return bench.guest_pids()[-1]


def answers_soon(bench, text):
    began = time.monotonic()
    done = bench.railhead("status", timeout=20)
    took = time.monotonic() - began
    check(done.returncode == 0 and took < SOON, f"{text}: status answers after {took:.2f} s")


def held(bench):
    pid = up(bench, "held")
    first = bench.begin("stop", "twin")
    until(lambda: "term" in bench.heard(), 20, "the guest is asked to end")
    second = bench.begin("stop", "twin")
    for _ in range(3):
        answers_soon(bench, "while a guest is ending")
    check(first.poll() is None and second.poll() is None and lives(pid), "nobody says that it has ended")
    bench.tell("release", "")
    check(first.wait(20) == 0 and not lives(pid), "the first is answered, and the guest is gone")
    check(second.wait(20) == 0, "the second too")
    check(bench.heard().count("term") == 1, "it was asked once")


def all_of_them(bench):
    pid = up(bench, "held")
    agent = bench.json("status")["pid"]
    stop = bench.begin("stop")
    until(lambda: "term" in bench.heard(), 20, "the guest is asked to end")
    answers_soon(bench, "while all is ending")
    done = bench.railhead("apps")
    check(done.returncode == 1 and "being stopped" in done.stderr, f"nothing is begun any more: {done.stderr.strip()}")
    bench.tell("release", "")
    check(stop.wait(20) == 0 and not lives(pid), "answered when the guest is gone")
    until(lambda: not lives(agent), 20, "and the agent ends")


def never(bench):
    pid = up(bench, "never")
    stop = bench.begin("stop", "twin")
    until(lambda: "term" in bench.heard(), 20, "the guest is asked to end")
    answers_soon(bench, "while a guest does not want to end")
    check(stop.wait(30) == 0 and not lives(pid), "it is killed, and that is an end")


def wanted_again(bench):
    pid = up(bench, "held")
    bench.start_desktop()
    stop = bench.begin("stop", "twin")
    until(lambda: "term" in bench.heard(), 20, "the guest is asked to end")
    run = bench.begin("run", "Five")
    until(lambda: bench.status()["state"] == "starting", 20, "the guest is wanted again")
    check(len(bench.guest_pids("called")) == 1, "there are never two of it")
    bench.tell("release", "")
    check(stop.wait(20) == 0 and not lives(pid), "the stop is answered")
    check(run.wait(30) == 0, f"the application runs {run.stderr.read()}")
    check(len(bench.guest_pids()) == 2, "in a guest that was started after the end of the other")


def while_it_starts(bench):
    bench.start_bus()
    bench.add_guest()
    bench.publish((5, "Five"))
    bench.tell("start", "held")
    apps = bench.begin("apps")
    pid = until(lambda: bench.guest_pids("called"), 20, "the guest is being started")[0]
    done = bench.railhead("stop", "twin")
    check(done.returncode == 0 and not lives(pid), "a guest that holds no lock yet is ended too")
    check(apps.wait(20) == 4, f"who waited for it is told: {apps.stderr.read().strip()}")
    bench.tell("go", "")
    check(set(bench.apps()) == {"Five"}, "and it can be started again")


def stuck(bench):
    """A guest that lives and does not answer is replaced, without making others wait."""
    pid = up(bench, "held")
    socket = f"{bench.env['XDG_RUNTIME_DIR']}/railhead/twin/rdp.sock"
    bench.run(["rm", socket])
    bench.tell("script", "die\n", "a")
    until(lambda: bench.status()["state"] == "lost", 20, "the session is gone")
    bench.tell("script", "")  # the next session hears no `die`
    bench.publish((5, "Five"))
    bench.start_desktop()
    run = bench.begin("run", "Five")
    until(lambda: "term" in bench.heard(), 20, "the guest without a socket is asked to end")
    answers_soon(bench, "meanwhile")
    bench.tell("release", "")
    check(run.wait(30) == 0 and not lives(pid), f"another one took its place {run.stderr.read()}")


if __name__ == "__main__":
    sys.exit(run_cases([held, all_of_them, never, wanted_again, while_it_starts, stuck], "Xvfb", "openbox"))
