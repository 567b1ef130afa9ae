#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Works on mounted drives as programs do, and compares with the folders behind them. work.py MOUNT ROOT"""
import errno
import hashlib
import os
import signal
import sys
import time

MOUNT, ROOT = sys.argv[1:]
DRIVE, SHARE = f"{MOUNT}/docs", f"{ROOT}/docs"


def check(condition, text):
    if not condition:
        raise SystemExit(f"FAILED: {text}")
    print(f"ok: {text}", flush=True)


def until(probe, seconds, text):
    """Polls until probe() is true."""
    deadline = time.monotonic() + seconds
    while not probe():
        if time.monotonic() > deadline:
            raise SystemExit(f"FAILED: not within {seconds} s: {text}")
        time.sleep(0.02)


def fails(number, text, call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        check(error.errno == number, f"{text}: {error.strerror}")
        return
    raise SystemExit(f"FAILED: {text} worked")


def put(path, data, mode="wb"):
    with open(path, mode) as file:
        file.write(data)


def get(path):
    with open(path, "rb") as file:
        return file.read()


def data():
    whole = bytes(range(256)) * 12345 + b"end"
    put(f"{DRIVE}/big", whole)
    check(get(f"{SHARE}/big") == whole, f"{len(whole)} bytes arrive on the host")
    check(hashlib.sha256(get(f"{DRIVE}/big")).digest() == hashlib.sha256(whole).digest(), "and come back")
    put(f"{DRIVE}/big", b"+", "ab")
    check(get(f"{SHARE}/big") == whole + b"+", "appended")
    with open(f"{DRIVE}/big", "r+b") as file:
        file.seek(1000)
        file.write(b"XYZ")
        file.truncate(2000)
    check(get(f"{SHARE}/big") == whole[:1000] + b"XYZ" + whole[1003:2000], "written in the middle and cut")
    os.utime(f"{DRIVE}/big", ns=(10**18, 10**18 + 700))
    check(os.stat(f"{SHARE}/big").st_mtime_ns == 10**18 + 700, "times arrive")
    check(os.stat(f"{DRIVE}/big").st_size == 2000 and os.stat(f"{DRIVE}/big").st_mtime_ns == 10**18 + 700, "and are told")
    check(os.statvfs(DRIVE).f_blocks * os.statvfs(DRIVE).f_frsize == os.statvfs(SHARE).f_blocks * os.statvfs(SHARE).f_frsize,
          "the size of the volume")
    put(f"{SHARE}/new", b"of the host")
    check(get(f"{DRIVE}/new") == b"of the host", "a file that the host makes")
    put(f"{SHARE}/new", b"changed")
    until(lambda: get(f"{DRIVE}/new") == b"changed", 5, "a file that the host changes")
    os.unlink(f"{SHARE}/new")
    until(lambda: not os.path.exists(f"{DRIVE}/new"), 5, "a file that the host deletes")


def names():
    for name in ("a b", "ä, ß; %f $HOME ~ & ^ ' (x)", "日本語", "😀.txt", "‏עברית", "x" * 255, ".hidden", "-v"):
        put(f"{DRIVE}/{name}", name.encode())
        check(get(f"{SHARE}/{name}") == name.encode(), f"name {name[:30]}")
        os.unlink(f"{DRIVE}/{name}")
        check(not os.path.exists(f"{SHARE}/{name}"), "and its end")
    for name in ("a:b", "a?b", "a\nb", "end.", "end ", "con", "a\\b"):
        put(f"{SHARE}/{name}", b"")
        check(name not in os.listdir(DRIVE) and not os.path.exists(f"{DRIVE}/{name}"), f"no Windows name: {name!r}")
        os.unlink(f"{SHARE}/{name}")
    os.symlink("/etc", f"{SHARE}/etc")
    os.symlink("..", f"{SHARE}/up")
    check(not os.path.lexists(f"{DRIVE}/etc/passwd") and not os.path.lexists(f"{DRIVE}/up/docs"), "links lead nowhere else")
    os.mkdir(f"{SHARE}/real")
    os.symlink("real", f"{SHARE}/link")
    put(f"{DRIVE}/link/x", b"x")
    check(get(f"{SHARE}/real/x") == b"x", "but inside they do")


def folders():
    os.makedirs(f"{DRIVE}/a/b/c")
    put(f"{DRIVE}/a/b/c/file", b"1")
    fails(errno.ENOTEMPTY, "a folder that is not empty stays", os.rmdir, f"{DRIVE}/a/b")
    os.rename(f"{DRIVE}/a/b", f"{DRIVE}/a/B2")
    check(get(f"{SHARE}/a/B2/c/file") == b"1" and get(f"{DRIVE}/a/B2/c/file") == b"1", "a folder moves with what is in it")
    fails(errno.EXDEV, "not to another drive", os.rename, f"{DRIVE}/a", f"{MOUNT}/fixed/a")
    os.unlink(f"{DRIVE}/a/B2/c/file")
    os.removedirs(f"{DRIVE}/a/B2/c")
    check(not os.path.exists(f"{SHARE}/a"), "removed")
    began = time.monotonic()
    os.mkdir(f"{SHARE}/many")
    for i in range(10000):
        put(f"{SHARE}/many/{i:05}.txt", b"")
    made = time.monotonic()
    with os.scandir(f"{DRIVE}/many") as entries:
        found = sorted((entry.name, entry.stat().st_size) for entry in entries)
    check(found == [(f"{i:05}.txt", 0) for i in range(10000)],
          f"10000 entries and what is told of each, {time.monotonic() - made:.1f} s (made in {made - began:.1f} s)")


def saving():
    put(f"{SHARE}/letter.doc", b"old")
    reader = open(f"{DRIVE}/letter.doc", "rb")
    put(f"{DRIVE}/~WRD1.tmp", b"new")
    os.rename(f"{DRIVE}/letter.doc", f"{DRIVE}/~WRL2.tmp")
    os.rename(f"{DRIVE}/~WRD1.tmp", f"{DRIVE}/letter.doc")
    os.unlink(f"{DRIVE}/~WRL2.tmp")
    check(get(f"{SHARE}/letter.doc") == b"new" and reader.read() == b"old", "saved as Word does, while it is open")
    reader.close()
    put(f"{DRIVE}/tmp", b"newer")
    os.replace(f"{DRIVE}/tmp", f"{DRIVE}/letter.doc")
    check(get(f"{SHARE}/letter.doc") == b"newer", "saved by renaming over it")


def read_only():
    put(f"{ROOT}/fixed/a", b"text")
    check(get(f"{MOUNT}/fixed/a") == b"text", "a read-only share is read")
    fails(errno.EACCES, "not written", put, f"{MOUNT}/fixed/a", b"x")
    fails(errno.EACCES, "nothing new", put, f"{MOUNT}/fixed/b", b"x")
    fails(errno.EACCES, "nothing deleted", os.unlink, f"{MOUNT}/fixed/a")
    fails(errno.EACCES, "nothing renamed", os.rename, f"{MOUNT}/fixed/a", f"{MOUNT}/fixed/b")
    check(os.listdir(f"{ROOT}/fixed") == ["a"] and get(f"{ROOT}/fixed/a") == b"text", "as it was")


def document():
    folder = f"{MOUNT}/files/1f"
    put(f"{ROOT}/letters/Letter.doc", b"old")
    put(f"{ROOT}/letters/secret", b"secret")
    check(os.listdir(f"{MOUNT}/files") == ["1f"] and os.listdir(folder) == ["Letter.doc"], "a document is alone in its folder")
    fails(errno.ENOENT, "what lies beside it is not there", get, f"{folder}/secret")
    fails(errno.EACCES, "nor can it be made", put, f"{folder}/secret", b"x")
    put(f"{folder}/save.tmp", b"new")
    os.replace(f"{folder}/save.tmp", f"{folder}/Letter.doc")
    check(get(f"{ROOT}/letters/Letter.doc") == b"new" and os.listdir(folder) == ["Letter.doc"], "saved by renaming over it")
    check(get(f"{ROOT}/letters/secret") == b"secret", "the other is as it was")


def lose_or_find():
    os.kill(os.getppid(), signal.SIGUSR1)


def lost():
    """The client goes while files are open, and another comes."""
    put(f"{SHARE}/held.txt", b"one two")
    with open(f"{DRIVE}/held.txt", "r+b", buffering=0) as held, open(f"{MOUNT}/files/1f/Letter.doc", "r+b", buffering=0) as letter, \
            open(f"{DRIVE}/gone.txt", "w+b", buffering=0) as gone:
        check(held.read(3) == b"one", "files are open")
        lose_or_find()
        until(lambda: not os.listdir(MOUNT), 10, "the drives go")
        fails(errno.ENOTCONN, "nothing is written meanwhile", held.write, b"x")
        os.unlink(f"{SHARE}/gone.txt")
        lose_or_find()
        until(lambda: sorted(os.listdir(MOUNT)) == ["docs", "files", "fixed"], 10, "the drives come back")
        held.seek(4)
        check(held.read() == b"two", "what was open is read on")
        held.seek(0)
        held.write(b"ONE")
        letter.write(b"NEW")
        check(get(f"{SHARE}/held.txt") == b"ONE two" and get(f"{ROOT}/letters/Letter.doc") == b"NEW", "and written, by the same handles")
        fails(errno.ENOTCONN, "what is there no more fails", gone.write, b"x")
        check(not os.path.exists(f"{SHARE}/gone.txt"), "and is not made anew")


def main():
    until(lambda: sorted(os.listdir(MOUNT)) == ["docs", "files", "fixed"], 10, "three drives")
    for part in (data, names, folders, saving, read_only, document, lost):
        part()


main()
