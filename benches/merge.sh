#!/usr/bin/env bash
# Merges of large logs beside other tools: CPU seconds (user and system, the whole process, detection
# included), medians of RUNS runs that take turns, and their ratios; peak of anonymous memory.
#
#   benches/merge.sh [FOLDER]        corpora are made there once (13 GB with LARGE=1, else 2.6 GB)
#
# Tools that are not installed are passed over. The machine should be idle.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-target/merge-bench}
runs=${RUNS:-5}
. benches/measure.sh
zones=(--zone '2-log4j.log=America/New_York' --zone '3-syslog.log=UTC')

mkdir -p "$folder"
corpus one10 one 10000000
corpus one100 one 100000000
corpus eight100 eight 100000000
corpus late100 late 100000000
corpus copies100 copies 50000000
[ -z "${LARGE:-}" ] || corpus one1250 one 1250000000
one="$folder/one100/*.log"
eight="$folder/eight100/*.log"

printf '%-52s %10s %10s  %7s\n' 'what' 'rfo' 'other' 'ratio'
beside '8 x 100 MB RFC 3339, sort -m' "$rfo merge $one" "sort -m -s -k1,1 $one"
beside '8 x 100 MB RFC 3339, cat' "$rfo merge $one" "cat $one"
beside '8 x 100 MB RFC 3339, two threads over one' "$rfo merge -j2 $one" "$rfo merge -j1 $one"
beside '8 x 100 MB in eight formats, cat' "$rfo merge ${zones[*]} $eight" "cat $eight"
beside 'the same to a file, cat to a file' "$rfo merge ${zones[*]} $eight -o $folder/out" "sh -c 'cat $eight >$folder/out.cat'"
beside 'records up to 1 s late, cat' "$rfo merge $folder/late100/*.log" "cat $folder/late100/*.log"
beside 'copies: --dedupe over without' "$rfo merge --dedupe $folder/copies100/*.log" "$rfo merge $folder/copies100/*.log"
for other in s4 lnav; do
    command -v $other >/dev/null || { echo "$other is not installed"; continue; }
    small="$folder/one10/*.log"
    case $other in
        s4) beside '8 x 10 MB RFC 3339, s4' "$rfo merge $small" "s4 $small" ;;
        lnav) beside '8 x 10 MB RFC 3339, lnav' "$rfo merge $small" "lnav -n $small" ;;
    esac
done
window='--from 2026-11-18T12:00:00Z --to 2026-11-18T12:10:00Z'
for size in 10 100 1250; do
    [ -e "$folder/one$size" ] || continue
    beside "10 min of 8 x $size MB, the same of 8 x 10 MB" \
        "$rfo merge $window $folder/one$size/*.log" "$rfo merge $window $folder/one10/*.log"
done
echo
for size in 10 100 1250; do
    [ -e "$folder/one$size" ] || continue
    beside "8 x $size MB, cat" "$rfo merge $folder/one$size/*.log" "cat $folder/one$size/*.log"
    echo "peak of anonymous memory, 8 x $size MB: $(peak "$rfo" merge "$folder"/one$size/*.log) KiB"
done
echo "peak of anonymous memory, eight formats: $(peak "$rfo" merge "${zones[@]}" $eight) KiB"
echo
for name in one100 eight100 late100; do
    options=()
    if [ $name = eight100 ]; then options=("${zones[@]}"); fi
    "$rfo" merge --quiet "${options[@]}" "$folder"/$name/*.log >"$folder/out"
    echo "$name: $(tool check "$folder/out" "$(cut -d' ' -f1 "$folder/$name/made")")"
done
"$rfo" merge --quiet --dedupe "$folder"/copies100/*.log >"$folder/out"
echo "copies100, --dedupe: $(tool check "$folder/out" "$(cut -d' ' -f1 "$folder/copies100/made")")"
