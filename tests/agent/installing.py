#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `meson install` lays down: every file that the manual names, each with what it has to say; completion in a real bash; and that the domains of the log can be chosen."""
import glob
import os
import pty
import re
import select
import shutil
import subprocess
import sys

from bench import BUILD, Failed, check, run_cases, until

HERE = os.path.dirname(os.path.abspath(__file__))
WANTED = """bin/railhead libexec/railhead/railhead-agent libexec/railhead/railhead-session libexec/railhead/railhead-files
libexec/railhead/railhead-embedded libexec/railhead/railhead-guest-i686.exe libexec/railhead/railhead-guest-x86_64.exe
libexec/railhead/railhead-shortcut-i686.exe libexec/railhead/wtsapi32-i686.dll libexec/railhead/wtsapi32-x86_64.dll
share/dbus-1/services/org.railhead.Agent.service lib/systemd/user/railhead-agent.service share/man/man1/railhead.1
share/man/man5/railhead-profile.5 share/bash-completion/completions/railhead share/zsh/site-functions/_railhead
share/fish/vendor_completions.d/railhead.fish""".split()
PROMPT = b"ready> "


def install(bench):
    root = f"{bench.root}/install"
    done = bench.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", root])
    if done.returncode:
        raise Failed(f"meson install: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    service = glob.glob(f"{root}/**/dbus-1/services/org.railhead.Agent.service", recursive=True)[0]
    return root, os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(service))))


def files(bench):
    root, prefix = install(bench)
    for name in WANTED:
        path = f"{prefix}/{name}"
        check(os.path.getsize(path) > 0, f"{name} is installed")
        check(not name.endswith((".exe", "/railhead-agent")) or os.access(path, os.X_OK), "and can be run")
    autostart = glob.glob(f"{root}/**/xdg/autostart/railhead-agent.desktop", recursive=True)
    check(len(autostart) == 1, f"the autostart entry: {autostart}")
    agent = f"{prefix[len(root):]}/libexec/railhead/railhead-agent"
    for path, line in ((f"{prefix}/share/dbus-1/services/org.railhead.Agent.service", f"Exec={agent}"),
                       (f"{prefix}/lib/systemd/user/railhead-agent.service", f"ExecStart={agent}"), (autostart[0], f"Exec={agent} --login")):
        with open(path, encoding="utf-8") as file:
            check(line in file.read().splitlines(), f"{os.path.basename(path)} starts what is installed")
    done = bench.run(["desktop-file-validate", autostart[0]])
    check(done.returncode == 0, f"the entry is valid {done.stdout}")
    if shutil.which("systemd-analyze"):
        unit = f"{bench.root}/railhead-agent.service"
        with open(f"{prefix}/lib/systemd/user/railhead-agent.service", encoding="utf-8") as file, open(unit, "w", encoding="utf-8") as out:
            out.write(file.read().replace(agent, root + agent))
        done = bench.run(["systemd-analyze", "--user", "verify", "--man=no", unit])
        check(done.returncode == 0, f"the unit is valid {done.stderr}")
    for page in ("man1/railhead.1", "man5/railhead-profile.5"):
        if shutil.which("man"):
            done = bench.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", f"{prefix}/share/man/{page}"])
            check(done.returncode == 0 and not done.stderr, f"{page} is sound {done.stderr}")


