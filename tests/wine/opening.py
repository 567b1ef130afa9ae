#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs of the embedded guest open addresses and documents as programs do, through the shell: the host is asked, and opens them
with its own; by a rule they stay in the guest.

usage: opening.py BUILD-DIR    Exit 77: a component is not here."""
import os
import subprocess
import sys

from desktop import BUILD, RAILHEAD, Failed, Home, check, missing_tool, say, until, with_session_bus

PAGE = "http://example.org/a%20b?c=d&e=f"


def host_program(home, name, mime_types):
    """A program of the host that notes what it is given."""
    folder = f"{home.root}/share/applications"
    os.makedirs(folder, exist_ok=True)
    script = f"{home.root}/{name}.sh"
    with open(script, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {home.root}/{name}.opened\n')
    os.chmod(script, 0o700)
    with open(f"{folder}/{name}.desktop", "w", encoding="utf-8") as file:
        file.write(f"[Desktop Entry]\nType=Application\nName={name}\nExec={script} %u\nMimeType={mime_types};\n")
    home.run(["update-desktop-database", folder])
    home.env["XDG_DATA_DIRS"] = f"{home.root}/share:/usr/local/share:/usr/share"


def opened(home, name):
    path = f"{home.root}/{name}.opened"
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def asked_for(home, target):
    """The request that comes of it. A guest that asked often is refused for some seconds."""
    def tried():
        home.wine("start", target)
        try:
            return until(lambda: home.json("requests"), 2, "a request")[0]
        except Failed:
            return None
    return until(tried, 40, f"the host is asked for {target}")


def addresses(home):
    request = asked_for(home, PAGE)
    check(request["target"] == PAGE and request["guest"] == "wine" and not opened(home, "browser"), f"for {request['target']}, and waits")
    check(home.run([RAILHEAD, "requests", "allow", f"wine/{request['id']}"]).returncode == 0, "allowed")
    until(lambda: opened(home, "browser") == [PAGE], 20, "the host's browser has the page")
    request = asked_for(home, "mailto:a@example.org?subject=Hello")
    check(home.run([RAILHEAD, "requests", "deny", f"wine/{request['id']}"]).returncode == 0, "denied")
    check(not opened(home, "mailer"), "no mail program starts")
    check(home.run([RAILHEAD, "site", "add", "example.org", "host"]).returncode == 0, "a rule for the host")
    home.wine("start", "http://www.example.org/2")
    until(lambda: opened(home, "browser") == [PAGE, "http://www.example.org/2"], 20, "opens without a question")


def guests_own(home):
    """A browser that was installed in the guest."""
    probe = f"{BUILD}/guest-agent/win32/fileprobe-{home.architecture}.exe"
    browser = f"{home.data}/prefix/drive_c/browser.exe"
    with open(probe, "rb") as source, open(browser, "wb") as target:
        target.write(source.read())
    home.wine("reg", "add", "HKLM\\Software\\Clients\\StartMenuInternet\\Probe\\shell\\open\\command", "/ve", "/d", "C:\\browser.exe", "/f")
    check(home.run([RAILHEAD, "site", "add", "intranet.example", "guest"]).returncode == 0, "a rule for the guest")
    home.wine("start", "http://intranet.example/3")
    log = f"{home.data}/prefix/drive_c/fileprobe.log"
    until(lambda: os.path.exists(log) and "argument 1" in open(log, encoding="utf-8").read(), 30, "the guest's browser is started")
    with open(log, encoding="utf-8") as file:
        check("http://intranet.example/3" in file.read(), "with the address")
    check("http://intranet.example/3" not in opened(home, "browser"), "the host's does not")


def documents(home):
    folder = f"{home.root}/docs"
    os.mkdir(folder)
    for name in ("One.pdf", "Two.pdf"):
        with open(f"{folder}/{name}", "wb") as file:
            file.write(b"%PDF-1.4\n")
    check(home.run([RAILHEAD, "share", "add", "docs", folder]).returncode == 0, "a share")
    drives = f"{home.data}/prefix/dosdevices"
    letter = until(lambda: next((n for n in os.listdir(drives) if n[0] in "efghijklmnopqrstuvwxy" and
                                 os.path.exists(f"{drives}/{n}/One.pdf")), None), 30, "it has a letter")
    for index, path in enumerate(("\\\\tsclient\\docs\\One.pdf", f"{letter[0].upper()}:\\Two.pdf"), 1):
        request = asked_for(home, path)
        check(request["kind"] == "document", f"as {request['target']}")
        check(home.run([RAILHEAD, "requests", "allow", f"wine/{request['id']}"]).returncode == 0, "allowed")
        until(lambda: len(opened(home, "reader")) == index, 20, "the host's reader has it")
    check([os.path.basename(line) for line in opened(home, "reader")] == ["One.pdf", "Two.pdf"], "both documents")


def run(home):
    host_program(home, "browser", "x-scheme-handler/http;x-scheme-handler/https")
    host_program(home, "mailer", "x-scheme-handler/mailto")
    host_program(home, "reader", "application/pdf")
    home.start_desktop()
    check(home.run([RAILHEAD, "guest", "add", "wine"]).returncode == 0, "guest added")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 120, "the embedded guest publishes Notepad")
    published = home.json("apps", "--all")
    check(not [a for a in published if "railhead" in a["name"].lower()], "the agent itself is no program to open with")
    addresses(home)
    guests_own(home)
    documents(home)


def main():
    missing = missing_tool()
    if missing:
        print(f"skipped: {missing} is not installed")
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
