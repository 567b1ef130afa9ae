#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What pixels and windows cost. Full-motion frames of a native X client on the embedded guest's private display, shown by the agent
through shared memory, and by the stock xfreerdp3 at the same server and prefix in the same run; then one event among many windows,
and a drag. Prints a table: metric, ours, reference, ratio, required, PASS or MISS.

usage: pixels.py BUILD-DIR [SECONDS]     Exit 1: something required was missed. Exit 77: a component is not here."""
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "wine"))
from desktop import BUILD, RAILHEAD, Failed, Home, geometry, is_viewable, missing_tool, say, until, with_session_bus  # noqa: E402
from frames import (Frames, agent_window, descendant, guest_pid, private_environment, processes,  # noqa: E402
                    read, sockets_of)

SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 15
EMBEDDED, CROWD = f"{BUILD}/guest-agent/embedded/railhead-embedded", f"{BUILD}/tests/support/window-crowd"
FULL, EVENTS, FEW, MANY, STEPS = (1920, 1080), 300, 10, 200, 200
rows = []


def row(metric, ours, reference, ratio, required, passed):
    """passed: None when nothing is required."""
    rows.append((metric, ours, reference, ratio, required, "" if passed is None else "PASS" if passed else "MISS"))


def table():
    lines = [("metric", "ours", "reference", "ratio", "required", ""), *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def cpu(pid):
    """Seconds that the threads of a process have run."""
    tasks = os.listdir(f"/proc/{pid}/task")
    return sum(int((read(f"/proc/{pid}/task/{task}/schedstat").split() or ["0"])[0]) for task in tasks) / 1e9


class Side:
    """One way to show the guest's windows: the processes that it costs, and how a window of it is found on the host."""

    def __init__(self, home, runtime, pids, find):
        self.home, self.pids, self.find = home, pids, find
        self.private = until(lambda: private_environment(home, runtime), 20, "a program on the private display")

    def spent(self):
        return {name: cpu(pid) for name, pid in self.pids.items()}

    def motion(self, size, rate, kind="motion"):
        with Frames(self.private, self.find, size, rate, kind) as frames:
            before = self.spent()
            seen, torn, fps = frames.watch(self.home, SECONDS)
            after = self.spent()
        result = {"frames": seen, "torn": torn, "fps": fps, "cpu": {name: after[name] - before[name] for name in before}}
        used = ", ".join(f"{name} {1000 * value / seen:.2f}" for name, value in result["cpu"].items())
        say(f"{size[0]}x{size[1]} {kind} at {rate or 'full speed'}: {fps:.1f}/s shown, {torn} torn, CPU ms per frame: {used}")
        return result


def per_thousand(result, names):
    return sum(result["cpu"][name] for name in names) * 1000 / result["frames"]


def start_ours(home):
    home.run([RAILHEAD, "guest", "add", "wine", "kind=embedded"])
    until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 180, "the embedded guest publishes Notepad")
    runtime = f"{home.env['XDG_RUNTIME_DIR']}/railhead/wine"
    agent = next(pid for pid, (_, name) in processes().items() if name == "railhead-agent"[:15] and
                 f"XDG_RUNTIME_DIR={home.env['XDG_RUNTIME_DIR']}" in read(f"/proc/{pid}/environ"))
    pids = {"agent": agent, "session": descendant(agent, "railhead-session"), "server": guest_pid(runtime), "x": home.server.pid}
    return Side(home, runtime, pids, lambda title: agent_window(home, title))


def host_window(home, title):
    found = home.output(["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"]).split()
    return next((int(xid) for xid in found if is_viewable(home, xid)), None)


def start_reference(home, listen):
    """xfreerdp3 at an embedded guest of its own, over the kind of socket that `listen` says."""
    runtime = os.path.join(home.root, "run", listen)
    os.mkdir(runtime, 0o700)
    ready, write = os.pipe()
    guest = home.spawn([EMBEDDED, "--name", "reference", "--data", home.data, "--runtime", runtime, "--listen", listen, "--ready-fd",
                        str(write)], pass_fds=[write])
    os.close(write)
    with os.fdopen(ready, encoding="utf-8") as lines:
        address = next((line.split()[2:] for line in lines if line.startswith("ready ")), None)
    if not address:
        raise Failed("the embedded guest did not become ready")
    account = address[1:3] if listen == "tcp" else ["guest", "none"]
    client = home.spawn(["xfreerdp3", f"/v:{address[0]}", "/cert:ignore", f"/u:{account[0]}", f"/p:{account[1]}", "/gfx", "-clipboard",
                         "/app:program:notepad"])
    until(lambda: home.output(["xdotool", "search", "--onlyvisible", "--name", "Notepad"]), 30, "xfreerdp3 shows Notepad")
    side = Side(home, runtime, {"client": client.pid, "server": guest.pid, "x": home.server.pid}, lambda title: host_window(home, title))
    side.children = (client, guest)
    return side


