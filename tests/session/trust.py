#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a session does with servers that it has no reason to trust: a choice of protection that was not offered (CVE-2026-109952),
a redirection, an old TLS; and Standard RDP security against xrdp, an implementation that shares nothing with ours.

usage: trust.py BUILD-DIR [CASE...]"""
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import threading

from cases import BUILD, DESKTOP, REFUSED, Session, expect, main

PASSWORD = "correct-horse-battery"
RDSTLS, HYBRID_EX, RDSAAD, SSL, HYBRID = 4, 8, 16, 1, 2
RDP_NEG_REQ, RDP_NEG_RSP = bytes([1, 0, 8, 0]), 2


class Server:
    """Answers the negotiation of security as it likes, then speaks TLS, and keeps each byte that it is sent."""

    def __init__(self, folder, answer, versions=None):
        self.heard, self.requested, self.secured = b"", 0, threading.Event()
        self.answer = answer
        key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=guest", "-days", "2", "-keyout", key,
                        "-out", certificate], check=True, stderr=subprocess.DEVNULL)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if versions:
            self.context.set_ciphers("ALL:@SECLEVEL=0")
            self.context.minimum_version = self.context.maximum_version = versions
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            connection.settimeout(20)
            try:
                self.talk(connection)
            except OSError:
                connection.close()

    def talk(self, connection):
        request = connection.recv(4096)
        self.heard += request
        if request[-8:-4] == RDP_NEG_REQ:
            self.requested |= struct.unpack("<I", request[-4:])[0]
        body = struct.pack("<BBHI", *self.answer[:2], 8, self.answer[2])
        confirm = struct.pack(">BBHBBHHB", 3, 0, 11 + len(body), 6 + len(body), 0xD0, 0, 0x1234, 0) + body
        connection.sendall(confirm)
        with self.context.wrap_socket(connection, server_side=True) as tls:
            self.secured.set()
            while data := tls.recv(4096):
                self.heard += data

    def knows(self, secret):
        return secret.encode() in self.heard or secret.encode("utf-16-le") in self.heard


def ends_without_a_word(case, chosen, security):
    server = Server(case.folder, (RDP_NEG_RSP, 0, chosen))
    session = Session(BUILD, f"{case.folder}/session.log")
    case.session = session
    session.send(f"connect address={server.address} user=someone password={PASSWORD} security={security}")
    end = session.ended()
    expect(end["code"] == REFUSED and not server.knows(PASSWORD), f"a guest that chose {chosen} of {security}: {end}")
    expect(server.requested & ~(SSL | HYBRID) == 0, f"nothing else was offered: {server.requested}")
    server.listener.close()
    return end


def a_choice_that_was_not_offered(case):
    for chosen in (RDSTLS, HYBRID_EX, RDSAAD):
        for security in ("nla", "nla,tls", "nla,tls,rdp"):
            ends_without_a_word(case, chosen, security)
            case.session.end()
    end = ends_without_a_word(case, RDSTLS, "nla")
    expect("not offered" in end["text"] and "security=nla" in end["text"], f"the sentence names the key: {end}")


def less_than_the_profile_says(case):
    """TLS alone tells the password to the guest; with nla it is never told."""
    end = ends_without_a_word(case, SSL, "nla")
    expect("security=nla" in end["text"], f"{end}")
    case.session.end()
    ends_without_a_word(case, 0, "nla,tls")


def old_tls(case):
    version = ssl.TLSVersion.TLSv1
    server = Server(case.folder, (RDP_NEG_RSP, 0, SSL), version)
    case.session = Session(BUILD, f"{case.folder}/session.log")
    case.session.send(f"connect address={server.address} user=someone password={PASSWORD} security=tls")
    end = case.session.ended()
    expect(end["code"] == REFUSED and "tls=1.0" in end["text"], f"TLS 1.0 is refused, and the key is named: {end}")
    expect(not server.secured.is_set() and not server.knows(PASSWORD), "before TLS stands")
    case.session.end()
    case.session = Session(BUILD, f"{case.folder}/session.log")
    case.session.send(f"connect address={server.address} user=someone password={PASSWORD} security=tls old-tls")
    case.session.wait("security", protocol="tls")
    expect(server.secured.wait(20), "with the key it is spoken")


def xrdp_config(folder, port, layer):
    with open("/etc/xrdp/xrdp.ini", encoding="utf-8") as file:
        lines = file.read().splitlines()
    changes = {"port": f"tcp://.:{port}", "security_layer": layer, "LogFile": f"{folder}/xrdp.log", "EnableSyslog": "false",
               "crypt_level": "high"}
    section, seen, out = "", set(), []
    for line in lines:
        section = line if line.startswith("[") else section
        key = line.split("=")[0].strip()
        if key in changes and section in ("[Globals]", "[Logging]") and key not in seen:
            line = f"{key}={changes[key]}"
            seen.add(key)
        out.append(line)
    path = f"{folder}/xrdp.ini"
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")
    return path


def start_xrdp(folder, layer):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    config = xrdp_config(folder, port, layer)
    log = open(f"{folder}/xrdp.out", "wb")  # pylint: disable=consider-using-with
    process = subprocess.Popen(["xrdp", "--nodaemon", "--config", config], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    while True:  # until it listens, or has ended
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
            return process, f"127.0.0.1:{port}"
        except OSError:
            if process.poll() is not None:
                with open(f"{folder}/xrdp.out", encoding="utf-8", errors="replace") as file:
                    raise AssertionError(f"xrdp ended {process.returncode}: {file.read()[-600:]}") from None


def with_xrdp(case, layer, check):
    process, address = start_xrdp(case.folder, layer)
    try:
        check(address)
    finally:
        process.terminate()
        process.wait(20)


def session_to(case, address, options):
    if case.session:
        case.session.end()
    case.session = Session(BUILD, f"{case.folder}/session.log")
    case.session.send(f"connect address={address} {options}")
    return case.session


def xrdp_with_rdp_security(case):
    def check(address):
        end = session_to(case, address, "").ended()
        expect(end["code"] == REFUSED and "security=rdp" in end["text"], f"by default it is refused, with the key: {end}")
        session = session_to(case, address, "security=rdp")
        session.wait("security", protocol="rdp")
        session.wait("surface", surface=DESKTOP)
        session.wait("damage", surface=DESKTOP)  # activated, and its logon screen is drawn
    with_xrdp(case, "rdp", check)


def xrdp_with_tls(case):
    def check(address):
        session = session_to(case, address, "")
        told = session.wait("security", protocol="tls", verdict=2)["fingerprint"]
        session.wait("damage", surface=DESKTOP)
        session = session_to(case, address, f"fingerprint={told}")
        session.wait("security", protocol="tls", verdict=1)
        session.wait("damage", surface=DESKTOP)
        end = session_to(case, address, "security=nla").ended()
        expect(end["code"] == REFUSED and "security=nla" in end["text"], f"it has no network level authentication: {end}")
    with_xrdp(case, "tls", check)


def a_recording_without_the_password(case):
    fake = case.serve("win7", tcp=True, user="someone", password=PASSWORD)
    path = f"{case.folder}/recording"
    case.session = Session(BUILD, f"{case.folder}/session.log", ["--record", path])
    case.session.connect(fake, user="someone", password=PASSWORD)
    case.session.wait("session", state="published")
    for name in (path, f"{case.folder}/session.log"):
        with open(name, "rb") as file:
            data = file.read()
        expect(data and PASSWORD.encode() not in data and PASSWORD.encode("utf-16-le") not in data, f"no password in {name}")


CASES = [a_choice_that_was_not_offered, less_than_the_profile_says, old_tls, a_recording_without_the_password]
if shutil.which("xrdp") and os.access("/etc/xrdp/rsakeys.ini", os.R_OK) and os.access("/etc/xrdp/key.pem", os.R_OK):
    CASES += [xrdp_with_rdp_security, xrdp_with_tls]
else:
    print("xrdp is not here, or its keys may not be read: not tried against it")
sys.exit(main(CASES))
