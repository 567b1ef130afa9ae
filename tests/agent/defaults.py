#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whose types stay whose. With the session's hooks of an installed Railhead the launchers lie in a data folder that comes last;
without them in the user's own, with pins. Either way GLib, xdg-mime and KDE leave the host's defaults alone, and offer the guest's
program beside them. Nothing is left in the one place when a session uses the other."""
import os
import re
import shutil
import subprocess
import sys

from bench import BUILD, Failed, check, run_cases, until

REBUILDS = 4  # KDE orders equals by a hash that differs from one rebuild to the next
TYPE = "application/x-extension-rhq"
HOOK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../host-agent/data/data-dirs.sh")


def hooked(env, shell="sh"):
    """XDG_DATA_DIRS after the hook, None where it is not set."""
    script = f'set -eu; . {HOOK}; . {HOOK}; echo "${{XDG_DATA_DIRS-none}}"; env | grep -c "^railhead_data=" || true'
    done = subprocess.run([shell, "-c", script], env=dict(env, PATH=os.environ["PATH"]), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode or done.stderr or done.stdout.splitlines()[1:] != ["0"]:
        raise Failed(f"the hook in {shell} with {env}: {done.returncode} {done.stdout} {done.stderr}")
    return done.stdout.splitlines()[0]


def hook(bench):
    ours, stock = "/h/.local/share/railhead/exports/share", "/usr/local/share/:/usr/share/"
    table = [({"HOME": "/h"}, f"{stock}:{ours}"),
             ({"HOME": "/h", "XDG_DATA_DIRS": ""}, f"{stock}:{ours}"),
             ({"HOME": "/h", "XDG_DATA_DIRS": "/a:/b"}, f"/a:/b:{ours}"),
             ({"HOME": "/h", "XDG_DATA_DIRS": f"{ours}:/b"}, f"{ours}:/b"),
             ({"HOME": "/h", "XDG_DATA_HOME": "/d e", "XDG_DATA_DIRS": "/a"}, "/a:/d e/railhead/exports/share"),
             ({"HOME": "/h", "XDG_DATA_HOME": "d", "XDG_DATA_DIRS": "/a"}, "/a"),
             ({"XDG_DATA_DIRS": "/a"}, "/a"), ({}, "none")]
    for shell in filter(shutil.which, ("dash", "bash")):
        wrong = [(env, hooked(env, shell)) for env, wanted in table if hooked(env, shell) != wanted]
        check(not wrong, f"the hook does as it should in {shell} {wrong}")


def installed_hooks(bench):
    """What `meson install` lays where sessions look; the generator says what systemd is to set."""
    root = f"{bench.root}/install"
    done = bench.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", root])
    check(done.returncode == 0, f"installed {done.stderr}")
    for place in ("etc/profile.d/railhead.sh", "etc/X11/Xsession.d/66railhead"):
        check(os.path.isfile(f"{root}/{place}"), f"there is /{place}")
    found = [os.path.join(folder, "95-railhead") for folder, _, names in os.walk(root) if "95-railhead" in names]
    check(len(found) == 1 and found[0].endswith("/lib/systemd/user-environment-generators/95-railhead"), f"a generator {found}")
    with open(found[0], encoding="utf-8") as file:
        text = file.read()
    check(". '/etc/profile.d/railhead.sh'" in text, "it reads the hook of the system")
    with open(found[0], "w", encoding="utf-8") as file:
        file.write(text.replace("'/etc", f"'{root}/etc"))
    done = subprocess.run([found[0]], env={"HOME": "/h"}, stdout=subprocess.PIPE, text=True, check=False)
    check(done.stdout == "XDG_DATA_DIRS=/usr/local/share/:/usr/share/:/h/.local/share/railhead/exports/share\n", "and sets the folder")
    check(subprocess.run([found[0]], env={}, stdout=subprocess.PIPE, check=False).stdout == b"", "nothing where there is no home")


def host_program(bench, name, mime_type):
    folder = f"{bench.root}/share/applications"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/{name}.desktop", "w", encoding="utf-8") as file:
        file.write(f"[Desktop Entry]\nType=Application\nName={name}\nExec=true %f\nMimeType={mime_type};\n")
    bench.run(["update-desktop-database", folder])


def up(bench, has_hook):
    env = dict(bench.env, XDG_DATA_DIRS=f"{bench.root}/share:/usr/share")
    bench.env["XDG_DATA_DIRS"] = hooked(env) if has_hook else env["XDG_DATA_DIRS"]
    bench.env["QT_QPA_PLATFORM"] = "offscreen"
    host_program(bench, "host-editor", "text/plain")
    bench.start_bus()
    bench.add_guest()
    bench.tell("script", "".join(f"type {name} 1\n" for name in (".txt", ".rhq", ".svg", "http", "https", "mailto", "probe")), "a")
    bench.publish((1, "Aaa"))
    bench.json("apps")
    until(lambda: ours(bench), 20, "a launcher")
    until(lambda: ours(bench) in bench.output(["gio", "mime", "text/plain"]), 20, "gio offers it for text")


def data_folder(bench, has_hook):
    home = bench.env["XDG_DATA_HOME"]
    return f"{home}/railhead/exports/share" if has_hook else home


def ours(bench):
    return next((name for has_hook in (True, False) for name in files(bench, has_hook) if name.endswith("a0000000000000001.desktop")), None)


def files(bench, has_hook):
    """Names of Railhead's files in the one place or the other."""
    top, found = data_folder(bench, has_hook), []
    for folder, folders, names in os.walk(top):
        if not has_hook and folder == top and "railhead" in folders:
            folders.remove("railhead")
        found += [name for name in names if "railhead" in name]
    return found