def end_reference(side):
    for child in side.children:
        child.terminate()
        child.wait(30)


def compare_motion(paced, fastest, reference):
    cores = sum(paced["cpu"][name] for name in ("server", "session", "agent")) / SECONDS
    row("1920x1080 frames per second, of 60", f"{paced['fps']:.1f}", f"{reference['fps']:.1f}", f"{paced['fps'] / reference['fps']:.1f}",
        ">= 59.5", paced["fps"] >= 59.5)
    row("cores of server, session and agent at that", f"{cores:.3f}", "-", "-", "< 0.5", cores < 0.5)
    mine, theirs = per_thousand(paced, ("agent", "session", "x")), per_thousand(reference, ("client", "x"))
    row("CPU s per 1000 frames, client side + X server", f"{mine:.2f}", f"{theirs:.2f}", f"{mine / theirs:.3f}", "ratio <= 0.5",
        mine <= theirs / 2)
    agent = per_thousand(paced, ("agent",))
    row("the agent's part of the reference's CPU", f"{agent:.3f} s", f"{theirs:.2f} s", f"{agent / theirs:.4f}", "ratio < 0.05",
        agent < theirs * 0.05)
    row("the agent's part of agent + session + X server", f"{100 * agent / mine:.1f} %", "-", "-", "-", None)
    torn = paced["torn"] + fastest["torn"]
    row(f"torn among {paced['frames'] + fastest['frames']} frames", str(torn), str(reference["torn"]), "-", "0", torn == 0)


def prove_no_copy(ours):
    """The agent maps no shared memory, and what it writes and reads by calls is far below a frame's 8 MB."""
    agent = ours.pids["agent"]
    with Frames(ours.private, ours.find, FULL, 60) as frames:
        begun = resident(agent)
        path = os.path.join(ours.home.root, "calls")
        strace = subprocess.Popen(["strace", "-f", "-qq", "-o", path, "-e",
                                   "trace=read,write,readv,writev,sendto,recvfrom,sendmsg,recvmsg", "-p", str(agent)])
        seen = frames.watch(ours.home, 3)[0]
        strace.terminate()
        strace.wait(20)
        moved = sum(int(size) for size in re.findall(r"= (\d+)$", read(path), re.M))
        mapped = [line for line in read(f"/proc/{agent}/maps").splitlines() if "memfd:" in line or "SYSV" in line]
        grown = resident(agent) - begun
    row("shared memory mapped in the agent", str(len(mapped)), "-", "-", "0", not mapped)
    row("bytes that the agent read and wrote per frame", f"{moved / seen:.0f}", "8294400", "-", "< 2000", 0 < moved / seen < 2000)
    row("growth of the agent meanwhile, kB", str(grown), "-", "-", "< 1000", grown < 1000)


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", read(f"/proc/{pid}/status")).group(1))


def scroll_text(side):
    """What goes over the network per frame of scrolling text, against the same pixels as they are, which is what WSLg sends."""
    size = (1000, 700)
    with Frames(side.private, side.find, size, 60, "scroll") as frames:
        before = written(side.pids["server"])
        seen, _, fps = frames.watch(side.home, 5)
        sent = (written(side.pids["server"]) - before) / seen
    raw = size[0] * size[1] * 4
    row("kB per scrolled 1000x700 frame over TCP", f"{sent / 1000:.0f}", f"{raw / 1000:.0f}", f"{sent / raw:.2f}", "ratio < 0.5",
        sent < raw / 2)
    say(f"scrolled text over TCP: {fps:.1f}/s shown")


def written(pid):
    """Bytes that the peers of a process' TCP connections have acknowledged."""
    total = 0
    for mine in sockets_of(pid):
        with mine:
            if mine.family == socket.AF_INET and mine.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 0:
                info = mine.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
                total += int.from_bytes(info[120:128], "little")  # tcpi_bytes_acked
    return total


class Crowd:
    """Still windows, all on the host; events of the first one."""

    def __init__(self, side, count):
        self.side, self.prefix = side, f"Crowd of {count}"
        self.process = subprocess.Popen([CROWD, self.prefix, str(count)], env=side.private, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        until(lambda: self.shown() == count, 120, f"{count} windows are on the host")

    def shown(self):
        return len([w for w in self.side.home.json("windows") if w["title"].startswith(self.prefix) and w["painted"]])

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def cost(self, what):
        """CPU milliseconds of agent, session, server and X server per event; the median of three."""
        samples = []
        for _ in range(3):
            before = self.side.spent()
            self.ask(f"{what} {EVENTS}")
            samples.append(sum(self.side.spent().values()) - sum(before.values()))
        return statistics.median(samples) * 1000 / EVENTS

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)
        until(lambda: self.shown() == 0, 60, "the crowd goes")


