#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Host files in guest applications, for real: the embedded guest with Wine, the agent, shares and single documents, many names,
saving in place, several files at once. The probe logs its arguments and copies what it can read.

usage: files.py BUILD-DIR [PART...]     Exit 77: a component is not here."""
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from desktop import (BUILD, RAILHEAD, Failed, Home, check, launcher_of, missing_tool, say, until, windows,
                     with_session_bus)

# In a share and by themselves. The text of each file is its name.
NAMES = ["plain.txt", "two words.txt", "three  blanks.txt", " leading blank.txt", "a,b.txt", "a;b.txt", "100%.txt",
         "%f %U %PATH%.txt", "a&b.txt", "a^b.txt", "it's.txt", "-dash.txt", "--json.txt", "-", "~", "~user.txt", "$HOME.txt", "`id`.txt",
         "$(id).txt", "a=b.txt", "a+b.txt", "a@b.txt", "#hash.txt", "!bang!.txt", "(round) [square] {curly}.txt", "Straße.txt",
         "ÄÖÜ äöü.txt", "naïve café.txt", "日本語の書類.txt", "한국어.txt", "кириллица.txt", "ελληνικά.txt", "עברית.txt",
         "العربية.txt", "😀 emoji 👩‍💻.txt", "é decomposed é.txt", ".hidden", "no extension", "two.dots.txt", "UPPER.TXT",
         "com10.txt", "x" * 200 + ".txt", "界" * 80, "tab-like\u3000blank.txt", "\u00a0nbsp.txt"]
REFUSED = {"ends with a dot.": "dot or a blank", "ends with a blank ": "dot or a blank", "a:b.txt": "characters", "a?b.txt": "characters",
           'a"b.txt': "characters", "a|b.txt": "characters", "a\\b.txt": "characters", "new\nline.txt": "control character",
           "con.txt": "device", "NUL": "device", "y" * 255: "too long"}


def put(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text.encode() if isinstance(text, str) else text)


def get(path):
    with open(path, "rb") as file:
        return file.read()


class Guest:
    def __init__(self, home):
        self.home = home
        self.drive = f"{home.data}/prefix/drive_c"
        self.docs = f"{home.env['HOME']}/Docs"
        self.fixed = f"{home.env['HOME']}/fixed"
        self.loose = f"{home.env['HOME']}/loose"
        for folder in (self.docs, self.fixed, self.loose):
            os.mkdir(folder)

    def rail(self, *words):
        return self.home.run([RAILHEAD, *words], timeout=90)

    def log(self):
        path = f"{self.drive}/fileprobe.log"
        return get(path).decode() if os.path.exists(path) else ""

    def probe(self, *files, app="File Probe"):
        """Arguments and errors that the probe logged for one call."""
        before = len(self.log())
        done = self.rail("run", app, "--", *files)
        if done.returncode:
            raise Failed(f"run with {files} ended {done.returncode}: {done.stderr.strip()}")
        until(lambda: "\nopen\n" in self.log()[before:], 20, f"the probe has read {files}")
        log = self.log()[before:]
        self.end_probe()
        return [(int(error), text) for error, text in re.findall(r"^argument \d+ (\d+) (.*)$", log, re.M)], log

    def end_probe(self):
        put(f"{self.drive}/fileprobe.end", "")
        until(lambda: not [w for w in windows(self.home) if w["title"] == "File Probe"], 20, "the probe ends")
        os.unlink(f"{self.drive}/fileprobe.end")

    def copy(self, number=1):
        return get(f"{self.drive}/fileprobe-{number}")


def set_up(home):
    check(home.run([RAILHEAD, "guest", "add", "wine"]).returncode == 0, "guest added")
    guest = Guest(home)
    done = guest.rail("share", "add", "docs", guest.docs)
    check(done.returncode == 0, f"share added {done.stderr}")
    check(guest.rail("share", "add", "fixed", guest.fixed, "--read-only", "--guest", "wine").returncode == 0, "and one to read only")
    listed = home.json("share", "list")
    check([(s["name"], s["read_only"]) for s in listed] == [("docs", False), ("fixed", True)], "listed")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 120, "the embedded guest publishes Notepad")
    shutil.copy(f"{BUILD}/guest-agent/win32/fileprobe-x86_64.exe", f"{guest.drive}/fileprobe.exe")
    home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "Probes", "File Probe", "C:\\fileprobe.exe")
    home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "Probes", "Saving Probe", "C:\\fileprobe.exe", "--save")
    put(f"{guest.drive}/batch.bat", "@C:\\fileprobe.exe %1\r\n")
    home.wine("C:\\railhead\\railhead-shortcut.exe", "user", "Probes", "Batch Probe", "C:\\batch.bat")
    until(lambda: {a["name"] for a in home.json("apps")} >= {"File Probe", "Saving Probe", "Batch Probe"}, 20, "the probes are published")
    return guest


def calls_first(guest):
    put(f"{guest.docs}/first.txt", "first")
    began = time.monotonic()
    found, _ = guest.probe(f"{guest.docs}/first.txt")
    check(found == [(0, "\\\\tsclient\\docs\\first.txt")] and guest.copy() == b"first",
          f"a file of a share {time.monotonic() - began:.2f} s: {found}")


def names_in(guest, folder, prefix, text):
    for name in NAMES:
        put(f"{folder}/{name}", name)
        found, _ = guest.probe(f"{folder}/{name}")
        check(len(found) == 1 and found[0][0] == 0 and re.fullmatch(prefix + re.escape(name), found[0][1]),
              f"{text}: {name[:40]} is {found}")
        check(guest.copy() == name.encode(), "and its bytes are the host's")


def names(guest):
    check(len(NAMES) >= 40, f"{len(NAMES)} names")
    names_in(guest, guest.docs, r"\\\\tsclient\\docs\\", "in a share")
    names_in(guest, guest.loose, r"\\\\tsclient\\files\\[0-9a-f]{8}\\", "by itself")
    for name, reason in REFUSED.items():
        put(f"{guest.loose}/refused/{name}", name)
        done = guest.rail("run", "File Probe", "--", f"{guest.loose}/refused/{name}")
        check(done.returncode == 1 and reason in done.stderr, f"{name[:20]!r}: {done.stderr.strip()}")
    done = guest.rail("run", "File Probe", "--", f"{guest.docs}/none")
    check(done.returncode == 1 and "No such file" in done.stderr, done.stderr.strip())
    deep = f"{guest.docs}/{'/'.join(['folder with a long name'] * 12)}/deep.txt"
    put(deep, "deep")
    found, _ = guest.probe(deep)
    check(found[0][0] == 0 and len(found[0][1]) < 260 and guest.copy() == b"deep", f"too deep for Windows: handed over, {found}")


def calls(guest):
    files = [f"{guest.docs}/plain.txt", f"{guest.loose}/a,b.txt", f"file://{guest.docs}/100%25.txt"]
    found, _ = guest.probe(*files)
    check([text.rsplit("\\", 1)[1] for _, text in found] == ["plain.txt", "a,b.txt", "100%.txt"] and not any(e for e, _ in found),
          f"three files in one call: {found}")
    found, _ = guest.probe("callto:someone@example.org?x=%20")
    check([text for _, text in found] == ["callto:someone@example.org?x=%20"], "an address as it is")
    found, _ = guest.probe(guest.docs)
    check([text for _, text in found] == ["\\\\tsclient\\docs"], f"a shared folder: {found}")
    done = guest.rail("run", "File Probe", guest.loose)
    check(done.returncode == 1 and "is not shared" in done.stderr, done.stderr.strip())
    os.symlink("/etc/hostname", f"{guest.docs}/out")
    found, _ = guest.probe(f"{guest.docs}/out")
    check(found[0][1].startswith("\\\\tsclient\\files\\") and guest.copy() == get("/etc/hostname"), "a link out of the share is handed over")
    os.unlink(f"{guest.docs}/out")


def letters(guest):
    put(f"{guest.docs}/plain.txt", "plain")
    put(f"{guest.loose}/plain.txt", "loose")
    found, _ = guest.probe(f"{guest.docs}/plain.txt", app="Batch Probe")
    check(re.fullmatch(r"[D-Z]:\\plain.txt", found[0][1]) and guest.copy() == b"plain", f"a batch file gets a drive letter: {found}")
    found, _ = guest.probe(f"{guest.loose}/plain.txt", app="Batch Probe")
    check(re.fullmatch(r"[D-Z]:\\[0-9a-f]{8}\\plain.txt", found[0][1]) and guest.copy() == b"loose", f"and for a document: {found}")


def open_with(guest):
    home = guest.home
    put(f"{guest.loose}/of the file manager.txt", "opened")
    put(f"{guest.loose}/plain.txt", "loose")
    launcher = until(lambda: launcher_of(home, "File Probe"), 10, "a launcher")
    before = len(guest.log())
    home.run(["gio", "launch", launcher, f"{guest.loose}/of the file manager.txt", f"{guest.loose}/plain.txt"])
    until(lambda: "\nopen\n" in guest.log()[before:], 30, "the probe is opened with files")
    found = re.findall(r"^argument \d+ 0 (.*)$", guest.log()[before:], re.M)
    check(sorted(text.rsplit("\\", 1)[1] for text in found) == ["of the file manager.txt", "plain.txt"],
          f"a launcher opens the files it is given: {found}")
    until(lambda: [w for w in windows(home) if w["title"] == "File Probe"], 20, "its window")
    guest.end_probe()


def verbs(guest):
    """A type whose verb is the probe's: the guest's shell starts it once for each document."""
    key = "HKCU\\Software\\Classes"
    guest.home.wine("reg", "add", f"{key}\\.probe", "/ve", "/d", "Probe.Document", "/f")
    guest.home.wine("reg", "add", f"{key}\\Probe.Document\\shell\\open\\command", "/ve", "/d", '"C:\\fileprobe.exe" "%1"', "/f")
    files = [f"{guest.docs}/two words.probe", f"{guest.loose}/%f ü.probe"]
    for path in files:
        put(path, "by verb")

    def starts():
        _, log = guest.probe(*files)
        return log.startswith("start 1\n")

    until(starts, 20, "the type is published, and its verb starts a program for each document")
    until(lambda: re.findall(r"^argument 1 0 .*\.probe$", guest.log(), re.M)[-2:], 20, "two starts")
    names = [text.rsplit("\\", 1)[1] for text in re.findall(r"^argument 1 0 (.*\.probe)$", guest.log(), re.M)[-2:]]
    check(sorted(names) == ["%f ü.probe", "two words.probe"], f"each document by its verb: {names}")
    guest.end_probe()


def after_a_loss(guest):
    home = guest.home
    put(f"{guest.loose}/plain.txt", "plain")
    guest.probe(f"{guest.loose}/plain.txt")
    mount = f"{home.env['XDG_RUNTIME_DIR']}/railhead/wine/drives"
    pid = home.json()["guests"][0]["session_pid"]
    os.kill(pid, signal.SIGKILL)
    put(f"{guest.loose}/after.txt", "after")
    found, _ = guest.probe(f"{guest.loose}/after.txt")
    check(found[0][0] == 0 and guest.copy() == b"after", f"a document after the session was killed: {found}")
    check(home.json()["guests"][0]["session_pid"] not in (0, pid), "in another session")
    check(sorted(os.listdir(mount)) == ["docs", "files", "fixed"], "all drives are there again")
    documents = [name for folder in os.listdir(f"{mount}/files") for name in os.listdir(f"{mount}/files/{folder}")]
    check({"plain.txt", "after.txt"} <= set(documents), f"and the documents of before: {sorted(documents)}")


def from_cold(guest):
    put(f"{guest.loose}/cold.txt", "cold")
    check(guest.rail("stop", "wine").returncode == 0, "the guest is stopped")
    mounts = get("/proc/self/mounts").decode()
    check(guest.home.root not in mounts, "nothing stays mounted")
    began = time.monotonic()
    found, _ = guest.probe(f"{guest.loose}/cold.txt")
    check(found[0][0] == 0 and guest.copy() == b"cold", f"a document starts the guest and is opened {time.monotonic() - began:.2f} s")


def saving(guest):
    for folder in (guest.docs, guest.loose):
        put(f"{folder}/Letter.doc", "old text")
        put(f"{folder}/other.doc", "other")
        os.chmod(f"{folder}/Letter.doc", 0o640)
        _, log = guest.probe(f"{folder}/Letter.doc", app="Saving Probe")
        check("saved 1 0 0\n" in log, f"saved as editors do: {log.splitlines()[-2]}")
        check(get(f"{folder}/Letter.doc") == b"saved" and get(f"{folder}/other.doc") == b"other", "its bytes are on the host")
        check(sorted(n for n in os.listdir(folder) if n.startswith("~W")) == [], "nothing is left beside it")
    put(f"{guest.fixed}/Letter.doc", "old text")
    found, log = guest.probe(f"{guest.fixed}/Letter.doc", app="Saving Probe")
    check(found[0][0] == 0 and "saved 1 1 5\n" in log, f"a share to read only is read, and denies: {log.splitlines()[-2]}")
    check(get(f"{guest.fixed}/Letter.doc") == b"old text" and os.listdir(guest.fixed) == ["Letter.doc"], "as it was")


def notepad(guest):
    home = guest.home
    path = f"{guest.loose}/Brief an mich.txt"
    put(path, "one")
    began = time.monotonic()
    done = guest.rail("run", "Notepad", path)
    check(done.returncode == 0, f"Notepad opens it {time.monotonic() - began:.2f} s {done.stderr}")
    mine = until(lambda: [w for w in windows(home) if "Brief an mich" in w["title"]], 20, "its title")
    xid = str(mine[0]["x_window"])
    home.run(["xdotool", "windowactivate", "--sync", xid, "key", "ctrl+Home"])
    home.run(["xdotool", "type", "--delay", "30", "two "])
    home.run(["xdotool", "key", "ctrl+s"])
    until(lambda: get(path).replace(b"\xef\xbb\xbf", b"") == b"two one", 10, f"saved in place: {get(path)!r}")
    say("ok: Notepad saves in place")


def prefix_is_closed(guest):
    links = os.listdir(f"{guest.drive}/../dosdevices")
    check("z:" not in links, f"no drive shows the host's disk: {sorted(links)}")
    users = f"{guest.drive}/users"
    found = [os.path.join(root, name) for root, folders, _ in os.walk(users) for name in folders if os.path.islink(os.path.join(root, name))]
    check(found == [], f"no folder of the profile is a link into the home {found}")


def policy(guest):
    put(f"{guest.docs}/plain.txt", "plain")
    put(f"{guest.loose}/plain.txt", "plain")
    check(guest.rail("share", "remove", "docs").returncode == 0, "share removed while the guest runs")
    mount = f"{guest.home.env['XDG_RUNTIME_DIR']}/railhead/wine/drives"
    until(lambda: "docs" not in os.listdir(mount), 10, "its drive is gone")
    found, _ = guest.probe(f"{guest.docs}/plain.txt")
    check(found[0][1].startswith("\\\\tsclient\\files\\"), "its files are handed over one by one now")
    check(sorted(os.listdir(mount)) == ["files", "fixed"], "the others go on")
    profile = f"{guest.home.env['XDG_CONFIG_HOME']}/railhead/guests/wine.conf"
    text = get(profile).decode().replace("[guest]\n", "[guest]\ndocuments=refuse\n")
    put(profile, text)
    check(guest.rail("share", "add", "docs", guest.docs).returncode == 0, "share added while the guest runs")
    until(lambda: "docs" in os.listdir(mount), 10, "its drive is there")
    found, _ = guest.probe(f"{guest.docs}/plain.txt")
    check(found[0] == (0, "\\\\tsclient\\docs\\plain.txt"), "and its files")
    done = guest.rail("run", "File Probe", f"{guest.loose}/plain.txt")
    check(done.returncode == 1 and "no documents by themselves" in done.stderr, done.stderr.strip())


PARTS = (prefix_is_closed, calls_first, names, calls, letters, open_with, verbs, saving, notepad, after_a_loss, from_cold, policy)


def main():
    if missing_tool() or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        print(f"{missing_tool() or '/dev/fuse'} is not here")
        return 77
    home, good = Home(), False
    try:
        home.start_desktop()
        guest = set_up(home)
        for part in PARTS if len(sys.argv) < 3 else [globals()[name] for name in sys.argv[2:]]:
            part(guest)
        good = True
    except (Failed, subprocess.TimeoutExpired) as error:
        say(f"FAILED: {error}")
        home.run(["import", "-window", "root", os.path.join(home.root, "screen.png")])
    finally:
        home.end(keep=not good)
    return 0 if good else 1


if __name__ == "__main__":
    with_session_bus()
    sys.exit(main())
