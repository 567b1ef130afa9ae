# SPDX-License-Identifier: Apache-2.0
"""The guest agent in a Wine prefix of its own, spoken to as a host does: carrier frames on a socket pair, RAILPUB in them
(rail/PROTOCOL.md). No X display: what publishes needs none. Every wait has a deadline."""
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

MAGIC, WINDOW = 0x5052, 8
ACK, HELLO, RESYNC, LOG, SYNC_BEGIN, SYNC_END, APP, APP_GONE, FILE_TYPE, FILE_TYPE_GONE = 0, 1, 4, 5, 16, 17, 18, 19, 21, 22
ICON_REQUEST, ICON, LAUNCH, LAUNCH_RESULT, WINDOW_APP = 24, 25, 32, 33, 40
APP_TEXTS = ("name", "description", "group", "target", "arguments", "directory", "aumid")


class Lost(Exception):
    pass


class Reader:
    def __init__(self, body):
        self.body, self.at = body, 0

    def take(self, form):
        values = struct.unpack_from("<" + form, self.body, self.at)
        self.at += struct.calcsize("<" + form)
        return values if len(values) > 1 else values[0]

    def text(self):
        size = self.take("H")
        self.at += size
        return self.body[self.at - size:self.at].decode("utf-16-le", "replace")


def decode_app(body):
    reader = Reader(body)
    ident, icon, kind, show, hotkey, flags = reader.take("QQBBHB")
    app = {"id": ident, "icon": icon, "kind": kind, "show": show, "hotkey": hotkey, "of_windows": bool(flags & 1)}
    app.update((key, reader.text()) for key in APP_TEXTS)
    app["rest"] = body[reader.at:]
    return app


