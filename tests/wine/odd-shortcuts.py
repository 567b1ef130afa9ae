#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A Start menu of odd shortcuts against the list of what has to come of each (odd-shortcuts.golden): its name and folder, what it
starts, how, and whether it gets a launcher by default. One of them is advertised by a real MSI package.

usage: odd-shortcuts.py BUILD-DIR [--write]    Exit 77: a component is not here."""
import difflib
import os
import shutil
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, f"{HERE}/../support")
from desktop import BUILD, Failed, check, say  # noqa: E402
from guest_agent import HELLO, ICON, ICON_REQUEST, Prefix  # noqa: E402
from link_file import link_file  # noqa: E402

GOLDEN = f"{HERE}/odd-shortcuts.golden"
PRODUCT, COMPONENT = "0C6A5B9E-33D4-4C1B-9D2A-7F1E5A60B001", "0C6A5B9E-33D4-4C1B-9D2A-7F1E5A60B003"
DIGITS = "!$%&'()*+,-.0123456789=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{}~"
WORKS, TOOL = "C:\\apps\\works.exe", "C:\\apps\\tool.exe"
KINDS = ("program", "document", "folder", "link", "handler")


def packed(guid):
    """A GUID in twenty characters, as Windows Installer's descriptors have it."""
    raw = bytes.fromhex(guid.replace("-", ""))
    raw = raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]
    text = ""
    for number in struct.unpack("<4I", raw):
        for _ in range(5):
            text += DIGITS[number % 85]
            number //= 85
    return text


def descriptor(product, component):
    return f"{packed(product)}Main>{packed(component)}"


ABSENT = descriptor("11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-AAAAAAAAAAAA")

