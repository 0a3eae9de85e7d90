# What the scripts beside this measure with: CPU seconds (user and system, the whole process, detection
# included), medians of $runs runs that take turns, and their ratios; peak of anonymous memory. To be
# sourced from the project's folder, with $folder and $runs set.
export LC_ALL=C
cargo build --release --quiet
rfo=$PWD/target/release/rfo

tool() { cargo bench --quiet --bench merge -- "$@"; }

# corpus NAME KIND BYTES: made once.
corpus() {
    if [ ! -e "$folder/$1/made" ]; then
        tool make "$folder/$1" "$2" "$3" >"$folder.events" && mv "$folder.events" "$folder/$1/made"
    fi
}

# cpu COMMAND…: its CPU seconds.
cpu() {
    local TIMEFORMAT='%U %S' times
    times=$({ time "$@" 2>/dev/null; } 2>&1 >/dev/null) || true
    awk '{ printf "%.3f\n", $1 + $2 }' <<<"${times##*$'\n'}"
}

median() { sort -n | awk '{ at[NR] = $1 } END { print at[int((NR + 1) / 2)] }'; }

# beside TITLE 'COMMAND A' 'COMMAND B': the ratio of A to B, in turns.
beside() {
    local a=() b=()
    bash -c "$2" >/dev/null 2>&1 || true
    bash -c "$3" >/dev/null 2>&1 || true
    for _ in $(seq "$runs"); do
        a+=("$(cpu bash -c "exec $2")")
        b+=("$(cpu bash -c "exec $3")")
    done
    local am bm
    am=$(printf '%s\n' "${a[@]}" | median)
    bm=$(printf '%s\n' "${b[@]}" | median)
    awk -v t="$1" -v a="$am" -v b="$bm" 'BEGIN { printf "%-52s %8.3f s %8.3f s  %7.3f\n", t, a, b, a / (b > 0 ? b : 0.001) }'
}

# peak COMMAND…: greatest anonymous memory in KiB, sampled every 5 ms.
peak() {
    "$@" >/dev/null 2>&1 &
    local pid=$! most=0 now
    while kill -0 "$pid" 2>/dev/null; do
        now=$(awk '/^RssAnon/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true)
        if [ "${now:-0}" -gt "$most" ]; then most=$now; fi
        sleep 0.005
    done
    wait "$pid" || true
    echo "$most"
}
