# SPDX-License-Identifier: Apache-2.0
"""Prints "PASSED FAILED SKIPPED" of one of meson's JSON test logs; a log that is not there counts nothing."""
import json
import sys

counts = {"passed": 0, "failed": 0, "skipped": 0}
try:
    with open(sys.argv[1], encoding="utf-8") as log:
        for line in log:
            result = json.loads(line)["result"]
            kind = {"OK": "passed", "EXPECTEDFAIL": "passed", "SKIP": "skipped"}.get(result, "failed")
            counts[kind] += 1
except FileNotFoundError:
    pass
print(counts["passed"], counts["failed"], counts["skipped"])
