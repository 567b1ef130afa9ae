# SPDX-License-Identifier: Apache-2.0
"""Shortcuts as files (MS-SHLLINK), made by hand: with what Wine's own shell cannot write."""
import struct

MAGIC = bytes.fromhex("4c0000000114020000000000c000000000000046")
HAS_LINK_INFO, HAS_NAME, HAS_DIRECTORY, HAS_ARGUMENTS, HAS_ICON = 0x2, 0x4, 0x10, 0x20, 0x40
IS_UNICODE, HAS_EXPANDABLE_TARGET, HAS_DARWIN = 0x80, 0x200, 0x1000
DARWIN_BLOCK, PROPERTY_BLOCK, TARGET_BLOCK = 0xA0000006, 0xA0000009, 0xA0000001
APP_MODEL = bytes.fromhex("55284c9f799f394ba8d0e1d42de1d5f3")  # of System.AppUserModel.ID, which is its property 5


def wide(text):
    return text.encode("utf-16-le", "surrogatepass")


def string_data(text):
    return struct.pack("<H", len(wide(text)) // 2) + wide(text)


def link_info(target):
    ansi, whole = target.encode("ascii", "replace") + b"\0", wide(target) + b"\0\0"
    volume = struct.pack("<IIII", 17, 3, 0, 16) + b"\0"
    base = 0x24 + len(volume)
    suffix = base + len(ansi)
    suffix_wide = suffix + 1 + len(whole)
    head = struct.pack("<IIIIIIIII", suffix_wide + 2, 0x24, 1, 0x24, base, 0, suffix, suffix + 1, suffix_wide)
    return head + volume + ansi + b"\0" + whole + b"\0\0"


def two_texts(signature, text):
    ansi = text.encode("ascii", "replace")[:259].ljust(260, b"\0")
    return struct.pack("<II", 0x314, signature) + ansi + wide(text)[:518].ljust(520, b"\0")


def property_block(aumid):
    text = wide(aumid) + b"\0\0"
    value = struct.pack("<HHI", 31, 0, len(text) // 2) + text
    value += bytes(-len(value) % 4)
    entry = struct.pack("<IIB", 9 + len(value), 5, 0) + value
    storage = b"1SPS" + APP_MODEL + entry + bytes(4)
    storage = struct.pack("<I", 4 + len(storage)) + storage + bytes(4)
    return struct.pack("<II", 8 + len(storage), PROPERTY_BLOCK) + storage


def link_file(target="", *, name="", arguments="", directory="", icon="", index=0, show=1, hotkey=0, darwin="", aumid="",
              expandable=""):
    """target: a path without variables; expandable: one with them. darwin: an MSI descriptor."""
    flags = IS_UNICODE
    flags |= HAS_LINK_INFO if target else 0
    flags |= HAS_NAME if name else 0
    flags |= HAS_DIRECTORY if directory else 0
    flags |= HAS_ARGUMENTS if arguments else 0
    flags |= HAS_ICON if icon else 0
    flags |= HAS_DARWIN if darwin else 0
    flags |= HAS_EXPANDABLE_TARGET if expandable else 0
    body = MAGIC + struct.pack("<II", flags, 0x20) + bytes(24) + struct.pack("<IiIHHII", 0, index, show, hotkey, 0, 0, 0)
    body += link_info(target) if target else b""
    body += b"".join(string_data(text) for text in (name, directory, arguments, icon) if text)
    body += two_texts(TARGET_BLOCK, expandable) if expandable else b""
    body += two_texts(DARWIN_BLOCK, darwin) if darwin else b""
    body += property_block(aumid) if aumid else b""
    return body + bytes(4)
