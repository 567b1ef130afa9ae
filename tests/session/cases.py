# SPDX-License-Identifier: Apache-2.0
"""The frame of the session tests: cases with a server and a session of their own, run by name or all of them."""
import os
import shutil
import sys
import tempfile
import traceback

sys.path.insert(0, f"{os.path.dirname(os.path.abspath(__file__))}/../support")
from railfake import RailFake, Session  # noqa: E402

BUILD = os.path.abspath(sys.argv[1])
WINDOW = 0x20010
DESKTOP = 0xFFFFFFFF
ONE_WINDOW = f'''
window {WINDOW} box=100,80,400,300 title="Zoë's \\"probe\\""
look {WINDOW} colour=4080c0
app 00000000000000a1 name=Probe
'''
REFUSED, LOST, GUEST, ASKED, UNREACHABLE, TAKEN, LOGON, CERTIFICATE = 2, 3, 4, 0, 1, 6, 7, 8  # SessionEnd


class Case:
    """A folder, a server and a session that talks to it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="rs-", dir="/tmp")
        self.fake = self.session = None

    def serve(self, persona, script=ONE_WINDOW, **options):
        self.fake = RailFake(BUILD, f"{self.folder}/guest", persona, script, **options)
        return self.fake

    def connect(self, **options):
        self.session = Session(BUILD, f"{self.folder}/session.log")
        self.session.connect(self.fake, **options)
        return self.session

    def end(self, good):
        status = [talker.end() for talker in (self.session, self.fake) if talker]
        if good:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            print(f"logs are kept in {self.folder}", flush=True)
        return status


def expect(condition, text):
    if not condition:
        raise AssertionError(text)


def run(function):
    case, good = Case(), False
    try:
        function(case)
        good = True
    except Exception:  # pylint: disable=broad-except
        traceback.print_exc()
        for talker in (case.fake, case.session):
            for event in talker.all[-25:] if talker else []:
                print(event)
    status = case.end(good)
    if good and any(code not in (0, 1) for code in status):
        print(f"{function.__name__}: programs ended with {status}")
        good = False
    print(f"{'ok' if good else 'FAILED'}: {function.__name__}", flush=True)
    return good


def main(functions):
    wanted = sys.argv[2:]
    results = [run(function) for function in functions if not wanted or function.__name__ in wanted]
    print(f"{sum(results)} of {len(results)} cases")
    return 0 if results and all(results) else 1