def compare_crowds(ours):
    costs = {}
    for count in (FEW, MANY):
        crowd = Crowd(ours, count)
        costs[count] = {what: crowd.cost(what) for what in ("title", "paint", "move")}
        say(f"{count} windows: CPU ms per event {costs[count]}")
        crowd.end()
    for what in ("title", "paint", "move"):
        few, many = costs[FEW][what], costs[MANY][what]
        row(f"CPU ms per {what}, {MANY} windows against {FEW}", f"{many:.3f}", f"{few:.3f}", f"{many / few:.2f}", "ratio <= 1.2",
            many <= few * 1.2)


class Trace:
    """What the agent says to the session and to the X server while the block runs."""

    def __init__(self, ours):
        opcode = re.search(r"MIT-SHM\s+\(opcode: (\d+)", ours.home.output(["xdpyinfo", "-queryExtensions"])).group(1)
        self.put_image = rf"\\x{int(opcode):02x}\\x03\\x0a\\x00"
        self.path = os.path.join(ours.home.root, "trace")
        self.strace = subprocess.Popen(["strace", "-f", "-xx", "-s", "65536", "-o", self.path, "-e", "trace=sendmsg,recvmsg,writev", "-p",
                                        str(ours.pids["agent"])], stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        line = self.strace.stderr.readline()  # it says that it is attached
        if "attached" not in line:
            raise Failed(f"strace: {line}")
        return self

    def __exit__(self, *exception):
        self.strace.terminate()
        self.strace.communicate(timeout=20)
        self.lines = read(self.path).splitlines()

    def repaints(self):
        return sum(len(re.findall(self.put_image, line)) for line in self.lines if "writev(" in line)

    def moves(self):
        """How many INTENT_MOVE (4) went, and how many at most before the guest's answer, a DESK_EVENT_WINDOW (5)."""
        sent = waiting = most = 0
        for line in self.lines:
            if re.search(r'sendmsg\(.*iov_base="\\x04', line):
                sent, waiting = sent + 1, waiting + 1
                most = max(most, waiting)
            elif re.search(r'recvmsg.*iov_base="\\x05', line):
                waiting = 0
        return sent, most


def drag(ours):
    crowd = Crowd(ours, 1)
    xid = until(lambda: agent_window(ours.home, f"{crowd.prefix} 1"), 10, "the window to drag")
    # the pace of a hand: the drag itself is what is measured
    steps = [f"windowmove {xid} {100 + step * 4} {100 + step * 2} sleep 0.01" for step in range(STEPS)]
    end = (100 + (STEPS - 1) * 4, 100 + (STEPS - 1) * 2)
    with Trace(ours) as trace:
        ours.home.run(["xdotool", *" ".join(steps).split()])
        until(lambda: geometry(ours.home, xid)[:2] == end, 10, "the window is where it was dragged")
        until(lambda: [w for w in ours.home.json("windows") if w["x_window"] == xid and
                       (w["guest_geometry"]["x"], w["guest_geometry"]["y"]) == end], 10, "and so is the guest's")
    sent, most = trace.moves()
    row(f"geometry messages in flight, {STEPS} steps dragged", f"{most} of {sent}", "-", "-", "<= 1", 1 <= sent <= STEPS and most == 1)
    row("repaints of the dragged window", str(trace.repaints()), "-", "-", "0", trace.repaints() == 0)
    crowd.end()


def main():
    if missing_tool() or not shutil.which("xfreerdp3") or not shutil.which("strace"):
        print(f"{missing_tool() or 'xfreerdp3 or strace'} is not here")
        return 77
    home, good = Home(), False
    try:
        home.start_desktop("2048x1280")
        ours = start_ours(home)
        fastest, paced = ours.motion(FULL, 0), ours.motion(FULL, 60)
        prove_no_copy(ours)
        compare_crowds(ours)
        drag(ours)
        home.run([RAILHEAD, "stop"], timeout=30)
        reference = start_reference(home, "unix")
        compare_motion(paced, fastest, reference.motion(FULL, 60))
        end_reference(reference)
        scroll_text(start_reference(home, "tcp"))
        good = True
    except Failed as error:
        say(f"FAILED: {error}")
    finally:
        home.end(keep=not good)
    print(table())
    return 0 if good and not [line for line in rows if line[5] == "MISS"] else 1


if __name__ == "__main__":
    with_session_bus()
    sys.exit(main())