class Prefix:
    """A Wine prefix with the agent's programs in it. RAILHEAD_TEST_PREFIX names one to copy; to make one takes half a minute."""

    def __init__(self, build, architecture="x86_64"):
        self.root = tempfile.mkdtemp(prefix="rh-guest-", dir="/tmp")
        self.path = f"{self.root}/prefix"
        template = os.environ.get("RAILHEAD_TEST_PREFIX")
        self.env = {key: value for key, value in os.environ.items() if key in ("PATH", "RAILHEAD_XP_ROOT")}
        self.env.update(HOME=self.root, WINEPREFIX=self.path, WINEDEBUG="-all", LANG="C.UTF-8",
                        WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=d;wtsapi32=n,b")
        if template:
            subprocess.run(["cp", "-a", template, self.path], check=True)
            if os.path.exists(f"{self.path}/wineserver"):
                os.unlink(f"{self.path}/wineserver")
        else:
            self.wine("wineboot", "-u", timeout=300)
            subprocess.run(["wineserver", "-w"], env=self.env, check=True, timeout=120)
        subprocess.run(["wineserver", "-p"], env=self.env, check=True, timeout=60)  # one for all that follows
        self.programs = f"{self.path}/drive_c/agent"
        os.makedirs(self.programs, exist_ok=True)
        shutil.copy(f"{build}/guest-agent/win32/railhead-guest-{architecture}.exe", f"{self.programs}/railhead-guest.exe")
        shutil.copy(f"{build}/guest-agent/embedded/wtsapi32/wtsapi32-{architecture}.dll", f"{self.programs}/wtsapi32.dll")
        self.agent = None

    def wine(self, *argv, timeout=120, check=True):
        """Files, no pipes: what Wine leaves running holds on to them."""
        with tempfile.TemporaryFile("w+", errors="replace") as out, tempfile.TemporaryFile("w+", errors="replace") as err:
            done = subprocess.run(["wine", *argv], env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=timeout,
                                  check=check)
            out.seek(0)
            err.seek(0)
            done.stdout, done.stderr = out.read(), err.read()
        return done

    @property
    def common_menu(self):
        return f"{self.path}/drive_c/ProgramData/Microsoft/Windows/Start Menu/Programs"

    def start_agent(self):
        ours, theirs = socket.socketpair()
        with open(f"{self.root}/agent.log", "ab") as log:
            child = subprocess.Popen(["wine", "C:\\agent\\railhead-guest.exe"], env=self.env, stdin=theirs, stdout=theirs,
                                     stderr=log)
        theirs.close()
        self.agent = Agent(ours, child)
        return self.agent

    def log(self):
        with open(f"{self.root}/agent.log", encoding="utf-8", errors="replace") as file:
            return file.read()

    def end(self, keep=False):
        if self.agent:
            self.agent.end()
        subprocess.run(["wineserver", "-k"], env=self.env, stderr=subprocess.DEVNULL, check=False, timeout=60)
        if not keep:
            shutil.rmtree(self.root, ignore_errors=True)


class Agent:
    def __init__(self, carrier, child):
        self.carrier, self.child = carrier, child
        self.arrived = b""
        self.apps, self.types, self.pending = {}, {}, None
        self.hash = self.n_bytes = self.n_updates = 0
        self.begin()

    def begin(self):
        """What a connection starts with."""
        self.stream, self.sent, self.received, self.told, self.acked, self.queue = b"", 0, 0, 0, 0, []

    def frame(self, kind, data=b""):
        self.carrier.sendall(bytes([kind]) + len(data).to_bytes(3, "little") + data)

    def say(self, kind, body=b""):
        self.queue.append((kind, body))
        self.transmit()

    def message(self, kind, body):
        self.told = self.received
        message = struct.pack("<HHHH", MAGIC, kind, 8 + len(body), self.received & 0xFFFF) + body
        self.n_bytes += len(message)
        self.frame(0, message)

    def transmit(self):
        while self.queue and (self.sent - self.acked) & 0xFFFF < WINDOW:
            self.sent += 1
            self.message(*self.queue.pop(0))
        if self.received - self.told >= WINDOW // 2:
            self.message(ACK, b"")

    def hello(self, catalogue):
        name = "a test".encode("utf-16-le")
        self.say(HELLO, struct.pack("<HHIQIHHHHH", 1, 1, 7, catalogue, 0, 0, 0, 0, 0, len(name)) + name)

    def connect(self, catalogue=0):
        self.begin()
        self.n_bytes = 0
        self.frame(1)
        self.hello(catalogue)

    def disconnect(self):
        self.frame(2)

    def fill(self, deadline):
        """Reads once from the carrier."""
        self.carrier.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            data = self.carrier.recv(65536)
        except socket.timeout:
            return
        if not data:
            raise Lost("the agent has ended")
        self.arrived += data
        while len(self.arrived) >= 4:
            size = int.from_bytes(self.arrived[1:4], "little")
            if len(self.arrived) < 4 + size:
                break
            if self.arrived[0] == 0:
                self.stream += self.arrived[4:4 + size]
                self.n_bytes += size
            self.arrived = self.arrived[4 + size:]

    def pull(self):
        """The next message that is here as a whole, or None."""
        if len(self.stream) < 8:
            return None
        magic, kind, size, received = struct.unpack_from("<HHHH", self.stream)
        if magic != MAGIC or len(self.stream) < size:
            return None
        body, self.stream = self.stream[8:size], self.stream[size:]
        if (received - self.acked) & 0xFFFF <= (self.sent - self.acked) & 0xFFFF:
            self.acked = received
        if kind != ACK:
            self.received += 1
        return kind, body

    def take(self, kind, body):
        if kind == SYNC_BEGIN:
            delta = body[16] & 2
            self.pending = (dict(self.apps), dict(self.types)) if delta else ({}, {})
        elif kind == APP:
            self.pending[0][struct.unpack_from("<Q", body)[0]] = body
        elif kind == FILE_TYPE:
            self.pending[1][struct.unpack_from("<Q", body)[0]] = body
        elif kind in (APP_GONE, FILE_TYPE_GONE):
            self.pending[kind == FILE_TYPE_GONE].pop(struct.unpack("<Q", body)[0], None)
        elif kind == SYNC_END:
            self.unchanged = bool(body[16] & 1)
            self.hash = struct.unpack_from("<Q", body, 8)[0]
            self.n_updates += 1
            if not self.unchanged:
                self.apps, self.types = self.pending

    def await_message(self, kind, seconds=60):
        """The body of the next message of a type; what is of the catalogue is taken on the way."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            message = self.pull()
            if not message:
                self.transmit()
                self.fill(deadline)
                continue
            self.transmit()
            self.take(*message)
            if message[0] == kind:
                return message[1]
        raise Lost(f"no message {kind} within {seconds} s")

    def await_catalogue(self, probe=lambda agent: True, seconds=60):
        """Takes updates until one leaves the catalogue as probe wants it."""
        self.await_message(SYNC_END, seconds)
        while not probe(self):
            self.await_message(SYNC_END, seconds)

    def published(self):
        return [decode_app(body) for body in self.apps.values()]

    def windows_process(self):
        """Of the agent itself: its loader becomes it."""
        return self.child.pid

    def end(self):
        self.carrier.close()
        try:
            self.child.wait(20)
        except subprocess.TimeoutExpired:
            self.child.send_signal(signal.SIGKILL)
            self.child.wait(20)