# Path below Programs of all users: bytes of the file.
SHORTCUTS = {
    "Plain.lnk": link_file(WORKS),
    "With words.lnk": link_file(WORKS, arguments='/open "a b.txt" /x', directory="C:\\apps", name="Does works"),
    "Large.lnk": link_file(WORKS, show=3, arguments="/large"),
    "Small.lnk": link_file(WORKS, show=7, arguments="/small"),
    "Hidden by its show state.lnk": link_file(WORKS, show=0, arguments="/hidden"),
    "By key.lnk": link_file(WORKS, hotkey=0x0641, arguments="/key"),
    "Suite/Writer.lnk": link_file(WORKS, arguments="/writer"),
    "Suite/Tools/Deep/Deeper.lnk": link_file(TOOL, arguments="/deep"),
    "/".join("abcdefghijklmnopqr") + "/Too deep.lnk": link_file(WORKS, arguments="/too-deep"),
    "Again/Plain.lnk": link_file(WORKS),
    "Again/Writer.lnk": link_file(WORKS, arguments="/other"),
    "Again/Deeper.lnk": link_file(WORKS, arguments="/deep"),
    "Case/plain.LNK": link_file(WORKS.upper(), arguments="/case"),
    "Two ends.lnk.lnk": link_file(WORKS, arguments="/ends"),
    "\u6587\u66f8\u7de8\u8f2f.lnk": link_file(WORKS, arguments="/\u6587"),
    "\u0422\u0435\u043a\u0441\u0442/\u0420\u0435\u0434\u0430\u043a\u0442\u043e\u0440.lnk": link_file(WORKS, arguments="/ru"),
    "Smile \U0001f600.lnk": link_file(WORKS, arguments="/smile"),
    "Stra\u00dfe \u00e9t\u00e9.lnk": link_file("C:\\apps\\stra\u00dfe.exe", name="\u00fcber"),
    "\u202egpj.exe.lnk": link_file(WORKS, arguments="/rtl"),
    " blanks  around .lnk": link_file(WORKS, arguments="/blanks"),
    "..dots...lnk": link_file(WORKS, arguments="/dots"),
    "100 %f %u.lnk": link_file(WORKS, arguments="/percent"),
    "You & me; [them] {us} $HOME `x` 'y' #1.lnk": link_file(WORKS, arguments="/signs"),
    "=+-,@~^!.lnk": link_file(WORKS, arguments="/more"),
    "L" + "o" * 180 + "ng.lnk": link_file(WORKS, arguments="/long"),
    "Long words.lnk": link_file(WORKS, arguments="/a" * 1500, name="d" * 600),
    "Line of words.lnk": link_file(WORKS, arguments="/one\r\n/two", name="first\nsecond"),
    "Uninstall Works.lnk": link_file(TOOL, arguments="/u"),
    "Remove.lnk": link_file("C:\\apps\\unins000.exe"),
    "Repair.lnk": link_file("C:\\windows\\system32\\msiexec.exe", arguments="/X {0C6A5B9E-33D4-4C1B-9D2A-7F1E5A60B001}"),
    "Works deinstallieren.lnk": link_file(TOOL, arguments="/d"),
    "Clean up.lnk": link_file(TOOL, arguments="--uninstall"),
    "Read me.lnk": link_file("C:\\apps\\readme.txt"),
    "Help.lnk": link_file("C:\\apps\\works.chm"),
    "Manual.lnk": link_file("C:\\apps\\manual.pdf"),
    "Page.lnk": link_file("C:\\apps\\page.HTML"),
    "Web.lnk": link_file("C:\\apps\\web.url"),
    "Drawing.lnk": link_file("C:\\apps\\drawing.dwg"),
    "No ending.lnk": link_file("C:\\apps\\noending"),
    "Folder.lnk": link_file("C:\\apps"),
    "Console.lnk": link_file("C:\\apps\\manage.msc"),
    "Panel.lnk": link_file("C:\\apps\\panel.cpl"),
    "Batch.lnk": link_file("C:\\apps\\batch.bat"),
    "Command.lnk": link_file("C:\\apps\\command.cmd"),
    "Old.lnk": link_file("C:\\apps\\old.com"),
    "Broken.lnk": link_file("C:\\apps\\gone.exe"),
    "No drive.lnk": link_file("Q:\\gone.exe"),
    "Garbage.lnk": b"\x4c\0\0\0 and then nothing of the kind",
    "Empty.lnk": b"",
    "Cut.lnk": link_file(WORKS, arguments="/cut")[:120],
    "Far too large.lnk": link_file(WORKS) + bytes(100000),
    "No target.lnk": link_file(name="nothing"),
    "Text.txt": b"no shortcut",
    "Site.url": b"[InternetShortcut]\r\nURL=https://example.org/\r\n",
    "Of Windows.lnk": link_file(expandable="%SystemRoot%\\notepad.exe"),
    "Of Windows with words.lnk": link_file("C:\\windows\\notepad.exe", arguments="C:\\apps\\readme.txt"),
    "Below programs.lnk": link_file("C:\\nowhere.exe", expandable="%ProgramFiles%\\Works\\works.exe"),
    "Known to the taskbar.lnk": link_file(WORKS, arguments="/taskbar", aumid="Vendor.Works.1"),
    "Advertised.lnk": link_file("C:\\windows\\Installer\\{stub}\\icon.exe", darwin=descriptor(PRODUCT, COMPONENT)),
    "Advertised, not here.lnk": link_file(darwin=ABSENT),
    "On a server.lnk": link_file("\\\\server\\share\\far.exe"),
    "Own icon.lnk": link_file(WORKS, arguments="/icon", icon="%SystemRoot%\\notepad.exe", index=0),
    "Lost icon.lnk": link_file(WORKS, arguments="/lost", icon="C:\\gone.ico", index=3),
    "Icon of a server.lnk": link_file(WORKS, arguments="/far-icon", icon="\\\\server\\share\\icon.ico"),
    "Shown otherwise/Plain name.lnk": link_file(WORKS, arguments="/shown", name="@shell32.dll,-8"),
    "Shown otherwise/Other name.lnk": link_file(WORKS, arguments="/unresolved", name="@nowhere.dll,-1"),
    "Shown otherwise/desktop.ini": ("\ufeff[.ShellClassInfo]\r\nLocalizedResourceName=@shell32.dll,-9\r\n[LocalizedFileNames]\r\n"
                                    "Plain name.lnk=@shell32.dll,-7\r\nOther name.lnk=@nowhere.dll,-1\r\n").encode("utf-16-le"),
}
FILES = ("works.exe", "tool.exe", "stra\u00dfe.exe", "unins000.exe", "readme.txt", "works.chm", "manual.pdf", "page.HTML", "web.url",
         "drawing.dwg", "noending", "manage.msc", "panel.cpl", "batch.bat", "command.cmd", "old.com")


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def build_menu(prefix):
    drive, program = f"{prefix.path}/drive_c", f"{BUILD}/guest-agent/win32/railprobe-x86_64.exe"
    for name in FILES:
        os.makedirs(f"{drive}/apps", exist_ok=True)
        shutil.copy(program, f"{drive}/apps/{name}")
    os.makedirs(f"{drive}/Program Files/Works", exist_ok=True)
    shutil.copy(program, f"{drive}/Program Files/Works/works.exe")
    for path, data in SHORTCUTS.items():
        write(f"{prefix.common_menu}/{path}", data)
    os.makedirs(f"{prefix.common_menu}/A folder.lnk")
    tool = f"{drive}/agent/shortcut.exe"
    shutil.copy(f"{BUILD}/guest-agent/win32/railhead-shortcut-x86_64.exe", tool)
    prefix.wine("C:\\agent\\shortcut.exe", "user", "Mine", "By the shell", WORKS, "/shell \"it\"", "C:\\windows\\notepad.exe,0")
    prefix.wine("C:\\agent\\shortcut.exe", "user", "", "Plain", WORKS)


