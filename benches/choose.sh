#!/usr/bin/env bash
# What choosing the rows that matter costs: the timeline of a million records of logs beside the scan of
# them (`rfo inspect`), in CPU seconds and in seconds by the clock, and the peak of anonymous memory for
# one million and for four, which templates bound, not lines; and the worst that can come, lines of which
# no two are alike.
#
#   benches/choose.sh [FOLDER]       corpora are made there once (0.6 GB)
#
# The machine should be idle.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-target/choose-bench}
runs=${RUNS:-5}
. benches/measure.sh

# elapsed COMMAND…: median of the seconds by the clock.
elapsed() {
    local TIMEFORMAT='%R'
    for _ in $(seq "$runs"); do
        { time "$@" >/dev/null 2>&1; } 2>&1 || true
    done | median
}

mkdir -p "$folder"
corpus programs20 programs 20000000
corpus programs80 programs 80000000
corpus one15 one 15000000
# Programs that say 400 things; then words at random, of which no two lines are alike.
for name in programs20 programs80 one15; do
    logs="$folder/$name/*.log"
    printf '%s: %s records in 8 files\n' "$name" "$(cat $logs | wc -l)"
    printf '%-52s %10s %10s  %7s\n' 'what, CPU' 'rfo' 'other' 'ratio'
    beside 'timeline (level full), inspect' "$rfo timeline --quiet $logs" "$rfo inspect --quiet $logs"
    beside 'timeline (level full), timeline -j1' "$rfo timeline --quiet $logs" "$rfo timeline -j1 --quiet $logs"
    echo "by the clock: timeline $(elapsed "$rfo" timeline --quiet $logs) s, inspect $(elapsed "$rfo" inspect --quiet $logs) s"
    echo "peak of anonymous memory: timeline $(peak "$rfo" timeline --quiet $logs) KiB, inspect $(peak "$rfo" inspect --quiet $logs) KiB"
done
