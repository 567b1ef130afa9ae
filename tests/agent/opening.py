#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a guest asks to have opened on the host: the user's policy and rules, the question as a notification and in the command,
documents beneath shares and nothing else, a guest that asks a hundred times; and links of the host that rules send to the guest."""
import os
import subprocess
import sys
import threading

from bench import BUILD, check, run_cases, sentence, until

PAGE = "https://example.org/page?a=b&c=d"


class Notifier:
    def __init__(self, bench):
        self.child = subprocess.Popen([f"{BUILD}/tests/agent/notifier"], env=bench.env, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
        bench.children.append(self.child)
        self.lines = []
        threading.Thread(target=lambda: self.lines.extend(iter(self.child.stdout.readline, "")), daemon=True).start()
        until(lambda: self.said("ready"), 20, "notifications are shown")

    def said(self, text):
        return [line for line in list(self.lines) if text in line]

    def press(self, number, action):
        self.child.stdin.write(f"{number} {action}\n")
        self.child.stdin.flush()


def host_program(bench, name, mime_types):
    """A program of the host that notes what it is given."""
    folder, note = f"{bench.root}/share/applications", f"{bench.root}/{name}.opened"
    os.makedirs(folder, exist_ok=True)
    script = f"{bench.root}/{name}.sh"
    with open(script, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\nfor word; do echo "$word" >> {note}.new; done\nmv {note}.new {note}.$$\n')
    os.chmod(script, 0o700)
    with open(f"{folder}/{name}.desktop", "w", encoding="utf-8") as file:
        file.write(f"[Desktop Entry]\nType=Application\nName={name}\nExec={script} %u\nMimeType={mime_types};\n")
    bench.run(["update-desktop-database", folder])


def opened(bench, name):
    found = []
    for entry in sorted(os.listdir(bench.root)):
        if entry.startswith(f"{name}.opened.") and not entry.endswith(".new"):
            with open(f"{bench.root}/{entry}", encoding="utf-8") as file:
                found += file.read().splitlines()
    return found


def up(bench, *keys, types=(), notifier=True):
    bench.env["XDG_DATA_DIRS"] = f"{bench.root}/share:/usr/share"
    host_program(bench, "browser", "x-scheme-handler/http;x-scheme-handler/https")
    host_program(bench, "mailer", "x-scheme-handler/mailto")
    host_program(bench, "reader", "application/pdf;text/plain;application/x-desktop;application/x-shellscript")
    bench.start_bus()
    bench.start_desktop()
    shown = Notifier(bench) if notifier else None
    check(bench.railhead("guest", "add", "twin", *keys).returncode == 0, "a guest")
    bench.tell("script", "".join(f"type {name} 1\n" for name in types), "a")
    bench.publish((1, "One"))
    check(bench.railhead("run", "One").returncode == 0, "it runs")
    return shown


def ask(bench, target, kind="address"):
    """Asks, and returns a function that tells how it was answered, if it was."""
    line = f"ask {kind} {target.encode().hex()}"
    bench.instruct(line)
    return lambda: next((h.split()[1] for h in bench.heard() if h.startswith("opened ") and h.endswith(target.encode().hex())), None)


def requests(bench):
    return bench.json("requests")


def asked_by_notification(bench):
    notifier = up(bench)
    answer = ask(bench, PAGE)
    line = until(lambda: notifier.said("shown"), 20, "the user is asked")[0]
    check("twin wants to open" in line and "a=b&amp;c=d" in line and "always Always for example.org" in line, f"as {line.strip()}")
    check(not opened(bench, "browser") and answer() is None, "nothing is opened before he answers")
    check([(r["guest"], r["target"]) for r in requests(bench)] == [("twin", PAGE)], "the command lists it, too")
    notifier.press(1, "allow")
    until(lambda: opened(bench, "browser") == [PAGE], 20, "it is opened as it was asked for")
    until(lambda: answer() == "done" and notifier.said("closed 1") and not requests(bench), 20, "guest and desktop are told")
    second = ask(bench, "http://evil.example/")
    until(lambda: notifier.said("shown 2"), 20, "asked again")
    notifier.press(2, "deny")
    until(lambda: second() == "refused", 20, "refused")
    third = ask(bench, "mailto:a@b.example?subject=Hello")
    until(lambda: notifier.said("shown 3"), 20, "asked for mail")
    check("always" not in notifier.said("shown 3")[0], "which has no domain for a rule")
    notifier.press(3, "allow")
    until(lambda: third() == "done" and opened(bench, "mailer") == ["mailto:a@b.example?subject=Hello"], 20, "mail is opened")
    check(opened(bench, "browser") == [PAGE], "and nothing else")


def always(bench):
    notifier = up(bench)
    ask(bench, PAGE)
    until(lambda: notifier.said("shown 1"), 20, "asked")
    notifier.press(1, "always")
    until(lambda: opened(bench, "browser") == [PAGE], 20, "opened")
    check([(r["domain"], r["opens"]) for r in bench.json("site", "list")] == [("example.org", "host")], "a rule is kept")
    answer = ask(bench, "http://www.example.org/two")
    until(lambda: answer() == "done" and len(opened(bench, "browser")) == 2, 20, "the next one opens without a question")
    check(not notifier.said("shown 2"), "nobody was asked")
    check(bench.railhead("site", "add", "www.example.org", "guest").returncode == 0, "a narrower rule")
    answer = ask(bench, "http://www.example.org/three")
    until(lambda: answer() == "in-guest", 20, "counts at once: the guest opens that by itself")
    check(bench.railhead("site", "remove", "example.org").returncode == 0, "and a rule can go")
    check(len(bench.json("site", "list")) == 1, "it is gone")


def by_command(bench):
    up(bench, notifier=False)
    answers = [ask(bench, f"http://{name}.example/") for name in "abc"]
    until(lambda: len(requests(bench)) == 3, 20, "three wait where nothing shows notifications")
    lines = bench.railhead("requests").stdout.splitlines()
    numbers = [line.split()[0] for line in lines]
    check(bench.railhead("requests", "allow", numbers[1]).returncode == 0, f"one is allowed: {lines[1]}")
    check(bench.railhead("requests", "deny", numbers[0]).returncode == 0, "one is refused")
    check(bench.railhead("requests", "always", numbers[2]).returncode == 0, "one is always allowed")
    until(lambda: [a() for a in answers] == ["refused", "done", "done"], 20, "the guest hears of each")
    until(lambda: sorted(opened(bench, "browser")) == ["http://b.example/", "http://c.example/"], 20, "two pages")
    sentence(bench.railhead("requests", "allow", numbers[0]), 1, "an answer comes too late")
    sentence(bench.railhead("requests", "allow", "x"), 2, "no number")
    sentence(bench.railhead("requests", "allow", "nobody/1"), 4, "no guest")
    ask(bench, "http://d.example/")
    until(lambda: requests(bench), 20, "one more waits")
    bench.tell("script", "die\n", "a")
    until(lambda: not requests(bench), 20, "until the session is gone")


def policies(bench):
    up(bench, "open-links=on")
    for bad in ("file:///etc/passwd", "javascript:alert(1)", "ftp://a.example/", "http://user@a.example/", "mailto:a@b?attach=/etc/passwd",
                f"file://{bench.root}/x", "/etc/passwd", "-x", "http://a.example/\n-x"):
        answer = ask(bench, bad)
        until(lambda: answer() == "refused", 20, f"refused: {bad!r}")
    check(not opened(bench, "browser"), "nothing was opened")
    tricky = "http://a.example/$(touch x)`id`;\"'&|<>%20"
    answer = ask(bench, tricky)
    until(lambda: answer() == "done" and opened(bench, "browser"), 20, "an address is opened without a question")
    check(opened(bench, "browser") == ["http://a.example/$(touch%20x)%60id%60;%22'&%7C%3C%3E%20"], "and no shell reads it")


def off(bench):
    up(bench, "open-links=off", "open-documents=off")
    for kind, target in (("address", PAGE), ("document", "\\\\tsclient\\docs\\a.pdf")):
        answer = ask(bench, target, kind)
        until(lambda: answer() == "in-guest", 20, f"the guest keeps {target}")
    check(not requests(bench) and not opened(bench, "browser"), "nobody is asked")
    sentence(bench.railhead("guest", "add", "other", "open-links=perhaps"), 2, "a policy that is none")


def a_hundred_tabs(bench):
    notifier = up(bench, "open-links=on")
    bench.tell("script", "".join(f"ask address {f'http://a.example/{n}'.encode().hex()}\n" for n in range(100)), "a")
    until(lambda: len([h for h in bench.heard() if h.startswith("opened ")]) == 100, 30, "each is answered")
    done = [h for h in bench.heard() if h.startswith("opened done")]
    until(lambda: len(opened(bench, "browser")) == len(done), 20, "as it was told")
    check(1 <= len(done) <= 8, f"{len(done)} of a hundred are opened")
    with open(f"{bench.env['XDG_STATE_HOME']}/railhead/agent/agent.log", encoding="utf-8") as file:
        check(1 <= file.read().count("asks too often") <= 8, "a sentence in the log, not a hundred")
    check(not notifier.said("shown"), "and nobody is bothered")


def documents(bench):
    folder = f"{bench.root}/docs"
    os.makedirs(f"{folder}/sub")
    up(bench, "open-documents=on", "open-links=off")
    for name, content in (("Bericht.pdf", b"%PDF-1.4\n"), ("sub/a b.txt", b"text\n"), ("run.sh", b"#!/bin/sh\n")):
        with open(f"{folder}/{name}", "wb") as file:
            file.write(content)
    check(bench.railhead("share", "add", "docs", folder).returncode == 0, "a share")
    for target, wanted in (("\\\\tsclient\\docs\\bericht.PDF", f"file://{folder}/Bericht.pdf"),
                           ("\\\\TSCLIENT\\docs\\sub\\a b.txt", f"file://{folder}/sub/a%20b.txt")):
        answer = ask(bench, target, "document")
        until(lambda: answer() == "done", 20, f"{target} is opened")
        until(lambda: [w for w in opened(bench, "reader") if w in (wanted, wanted[7:].replace("%20", " "))], 20, f"as {wanted}")
    before = len(opened(bench, "reader"))
    for target, why in (("\\\\tsclient\\docs\\run.sh", "it is a program"), ("\\\\tsclient\\docs\\..\\x", "it is no file that is shared")):
        answer = ask(bench, target, "document")
        until(lambda: answer() == "refused", 20, f"refused: {target}")
        with open(f"{bench.env['XDG_STATE_HOME']}/railhead/agent/agent.log", encoding="utf-8") as file:
            check(f'"{target}" is not opened: {why}' in file.read(), f"since {why}")
    check(len(opened(bench, "reader")) == before, "none of them was opened")


def links_of_the_host(bench):
    up(bench, types=("http", "https"), notifier=False)
    check(bench.railhead("site", "add", "intranet.example", "guest").returncode == 0, "a rule")
    check(bench.railhead("open", "http://www.intranet.example/x").returncode == 0, "a link of the rule")
    until(lambda: "launch 0000000000000001 http://www.intranet.example/x" in bench.heard(), 20, "the guest's browser gets it")
    check(bench.railhead("open", PAGE).returncode == 0, "another link")
    until(lambda: opened(bench, "browser") == [PAGE], 20, "the host's browser gets that")
    check(bench.railhead("links").stdout == "off\n", "the desktop's links are left alone")
    check(bench.railhead("links", "on").returncode == 0 and bench.railhead("links").stdout == "on\n", "until the user asks")
    bench.run(["gio", "open", "http://intranet.example/y"])
    until(lambda: "launch 0000000000000001 http://intranet.example/y" in bench.heard(), 20, "a link of the desktop follows the rule")
    bench.run(["gio", "open", "http://b.example/"])
    until(lambda: opened(bench, "browser") == [PAGE, "http://b.example/"], 20, "others go on to the browser of before")
    check(bench.railhead("site", "add", "b.example", "host").returncode == 0, "a rule for the guest")
    answer = ask(bench, "http://b.example/2")
    until(lambda: answer() == "done" and "http://b.example/2" in opened(bench, "browser"), 20, "a link of the guest goes there, not round")
    check(bench.railhead("links", "off").returncode == 0, "off again")
    check("browser.desktop" in bench.output(["gio", "mime", "x-scheme-handler/http"]).splitlines()[0], "the browser of before is the default")
    left = [name for _, _, names in os.walk(bench.env["XDG_DATA_HOME"]) for name in names if "Links" in name]
    check(not left and not os.path.exists(f"{bench.env['XDG_CONFIG_HOME']}/railhead/links.conf"), "nothing is left of it")
    sentence(bench.railhead("open", "file:///etc/passwd"), 2, "other addresses")


if __name__ == "__main__":
    sys.exit(run_cases([asked_by_notification, always, by_command, policies, off, a_hundred_tabs, documents, links_of_the_host],
                       "Xvfb", "openbox", "gio", "update-desktop-database"))