def install_package(prefix):
    shutil.copy(f"{HERE}/odd-shortcuts.wxs", prefix.root)
    shutil.copy(f"{BUILD}/guest-agent/win32/railprobe-x86_64.exe", f"{prefix.root}/works.exe")
    subprocess.run(["wixl", "-a", "x64", "-o", f"{prefix.path}/drive_c/works.msi", "odd-shortcuts.wxs"], cwd=prefix.root, check=True)
    prefix.wine("msiexec", "/i", "C:\\works.msi", "/qn")
    check(os.path.exists(f"{prefix.path}/drive_c/Program Files/Advertised Works/advertised.exe"), "the package is installed")


def verdicts(agent):
    bodies = b"".join(struct.pack("<H", len(body)) + body for body in agent.apps.values())
    done = subprocess.run([f"{BUILD}/tests/support/curated"], input=bodies, stdout=subprocess.PIPE, check=True)
    return {int(line.split()[0], 16): line.split()[1].decode() for line in done.stdout.splitlines()}


def brief(text):
    escaped = text.encode("unicode_escape").decode() if any(ord(c) < 32 or 0x2028 <= ord(c) <= 0x202e for c in text) else text
    return escaped if len(escaped) <= 90 else f"{escaped[:40]}... ({len(text)} characters)"


def listing(agent):
    verdict = verdicts(agent)
    lines = []
    for app in agent.published():
        facts = [f"{app['group']}/{brief(app['name'])}" if app["group"] else brief(app["name"]), verdict[app["id"]], KINDS[app["kind"]],
                 app["target"]]
        facts += [f"{key}={brief(app[key])}" for key in ("arguments", "directory", "description", "aumid") if app[key]]
        facts += [f"show={app['show']}"] if app["show"] != 1 else []
        facts += [f"hotkey={app['hotkey']:x}"] if app["hotkey"] else []
        facts += ["of Windows"] if app["of_windows"] else []
        facts += ["no icon"] if not app["icon"] else []
        lines.append(" | ".join(facts))
    return sorted(lines)


def check_icons(agent):
    """Each set that is named comes, and has a picture in it that can be seen."""
    names = {app["icon"]: app["name"] for app in agent.published() if app["icon"] and app["kind"] == 0}
    blank = []
    for icon, name in names.items():
        agent.say(ICON_REQUEST, icon.to_bytes(8, "little"))
        data, total = b"", None
        while total is None or len(data) < total:
            piece = agent.await_message(ICON)
            total = int.from_bytes(piece[8:12], "little")
            data += piece[18:]
            if not total:
                break
        if data and not any(data[5 + 3::4]):
            blank.append(name)
    check(not blank, f"{len(names)} icons were read, none is blank {blank}")


def main():
    missing = next((tool for tool in ("wine", "wixl") if not shutil.which(tool)), None)
    if missing:
        print(f"skipped: {missing} is not installed")
        return 77
    prefix, good = Prefix(BUILD), False
    try:
        build_menu(prefix)
        install_package(prefix)
        agent = prefix.start_agent()
        agent.connect()
        agent.await_message(HELLO)
        agent.await_catalogue()
        found = listing(agent)
        if "--write" in sys.argv:
            with open(GOLDEN, "w", encoding="utf-8") as file:
                file.write("\n".join(found) + "\n")
        with open(GOLDEN, encoding="utf-8") as file:
            wanted = file.read().splitlines()
        print("\n".join(difflib.unified_diff(wanted, found, "wanted", "found", lineterm="", n=0)))
        check(found == wanted, f"{len(SHORTCUTS) + 3} files give these {len(found)} applications")
        check_icons(agent)
        good = True
    except (Failed, subprocess.SubprocessError) as error:
        say(f"FAILED: {error}")
    finally:
        prefix.end(keep=not good)
    return 0 if good else 1


sys.exit(main())
