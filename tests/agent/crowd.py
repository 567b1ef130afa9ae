#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One agent and one of each guest, whoever calls and whatever was left behind: calls at the same moment, a second agent, stale
sockets and locks, an agent that was killed over a guest that lives on."""
import os
import signal
import socket
import subprocess
import sys

from bench import check, lives, run_cases, until

CALLERS = 8


def agents(bench):
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{entry}/exe") == f"{bench.bin}/railhead-agent" and lives(int(entry)):
                found.append(int(entry))
        except OSError:
            pass
    return found


def up(bench):
    bench.start_bus()
    bench.start_desktop()
    bench.add_guest()
    bench.publish((5, "Five"), (6, "Six"))


def at_once(bench):
    """Nobody runs yet, and several launches come in one moment."""
    up(bench)
    runs = [bench.begin("run", "Five") for _ in range(CALLERS)]
    check([run.wait(60) for run in runs] == [0] * CALLERS, f"{CALLERS} launches at once succeed {[r.stderr.read() for r in runs]}")
    until(lambda: len(agents(bench)) == 1, 20, "one agent is left")
    check(len(bench.guest_pids("called")) == 1, "one guest was started")
    check(bench.heard().count("launch 0000000000000005") == CALLERS, "each launch was made once")
    check(bench.status()["windows"] == CALLERS, "each brought its window")


def second_agent(bench):
    up(bench)
    bench.apps()
    first = agents(bench)
    done = subprocess.run([f"{bench.bin}/railhead-agent"], env=bench.env, capture_output=True, text=True, timeout=20, check=False)
    check(done.returncode == 1 and "another agent is running" in done.stderr, f"a second agent says so: {done.stderr.strip()}")
    check(agents(bench) == first and set(bench.apps()) == {"Five", "Six"}, "and the first goes on")


def stale(bench):
    """What a guest that was killed leaves behind: a socket that nobody serves, a lock that nobody holds."""
    up(bench)
    runtime = f"{bench.env['XDG_RUNTIME_DIR']}/railhead/twin"
    os.makedirs(runtime, 0o700)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(f"{runtime}/rdp.sock")
    with open(f"{runtime}/lock", "w", encoding="utf-8") as file:
        file.write("99999999\n")
    done = bench.railhead("run", "Five")
    check(done.returncode == 0, f"a guest is started over them {done.stderr}")
    pid = bench.guest_pids()[-1]
    os.kill(pid, signal.SIGKILL)
    until(lambda: not lives(pid), 20, "the guest is gone, its files are not")
    check(os.path.exists(f"{runtime}/rdp.sock") and os.path.exists(f"{runtime}/lock"), "socket and lock are left")
    until(lambda: bench.status()["windows"] == 0 or len(bench.guest_pids()) == 2, 20, "the agent has seen it")
    done = bench.railhead("run", "Five")
    check(done.returncode == 0 and len(bench.guest_pids()) == 2, f"and once more {done.stderr}")


def stopped_and_asked(bench):
    """Who comes after the answer to a stop meets another agent, not what is left of the old one."""
    up(bench)
    for _ in range(10):
        check(bench.railhead("stop").returncode == 0, "stopped")
        done = bench.railhead("status")
        check(done.returncode == 0, f"the next command is answered {done.stderr}")


def killed_over_a_guest(bench):
    """The agent is gone at once; the guest and its programs are not, and the next agent finds them."""
    up(bench)
    check(bench.railhead("run", "Five").returncode == 0, "an application runs")
    state = bench.json("status")
    guest = bench.guest_pids()[-1]
    session = state["guests"][0]["session_pid"]
    os.kill(state["pid"], signal.SIGKILL)
    until(lambda: not lives(session), 20, "the session ends with its agent")
    check(lives(guest), "the guest lives on")
    done = bench.railhead("run", "Six")
    check(done.returncode == 0, f"another agent runs the next application {done.stderr}")
    check(bench.json("status")["pid"] != state["pid"] and len(agents(bench)) == 1, "it is one agent, another one")
    check(bench.guest_pids("called") == [guest] and lives(guest), "in the guest that was there")
    check(len(bench.launchers()) == 2, "with the launchers that were there")
    check(bench.railhead("stop").returncode == 0 and not lives(guest), "and it can end what it did not start")


def killed_while_a_guest_starts(bench):
    up(bench)
    bench.tell("start", "held")
    run = bench.begin("run", "Five")
    first = until(lambda: bench.guest_pids("called"), 20, "a guest is being started")[0]
    os.kill(agents(bench)[0], signal.SIGKILL)
    check(run.wait(20) == 1 and run.stderr.read(), "the caller is told that the agent went")
    bench.tell("go", "")
    until(lambda: bench.guest_pids(), 20, "the guest comes up without an agent")
    check(bench.railhead("run", "Five").returncode == 0, "the next agent runs the application")
    living = [pid for pid in bench.guest_pids("called") if lives(pid)]
    check(len(living) == 1, f"in one guest: {living}, the first was {first}")


def stopped_and_run_at_once(bench):
    """Stops and launches in one moment: everybody is answered, and what is left agrees with itself."""
    up(bench)
    bench.apps()
    calls = [bench.begin(*words) for words in (["run", "Five"], ["stop", "twin"], ["run", "Six"], ["stop", "twin"], ["run", "Five"])]
    codes = [call.wait(60) for call in calls]
    check(set(codes) <= {0, 1, 4} and codes[1] == codes[3] == 0, f"everybody is answered: {codes}")
    check(bench.railhead("run", "Six").returncode == 0, "and the guest runs")
    check(len([pid for pid in bench.guest_pids("called") if lives(pid)]) == 1, "once")


if __name__ == "__main__":
    sys.exit(run_cases([at_once, second_agent, stale, stopped_and_asked, killed_over_a_guest, killed_while_a_guest_starts, stopped_and_run_at_once],
                       "Xvfb", "openbox"))
