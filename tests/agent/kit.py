#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`railhead guest kit`: a folder that a Windows XP can read, with the agent for it and each step."""
import os
import shutil
import subprocess
import sys

from bench import BUILD, check, run_cases


def windows_xp(bench):
    folder = f"{bench.root}/kit"
    command = f"{BUILD}/host-agent/railhead"
    done = bench.run([command, "guest", "kit", "xp", folder])
    check(done.returncode == 0 and not done.stderr, f"a kit is written {done.stderr}")
    names = set(os.listdir(folder))
    check(names == {"README.txt", "install.cmd", "uninstall.cmd", "railhead.reg", "railhead-undo.reg", "railhead-guest.exe"}, f"{names}")
    texts = {}
    for name in names - {"railhead-guest.exe"}:
        with open(f"{folder}/{name}", "rb") as file:
            data = file.read()
        texts[name] = data.decode("ascii")
        check(data.count(b"\n") == data.count(b"\r\n") > 3 and data.endswith(b"\r\n"), f"{name} has the ends of lines of Windows")
    with open(f"{folder}/railhead-guest.exe", "rb") as ours, open(f"{BUILD}/guest-agent/win32/railhead-guest-i686.exe", "rb") as built:
        data = ours.read()
        check(data == built.read() and data[:2] == b"MZ", "the agent is the one for 32 bits")
    at = int.from_bytes(data[60:64], "little")
    check(data[at + 4:at + 6] == b"\x4c\x01", "for an i386")
    readme = texts["README.txt"]
    check("KB961742" in readme and "Service Pack 3" in readme and "railhead guest add xp kind=xp" in readme, "the README names what is needed")
    check("railhead-guest.exe\" /install /quiet" in texts["install.cmd"] and "/status" in texts["install.cmd"] and "rdpinit.exe" in texts["install.cmd"],
          "the agent installs and checks itself")
    check(texts["railhead.reg"].startswith("Windows Registry Editor Version 5.00\r\n"), "regedit of XP reads the settings")
    check(bench.run([command, "guest", "kit", "xp", folder]).returncode == 1, "what is there is not written over")
    check(bench.run([command, "guest", "kit", "vista", f"{folder}2"]).returncode == 2, "there is none for others")


def settings(bench):
    """A regedit reads both files, and what is taken back is gone."""
    if not shutil.which("wine"):
        return 77
    folder, policy = f"{bench.root}/kit", r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services"
    logon = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon"
    bench.run([f"{BUILD}/host-agent/railhead", "guest", "kit", "xp", folder])
    env = dict(bench.env, WINEPREFIX=f"{bench.root}/prefix", WINEDEBUG="-all", WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=d")

    def wine(*words):
        return subprocess.run(["wine", *words], env=env, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=150,
                              check=False)
    check("fPromptForPassword" not in wine("reg", "query", policy).stdout, "a Windows without the settings")
    check(wine("regedit", "/s", "railhead.reg").returncode == 0, "they are read")
    check("fPromptForPassword    REG_DWORD    0x0" in wine("reg", "query", policy).stdout, "the policy is there")
    check("AutoAdminLogon    REG_SZ    0" in wine("reg", "query", logon, "/v", "AutoAdminLogon").stdout, "nobody is logged on by itself")
    check(wine("regedit", "/s", "railhead-undo.reg").returncode == 0, "and taken back")
    check("fPromptForPassword" not in wine("reg", "query", policy).stdout, "the policy is gone")
    subprocess.run(["wineserver", "-k"], env=env, check=False)
    return 0


if __name__ == "__main__":
    sys.exit(run_cases([windows_xp, settings]))
