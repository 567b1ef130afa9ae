#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`railhead guest remove`: nothing of ours is left but what the user wrote, which goes only when it is asked for; and what links
lead to is never touched."""
import glob
import os
import sys

from bench import check, lives, run_cases, sentence

DEEP = 1500


class Guest:
    def __init__(self, bench):
        self.bench, env = bench, bench.env
        self.data = f"{env['XDG_DATA_HOME']}/railhead/guests/twin"
        self.state = f"{env['XDG_STATE_HOME']}/railhead/twin"
        self.runtime = f"{env['XDG_RUNTIME_DIR']}/railhead/twin"
        self.profile = f"{env['XDG_CONFIG_HOME']}/railhead/guests/twin.conf"
        self.outside = f"{env['HOME']}/Documents"
        self.document = f"{self.data}/prefix/drive_c/letter.txt"

    def ours(self):
        shared = self.bench.env["XDG_DATA_HOME"]
        found = [p for p in (self.state, self.runtime, self.profile) if os.path.lexists(p)]
        return found + glob.glob(f"{shared}/applications/io.railhead.*") + glob.glob(f"{shared}/icons/**/io.railhead.*", recursive=True)

    def fill(self):
        """A prefix as Wine makes it, and as a hostile program may."""
        os.makedirs(f"{self.data}/prefix/dosdevices")
        os.makedirs(os.path.dirname(self.document))
        os.makedirs(f"{self.outside}/folder")
        for path in (self.document, f"{self.outside}/canary", f"{self.outside}/folder/canary"):
            write(path)
        for folder in (f"{self.data}/prefix", self.state, f"{self.state}/icons", self.runtime):
            os.makedirs(folder, exist_ok=True)
            os.symlink(self.outside, f"{folder}/Documents")
            os.symlink(f"{self.outside}/canary", f"{folder}/a-file")
            os.symlink("../../../../../../..", f"{folder}/up")
            os.symlink(folder, f"{folder}/loop")
            write(os.path.join(folder.encode(), b"bad \xff\n name"))
        os.symlink("/", f"{self.data}/prefix/dosdevices/z:")
        os.link(f"{self.outside}/canary", f"{self.data}/prefix/hard")

    def check_outside(self):
        check(all(os.path.isfile(p) for p in (f"{self.outside}/canary", f"{self.outside}/folder/canary")),
              "what links lead to is as it was")


def write(path):
    with open(path, "w", encoding="utf-8") as file:
        file.write("mine\n")


def make_deep(folder):
    """Deeper than a path can say."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(DEEP):
        os.mkdir("deeper", dir_fd=here)
        below = os.open("deeper", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def up(bench):
    bench.start_bus()
    bench.add_guest()
    bench.publish((5, "Five", 32), (6, "Six", 48))
    bench.apps()
    guest = Guest(bench)
    guest.fill()
    check(len(guest.ours()) >= 5, f"there is something to remove: {len(guest.ours())}")
    return guest


def kept_then_purged(bench):
    guest = up(bench)
    pid = bench.guest_pids()[-1]
    done = bench.railhead("guest", "remove", "twin")
    check(done.returncode == 0 and not done.stderr, f"removed {done.stderr}")
    check(not lives(pid), "the guest has ended")
    check(not guest.ours(), f"nothing of ours is left: {guest.ours()}")
    check(os.path.isfile(guest.document) and guest.data in done.stdout, f"documents are kept, and it says where: {done.stdout}")
    check(not bench.json("status")["guests"], "the agent has forgotten it")
    guest.check_outside()
    words = sentence(bench.railhead("guest", "remove", "twin"), 4, "once more")
    check(guest.data in words, "and still says where the documents are")
    done = bench.railhead("guest", "remove", "twin", "--purge")
    check(done.returncode == 0 and not done.stdout, f"purged {done.stderr}")
    check(not os.path.lexists(guest.data), "the data is gone")
    guest.check_outside()
    sentence(bench.railhead("guest", "remove", "twin", "--purge"), 4, "nothing is there any more")


def purged_at_once(bench):
    guest = up(bench)
    done = bench.railhead("guest", "remove", "--purge", "twin")
    check(done.returncode == 0 and not done.stderr, f"purged {done.stderr}")
    check(not guest.ours() and not os.path.lexists(guest.data), "nothing at all is left")
    guest.check_outside()
    bench.add_guest()
    check(set(bench.apps()) == {"Five", "Six"}, "and a guest of that name can come again")


def deep(bench):
    guest = up(bench)
    make_deep(f"{guest.data}/prefix")
    os.mkdir(f"{guest.data}/prefix/locked")
    write(f"{guest.data}/prefix/locked/file")
    os.chmod(f"{guest.data}/prefix/locked", 0)
    write(f"{guest.data}/removing-0")
    done = bench.railhead("guest", "remove", "--purge", "twin")
    check(done.returncode == 0 and not os.path.lexists(guest.data), f"{DEEP} folders in each other are removed {done.stderr}")
    guest.check_outside()


def folders_that_are_links(bench):
    """The folder of a guest may be a link itself, to another disk or to anything."""
    guest = up(bench)
    bench.railhead("stop")
    for number, path in enumerate((guest.data, guest.state)):
        elsewhere = f"{bench.env['HOME']}/elsewhere-{number}"
        os.rename(path, elsewhere)
        os.symlink(elsewhere, path)
    done = bench.railhead("guest", "remove", "--purge", "twin")
    check(done.returncode == 0, f"purged {done.stderr}")
    check(not os.path.lexists(guest.data) and not os.path.lexists(guest.state), "the links are gone")
    check(os.path.isfile(f"{bench.env['HOME']}/elsewhere-0/prefix/drive_c/letter.txt"), "what they lead to is not")
    guest.check_outside()


def other_guests(bench):
    up(bench)
    bench.add_guest("twin-2")
    bench.publish((5, "Five", 32), (6, "Six", 48))
    bench.railhead("run", "twin-2/Five", DISPLAY="")
    other = f"{bench.env['XDG_DATA_HOME']}/applications/io.railhead.twin_2.x.desktop"
    write(other)
    check(bench.railhead("guest", "remove", "--purge", "twin").returncode == 0, "one of two is removed")
    check(os.path.isfile(other) and [g["name"] for g in bench.json("status")["guests"]] == ["twin-2"], "the other is as it was")


def profile_gone(bench):
    """The profile was deleted by hand: what is left can still be removed."""
    guest = up(bench)
    bench.railhead("stop")
    os.unlink(guest.profile)
    done = bench.railhead("guest", "remove", "twin")
    check(done.returncode == 0 and not guest.ours(), f"left over things are removed {done.stderr}")
    check(os.path.isfile(guest.document), "documents are not")


if __name__ == "__main__":
    sys.exit(run_cases([kept_then_purged, purged_at_once, deep, folders_that_are_links, other_guests, profile_gone]))
