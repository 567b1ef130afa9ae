#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the user decides of launchers: it shows at once, and stays when the guest publishes again and when the agent is another."""
import os
import sys

from bench import check, run_cases, until


def launcher(bench, number):
    return next((path for path in bench.launchers() if path.endswith(f"{number:016x}.desktop")), None)


def name_in(path):
    with open(path, encoding="utf-8") as file:
        return next(line[5:-1] for line in file if line.startswith("Name="))


def visibility(bench, name):
    return next(app["visibility"] for app in bench.json("apps") if app["name"] == name)


def up(bench):
    bench.start_bus()
    bench.start_desktop()
    bench.add_guest()
    bench.publish((1, "One", 16), (2, "Two", 16), (3, "Uninstall Two", 16))
    bench.json("apps")
    until(lambda: launcher(bench, 1) and launcher(bench, 2), 20, "launchers")


def hidden_and_shown(bench):
    up(bench)
    check(not launcher(bench, 3) and visibility(bench, "Uninstall Two") == "uninstaller", "an uninstaller has no launcher")
    listed = bench.railhead("apps").stdout
    check("Uninstall" not in listed and "not shown: uninstaller" in bench.railhead("apps", "--all").stdout, "--all lists it")
    check(bench.railhead("apps", "show", "Uninstall Two").returncode == 0 and launcher(bench, 3), "shown on wish")
    check(bench.railhead("apps", "hide", "One").returncode == 0 and not launcher(bench, 1), "hidden on wish")
    check(visibility(bench, "One") == "hidden" and bench.railhead("run", "One").returncode == 0, "it can be run all the same")
    check(bench.railhead("apps", "reset", "One").returncode == 0 and launcher(bench, 1), "and comes back")


def renamed(bench):
    up(bench)
    check(bench.railhead("apps", "rename", "One", "My own").returncode == 0, "renamed")
    check(bench.railhead("apps", "icon", "One", "my-icon").returncode == 0, "another icon")
    check(name_in(launcher(bench, 1)) == "My own" and "\nIcon=my-icon\n" in open(launcher(bench, 1), encoding="utf-8").read(),
          "the launcher says so")
    done = bench.railhead("apps", "rename", "Two", "\n")
    check(done.returncode == 2 and name_in(launcher(bench, 2)) == "Two", f"a name of nothing is refused: {done.stderr.strip()}")
    check(bench.railhead("apps", "hide", "Nothing").returncode == 3, "an unknown application is named")
    check(bench.railhead("stop").returncode == 0, "stopped")
    bench.publish((1, "One, new", 16), (2, "Two", 16))
    bench.json("apps")
    until(lambda: "One, new" in [app["name"] for app in bench.json("apps")] or bench.railhead("run", "Two").returncode, 20, "published again")
    check(name_in(launcher(bench, 1)) == "My own", "the choice stays")


def deleted(bench):
    up(bench)
    os.unlink(launcher(bench, 2))
    check(bench.railhead("apps", "reset", "One").returncode == 0, "the launchers are looked at")
    check(not launcher(bench, 2) and visibility(bench, "Two") == "hidden", "one that the user deleted stays away")
    check(bench.railhead("apps", "show", "Two").returncode == 0 and launcher(bench, 2), "until it is wanted")


if __name__ == "__main__":
    sys.exit(run_cases([hidden_and_shown, renamed, deleted], "Xvfb", "openbox"))