def words_of_help():
    text = subprocess.run([f"{BUILD}/host-agent/railhead", "--help"], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^ +railhead (\w+)(?: (\w+(?:\|\w+)*))?", text, re.M)
    return {first for first, _ in found}, {second for first, all_ in found if first == "guest" for second in all_.split("|") if second}


class Shell:
    """A bash with completion, typed into; what the line became is written to a file by a key."""

    def __init__(self, bench, script):
        self.out = f"{bench.root}/line"
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve("/bin/bash", ["bash", "--norc", "--noprofile", "-i"], dict(bench.env, PS1="ready> ", TERM="dumb", HISTFILE=""))
        self.read_until(PROMPT)
        self.enter(f"source {script}")
        self.enter(f"bind -x '\"\\C-g\": printf %s\\\\n \"$READLINE_LINE\" > {self.out}'")

    def read_until(self, end):
        text = b""
        while not re.search(end, text, re.S):
            if not select.select([self.terminal], [], [], 20)[0]:
                raise Failed(f"bash says {text!r}, not {end!r}")
            text += os.read(self.terminal, 4096)
        return text

    def enter(self, line):
        os.write(self.terminal, line.encode() + b"\n")
        self.read_until(b"\n.*" + PROMPT)  # the echo of the line, and then the next prompt

    def becomes(self, typed, wanted):
        if os.path.exists(self.out):
            os.unlink(self.out)
        os.write(self.terminal, typed.encode() + b"\t\x07")

        def line():
            try:
                with open(self.out, encoding="utf-8") as file:
                    return file.read()
            except FileNotFoundError:
                return ""
        found = until(lambda: line().endswith("\n") and line(), 20, "the line is written").rstrip("\n")
        check(found == wanted, f"{typed!r} becomes {found!r}")
        os.write(self.terminal, b"\x15")

    def end(self):
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def completion(bench):
    _, prefix = install(bench)
    script = f"{prefix}/share/bash-completion/completions/railhead"
    for name in ("office", "wine"):
        bench.railhead("guest", "add", name)
    bench.railhead("share", "add", "docs", bench.root, "--guest", "wine")
    folder = f"{bench.env['XDG_DATA_HOME']}/applications"
    os.makedirs(folder)
    with open(f"{folder}/io.railhead.wine.a1.desktop", "w", encoding="utf-8") as file:
        file.write("[Desktop Entry]\nName=Word Pad & more\n[Desktop Action x]\nName=Not this\n")
    shell = Shell(bench, script)
    for typed, wanted in (("railhead gu", "railhead guest "), ("railhead guest tr", "railhead guest trust "),
                          ("railhead guest set o", "railhead guest set office "), ("railhead guest set office dep", "railhead guest set office depth="),
                          ("railhead guest set office kind=e", "railhead guest set office kind=embedded "),
                          ("railhead guest set office kind=rdp se", "railhead guest set office kind=rdp security="),
                          ("railhead guest add new doc", "railhead guest add new documents="), ("railhead guest kit x", "railhead guest kit xp "),
                          ("railhead guest login wi", "railhead guest login wine "), ("railhead guest login wine --", "railhead guest login wine --forget "),
                          ("railhead guest remove o", "railhead guest remove office "), ("railhead stop w", "railhead stop wine "),
                          ("railhead run wor", "railhead run Word\\ Pad\\ \\&\\ more "), ("railhead run not", "railhead run not"),
                          ("railhead share remove d", "railhead share remove docs "), ("railhead doctor --", "railhead doctor --json ")):
        shell.becomes(typed, wanted)
    shell.end()
    check(not bench.run(["pgrep", "-f", f"{bench.bin}/railhead-agent"]).stdout, "nothing was started for it")
    in_step(prefix)


def in_step(prefix):
    """Each command and each key is known to each shell."""
    commands, seconds = words_of_help()
    done = subprocess.run([f"{BUILD}/host-agent/railhead", "guest", "add", "a", "none=1"], capture_output=True, text=True, check=False)
    keys = set(re.search(r"keys are (.*)", done.stderr)[1].replace(" and ", ", ").split(", "))
    check({"guest", "doctor", "report"} <= commands and {"set", "login", "kit"} <= seconds and "certificate" in keys, "they are found")
    for name in ("bash-completion/completions/railhead", "zsh/site-functions/_railhead", "fish/vendor_completions.d/railhead.fish"):
        with open(f"{prefix}/share/{name}", encoding="utf-8") as file:
            words = set(re.findall(r"[\w-]+", file.read()))
        missing = (commands | seconds | keys) - words
        check(not missing, f"{name} knows all of them {missing}")
    for shell, path in (("bash", "bash-completion/completions/railhead"), ("zsh", "zsh/site-functions/_railhead"),
                        ("fish", "fish/vendor_completions.d/railhead.fish")):
        if shutil.which(shell):
            done = subprocess.run([shell, "-n", f"{prefix}/share/{path}"], capture_output=True, text=True, check=False)
            check(done.returncode == 0 and not done.stderr, f"{shell} reads it {done.stderr}")


def log_of(bench, *options, **env):
    """What an agent of its own says while a program is started."""
    agent = subprocess.Popen([f"{bench.bin}/railhead-agent", *options], env=dict(bench.env, **env), stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
    bench.children.append(agent)
    until(lambda: bench.railhead("status").returncode == 0 and bench.json("status")["pid"] == agent.pid, 20, "the agent answers")
    check(bench.railhead("run", "Five").returncode == 0, "a program runs")
    agent.terminate()
    return agent.communicate(timeout=20)[0]


def log_domains(bench):
    """--verbose and G_MESSAGES_DEBUG: the rooms of the agent are told apart."""
    bench.start_bus()
    bench.start_desktop()
    bench.add_guest()
    bench.publish((5, "Five"))
    text = log_of(bench)
    check("railhead-Message" in text and "DEBUG" not in text, "without it, what matters")
    text = log_of(bench, "--verbose")
    check("railhead-compositor-DEBUG" in text and "railhead-machine-DEBUG" in text, f"with it, each room: {text[-600:]}")
    text = log_of(bench, G_MESSAGES_DEBUG="railhead-machine")
    check("railhead-compositor-DEBUG" not in text and "railhead-machine-DEBUG" in text, "or one of them")


def at_login(bench):
    bench.start_bus()
    done = bench.run([f"{bench.bin}/railhead-agent", "--login"], timeout=20)
    check(done.returncode == 0 and not done.stderr, "without a guest there is nothing to start")
    bench.add_guest()
    agent = bench.spawn([f"{bench.bin}/railhead-agent", "--login"])
    until(lambda: "true" in bench.output(["gdbus", "call", "--session", "-d", "org.freedesktop.DBus", "-o", "/", "-m",
                                          "org.freedesktop.DBus.NameHasOwner", "org.railhead.Agent"]), 20, "with one the agent is there")
    agent.terminate()
    check(agent.wait(20) == 0, "and ends when asked")


if __name__ == "__main__":
    sys.exit(run_cases([files, completion, log_domains, at_login], "Xvfb", "openbox", "desktop-file-validate", "meson"))
