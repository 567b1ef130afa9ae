# SPDX-License-Identifier: Apache-2.0
"""Debian's bindings of GLib belong to Debian's python, which is not always the first one of PATH."""
import os
import sys

DEBIANS = "/usr/bin/python3"


def need():
    """Goes on where `import gi` works: here, or in the same script under Debian's python. Exit 77 where it does not."""
    try:
        import gi  # noqa: F401
    except ImportError:
        if not os.path.exists(DEBIANS) or os.environ.get("RAILHEAD_PYTHON") == DEBIANS:
            print("python3-gi is not here")
            sys.exit(77)
        os.environ["RAILHEAD_PYTHON"] = DEBIANS
        os.execv(DEBIANS, [DEBIANS, *sys.argv])
