#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""railhead-guest.exe /install, /status and /uninstall in a Wine prefix: what is set is what Remote Desktop needs and no more, and what
is taken back is what was there, value for value.

usage: installing.py BUILD-DIR     Exit 77: a component is not here."""
import os
import shutil
import subprocess
import sys

from desktop import BUILD, Failed, check, say
from guest_agent import Prefix

SERVER = "HKLM\\System\\CurrentControlSet\\Control\\Terminal Server"
LIST = "HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Terminal Server"
APP = f"{LIST}\\TSAppAllowList\\Applications\\railhead-guest"
UNINSTALL = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
RUN = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
POLICIES = "HKLM\\Software\\Policies"
FIREWALL = "HKLM\\System\\CurrentControlSet\\Services\\SharedAccess"
AGENT = "C:\\agent\\railhead-guest.exe"


def reg(prefix, *words):
    return prefix.wine("reg", *words, check=False)


def value(prefix, key, name):
    done = reg(prefix, "query", key, "/v", name)
    return done.stdout.split("REG_", 1)[1].split(None, 1)[1].strip() if done.returncode == 0 else None


def registry(prefix):
    """All of the machine's part and the user's, as text."""
    text = []
    for name, key in (("machine", "HKEY_LOCAL_MACHINE"), ("user", "HKEY_CURRENT_USER")):
        path = f"{prefix.path}/drive_c/{name}.reg"
        if os.path.exists(path):
            os.unlink(path)
        reg(prefix, "export", key, f"C:\\{name}.reg", "/y")
        with open(path, encoding="utf-16") as file:
            text += file.read().splitlines()
    return text


def difference(before, after):
    return sorted(set(before) ^ set(after))[:10]


def program(prefix):
    return f"{prefix.path}/drive_c/Program Files/Railhead/railhead-guest.exe"


def installed(prefix):
    done = prefix.wine(AGENT, "/install", check=False)
    say(f"it says: {' / '.join(done.stdout.splitlines())}")
    check(done.returncode in (0, 3) and "is installed for this machine" in done.stdout, "installed")
    with open(program(prefix), "rb") as copy, open(f"{prefix.programs}/railhead-guest.exe", "rb") as original:
        check(copy.read() == original.read(), "a copy lies in its place")
    check(value(prefix, APP, "Path") == "C:\\Program Files\\Railhead\\railhead-guest.exe", "Remote Desktop may start it")
    check(value(prefix, APP, "CommandLineSetting") == "0x0", "without words of the client")
    apps = reg(prefix, "query", f"{LIST}\\TSAppAllowList\\Applications").stdout
    check(len([line for line in apps.splitlines() if line.startswith("HKEY")]) == 1, "and nothing else")
    check(value(prefix, SERVER, "fDenyTSConnections") == "0x0", "Remote Desktop is on")
    check(value(prefix, f"{POLICIES}\\Microsoft\\Windows NT\\Terminal Services", "fAllowUnlistedRemotePrograms") is None and
          value(prefix, f"{LIST}\\TSAppAllowList", "fDisabledAllowList") is None, "the list is not switched off")
    check(value(prefix, RUN, "Railhead guest agent") == '"C:\\Program Files\\Railhead\\railhead-guest.exe"', "it starts with each session")
    check(value(prefix, f"{UNINSTALL}\\Railhead guest", "UninstallString"), "Windows can uninstall it")


def again_and_again(prefix):
    before = registry(prefix)
    check(prefix.wine(AGENT, "/install", "/quiet", check=False).stdout == "", "quiet says nothing")
    check(registry(prefix) == before, f"to install it again changes nothing {difference(before, registry(prefix))}")
    done = prefix.wine(AGENT, "/status", check=False)
    check("is installed for this machine" in done.stdout, f"status says so: {' / '.join(done.stdout.splitlines())}")


def from_its_place(prefix):
    """As Windows' list of programs does it: the file that runs goes when Windows starts again."""
    installed(prefix)
    done = prefix.wine("C:\\Program Files\\Railhead\\railhead-guest.exe", "/uninstall", check=False)
    check(done.returncode == 0, f"uninstalled {done.stdout}")
    later = value(prefix, "HKLM\\System\\CurrentControlSet\\Control\\Session Manager", "PendingFileRenameOperations")
    check(not os.path.exists(program(prefix)) or (later and "Railhead" in later), "its file goes, or is to go")
    check(value(prefix, APP, "Path") is None, "its settings are gone")


def reversible(prefix):
    """What was set otherwise comes back as it was; what nobody had set goes."""
    reg(prefix, "add", SERVER, "/v", "fDenyTSConnections", "/t", "REG_DWORD", "/d", "1", "/f")
    reg(prefix, "add", APP, "/v", "Path", "/d", "C:\\somebody\\else.exe", "/f")
    reg(prefix, "add", APP, "/v", "Own", "/t", "REG_BINARY", "/d", "0102", "/f")
    before = registry(prefix)
    installed(prefix)
    again_and_again(prefix)
    check(prefix.wine(AGENT, "/uninstall", check=False).returncode == 0, "uninstalled")
    check(registry(prefix) == before, f"the registry is as it was {difference(before, registry(prefix))}")
    check(not os.path.exists(os.path.dirname(program(prefix))), "the program is gone with its folder")
    reg(prefix, "delete", APP, "/f")


def bare(prefix):
    """No key of Remote Desktop is there, and none is left."""
    reg(prefix, "delete", LIST, "/f")
    reg(prefix, "delete", SERVER, "/v", "fDenyTSConnections", "/f")
    before = registry(prefix)
    installed(prefix)
    check(prefix.wine(AGENT, "/uninstall", check=False).returncode == 0, "uninstalled")
    check(registry(prefix) == before, f"the registry is as it was {difference(before, registry(prefix))}")
    done = prefix.wine(AGENT, "/uninstall", check=False)
    check(done.returncode == 1 and "not installed" in done.stdout, "to uninstall it once more is refused")
    check(prefix.wine(AGENT, "/status", check=False).returncode == 1, "status says that it is not installed")


def changed_since(prefix):
    """What somebody set after us is his."""
    installed(prefix)
    reg(prefix, "add", APP, "/v", "ShowInTSWA", "/t", "REG_DWORD", "/d", "1", "/f")
    check(prefix.wine(AGENT, "/uninstall", "/quiet", check=False).returncode == 0, "uninstalled")
    check(value(prefix, APP, "ShowInTSWA") == "0x1" and value(prefix, APP, "Path") is None, "his value is left, ours are gone")
    reg(prefix, "delete", LIST, "/f")


def missing_parts(prefix):
    reg(prefix, "add", f"{POLICIES}\\Microsoft\\Windows NT\\Terminal Services", "/v", "fDenyTSConnections", "/t", "REG_DWORD", "/d",
        "1", "/f")
    done = prefix.wine(AGENT, "/install", check=False)
    check(done.returncode == 3 and "A policy of this Windows forbids Remote Desktop" in done.stdout, "a policy against it is told")
    done = prefix.wine("cmd", "/c", AGENT, "/nonsense", check=False)
    check(done.returncode == 2 and "usage:" in done.stderr, "nonsense is refused")


def main():
    if not shutil.which("wine"):
        print("skipped: wine is not installed")
        return 77
    prefix, good = Prefix(BUILD), False
    try:
        for case in (reversible, bare, changed_since, missing_parts, from_its_place):
            say(f"-- {case.__name__}")
            case(prefix)
        good = True
    except (Failed, subprocess.SubprocessError) as error:
        say(f"FAILED: {error}")
    finally:
        prefix.end(keep=not good)
    return 0 if good else 1


sys.exit(main())
