#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh PROGRAM SEEDS: a short run from a fixed seed; what it finds stays in the folder of the test, not among the seeds. A finding ends 1:
# the fuzzer would say 77, which is "skipped" here.
set -eu
corpus=$(mktemp -d)
trap 'rm -rf "$corpus"' EXIT
if [ -d "$2" ]; then
    cp "$2"/* "$corpus"
fi
"$1" -runs=20000 -seed=1 -max_len=4096 -rss_limit_mb=1024 -timeout=10 -error_exitcode=1 -print_final_stats=0 -artifact_prefix="$1-" "$corpus"