def kde_offers(bench, mime_type):
    done = bench.run(["kbuildsycoca5", "--noincremental"])
    if done.returncode:
        raise Failed(f"kbuildsycoca5: {done.stderr}")
    return [os.path.basename(path) for path in bench.output(["ktraderclient5", "--short", "--mimetype", mime_type]).split("\n")
            if path.endswith(".desktop")]


def defaults_of(bench, mime_type):
    """In the opinion of each: GLib, xdg-mime, and KDE where it is installed (after several rebuilds; of several programs of the
    host it may choose any)."""
    gio = re.search(r"^Default application for .*: (\S+)", bench.output(["gio", "mime", mime_type]), re.M)
    found = {gio.group(1) if gio else None, bench.output(["xdg-mime", "query", "default", mime_type]).strip() or None}
    if shutil.which("ktraderclient5") and shutil.which("kbuildsycoca5"):
        kde = {(kde_offers(bench, mime_type) or [None])[0] for _ in range(REBUILDS)}
        found |= {name for name in kde if name == ours(bench) or ours(bench) in found}
    return found


def look(bench, has_hook):
    check(defaults_of(bench, "text/plain") == {"host-editor.desktop"}, "the host's editor stays the default for text, whoever is asked")
    check(defaults_of(bench, TYPE) == {ours(bench)}, "a type of the guest's own is the guest's")
    check(defaults_of(bench, "x-scheme-handler/probe") == {ours(bench)}, "and so is its scheme")
    for scheme in ("http", "https", "mailto"):
        check(ours(bench) not in bench.output(["gio", "mime", f"x-scheme-handler/{scheme}"]), f"{scheme} is not even offered")
    if shutil.which("kmimetypefinder5"):
        with open(f"{bench.root}/a.rhq", "w", encoding="utf-8") as file:
            file.write("x")
        bench.run(["kbuildsycoca5", "--noincremental"])
        check(bench.output(["kmimetypefinder5", f"{bench.root}/a.rhq"]).strip() == TYPE, "KDE knows the type")
        check(ours(bench) in kde_offers(bench, "text/plain"), "KDE offers the program")
    check(files(bench, has_hook) and not files(bench, not has_hook), "all lies in one place")


