#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The agent as the session bus starts it: from the service file that is installed, in an environment that knows nothing of the
caller's PATH."""
import glob
import os
import re
import shutil
import subprocess
import sys

from bench import BUILD, HERE, Failed, check, run_cases, until


def owner(bench):
    """The process that owns the agent's name, 0: none."""
    done = bench.run(["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/", "--method",
                      "org.freedesktop.DBus.GetConnectionUnixProcessID", "org.railhead.Agent"])
    found = re.search(r"uint32 (\d+)", done.stdout)
    return int(found.group(1)) if found else 0


def was_activated(pid):
    with open(f"/proc/{pid}/environ", "rb") as file:
        return b"DBUS_STARTER_BUS_TYPE=session" in file.read().split(b"\0")


def install(bench):
    """Installs below the bench, with doubles of session and guest; returns the folder that stands for the prefix."""
    root = f"{bench.root}/install"
    done = bench.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", root])
    if done.returncode:
        raise Failed(f"meson install: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    service = glob.glob(f"{root}/**/dbus-1/services/org.railhead.Agent.service", recursive=True)
    check(len(service) == 1, f"one service file is installed: {service}")
    with open(service[0], encoding="utf-8") as file:
        text = file.read()
    agent = re.search(r"^Exec=(\S+)$", text, re.M).group(1)
    check(os.access(root + agent, os.X_OK), f"and it names what is installed: {agent}")
    with open(service[0], "w", encoding="utf-8") as file:
        file.write(text.replace(agent, root + agent))
    libexec = os.path.dirname(root + agent)
    shutil.copy(f"{BUILD}/tests/agent/session-double", f"{libexec}/railhead-session")
    shutil.copy(f"{HERE}/railhead-embedded", libexec)
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(service[0]))))


def activated(bench):
    prefix = install(bench)
    bench.env["XDG_DATA_DIRS"] = f"{prefix}/share"
    bench.env["PATH"] = "/usr/bin:/bin"
    bench.start_bus()
    command = f"{prefix}/bin/railhead"
    bench.run([command, "guest", "add", "twin"])
    bench.publish((5, "Five"))
    check(owner(bench) == 0, "no agent runs")
    done = bench.run([command, "apps"])
    check(done.returncode == 0 and "Five" in done.stdout, f"applications are listed {done.stderr}")
    pid = owner(bench)
    check(os.readlink(f"/proc/{pid}/exe").startswith(prefix), "the agent is the installed one")
    check(was_activated(pid), f"the bus started agent {pid}")
    with open(bench.launchers()[0], encoding="utf-8") as file:
        check(f"\nTryExec={command}\n" in file.read(), "launchers name the installed command, which no PATH leads to")
    check(bench.run([command, "stop"]).returncode == 0, "and it ends")
    until(lambda: owner(bench) == 0, 20, "the agent leaves the bus")


def service_leads_nowhere(bench):
    services = f"{bench.env['XDG_DATA_HOME']}/dbus-1/services"
    os.makedirs(services)
    with open(f"{services}/org.railhead.Agent.service", "w", encoding="utf-8") as file:
        file.write(f"[D-BUS Service]\nName=org.railhead.Agent\nExec={bench.root}/not-there\n")
    bench.start_bus()
    bench.add_guest()
    bench.publish((5, "Five"))
    check(set(bench.apps()) == {"Five"}, "the agent beside the command is started instead")


def no_agent_at_all(bench):
    bench.start_bus()
    os.unlink(f"{bench.bin}/railhead-agent")
    bench.env["PATH"] = "/usr/bin:/bin"
    done = bench.railhead("apps")
    check(done.returncode == 1 and done.stderr == "railhead: railhead-agent is not installed\n", f"said: {done.stderr}")


if __name__ == "__main__":
    if subprocess.run(["sh", "-c", "command -v meson gdbus"], stdout=subprocess.DEVNULL, check=False).returncode:
        sys.exit(77)
    sys.exit(run_cases([activated, service_leads_nowhere, no_agent_at_all]))