def with_hook(bench):
    up(bench, True)
    look(bench, True)
    check(not os.path.exists(f"{bench.env['XDG_DATA_HOME']}/applications/mimeapps.list"), "and no list of the user's is written")


def without_hook(bench):
    up(bench, False)
    look(bench, False)
    host_program(bench, "later", "image/svg+xml")
    until(lambda: defaults_of(bench, "image/svg+xml") == {"later.desktop"}, 20, "a program of the host that comes later gets its type")


def moved(bench):
    """From a session without the hook into one with it, and back."""
    up(bench, False)
    pins = f"{bench.env['XDG_DATA_HOME']}/applications/mimeapps.list"
    check(os.path.exists(pins), "defaults are pinned")
    plain = bench.env["XDG_DATA_DIRS"]
    for has_hook in (True, False):
        check(bench.railhead("stop").returncode == 0, "stopped")
        bench.env["XDG_DATA_DIRS"] = hooked(bench.env) if has_hook else plain
        bench.json("status")  # an agent of that session
        until(lambda: files(bench, has_hook) and not files(bench, not has_hook), 20, "all has moved")
        until(lambda: os.path.exists(pins) != has_hook, 20, "pins are where they are needed alone")
    check(bench.railhead("stop").returncode == 0 and bench.railhead("guest", "remove", "twin").returncode == 0, "the guest is removed")
    check(not files(bench, True) and not files(bench, False) and not os.path.exists(pins), "nothing is left of it")


def everything(bench):
    """Each file of the user's folders that is no log or cache of an agent."""
    found = set()
    for key in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME"):
        for folder, _, names in os.walk(bench.env[key]):
            found |= {os.path.join(folder, name) for name in names if name != "agent.log"}
    return found


def two_with_the_same(bench, has_hook):
    """Two guests publish the same: each has its own, and the one that goes leaves no file."""
    before = everything(bench)
    up(bench, has_hook)
    mime = f"{data_folder(bench, has_hook)}/mime"
    until(lambda: os.path.exists(f"{mime}/mime.cache") and not [n for n in everything(bench) if n.endswith(".new")], 20, "the tools are through")
    one = everything(bench)
    bench.add_guest("twin-2")
    bench.start_desktop()
    check(bench.railhead("run", "twin-2/0000000000000001").returncode in (0, 1, 3), "the second is asked")
    until(lambda: len([n for n in files(bench, has_hook) if n.endswith("a0000000000000001.desktop")]) == 2, 20, "two launchers")
    names = sorted(n for n in files(bench, has_hook) if n.endswith(".desktop"))
    check(names[0].split(".")[2] != names[1].split(".")[2], f"of two guests: {names}")
    check(bench.railhead("guest", "remove", "--purge", "twin-2").returncode == 0, "the second is removed")
    until(lambda: everything(bench) == one, 20, f"the first is as it was {sorted(everything(bench) ^ one)}")
    check(bench.railhead("guest", "remove", "--purge", "twin").returncode == 0, "the first is removed")
    until(lambda: everything(bench) == before, 20, f"and not one file is left {sorted(everything(bench) ^ before)}")
    left = [f for f, _, _ in os.walk(bench.env["XDG_DATA_HOME"]) if os.path.basename(f) in ("applications", "mime", "icons", "exports")]
    check(not left, f"nor a folder {left}")


def two_with_hook(bench):
    two_with_the_same(bench, True)


def two_without_hook(bench):
    two_with_the_same(bench, False)


if __name__ == "__main__":
    sys.exit(run_cases([hook, installed_hooks, with_hook, without_hook, moved, two_with_hook, two_without_hook], "gio", "xdg-mime", "update-desktop-database",
                       "update-mime-database", "meson"))
