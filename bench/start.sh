#!/bin/bash
# Measures what concerns one process alone, and writes a Markdown table: time to start, memory when idle, memory of idle
# connections, REST.   bench/start.sh [--starts 5] [--markdown FILE] [--data-dir DIR] [--cold]
# --cold drops the page cache once before the first start, as after a boot; it needs root.
set -euo pipefail
cd "$(dirname "$0")/.."

starts=5 markdown="" data="" cold=""
while [ $# -gt 0 ]; do
    case $1 in
        --starts) starts=$2; shift ;;
        --markdown) markdown=$2; shift ;;
        --data-dir) data=$2; shift ;;
        --cold) cold=1 ;;
        *) echo "unknown option $1; there are --starts, --markdown, --data-dir and --cold" >&2; exit 2 ;;
    esac
    shift
done
source bench/shared/broker.sh "$data"
publish_broker
dotnet build bench/load -c Release -v q --nologo
load=artifacts/bin/Load/release/Platform.Load
table=$work/table.md
printf '| what | median | all | aim |\n|---|---:|---|---:|\n' >"$table"

# row WHAT UNIT AIM NUMBER...
row() {
    local what=$1 unit=$2 aim=$3; shift 3
    local median; median=$(printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p")
    echo "| $what | $median $unit | $* | $aim |" | tee -a "$table"
}
dev() { echo "$published/platform dev --data-dir $1 --kafka-port 0 --registry-port 0 --rest-port 0 --dashboard-port 0"; }

if [ -n "$cold" ]; then
    sync; echo 3 >/proc/sys/vm/drop_caches
    read -r ms _ < <("$load" start --command "$(dev "$work/cold")" --settle-ms 0)
    row "\`platform dev\` to \`ready\`, empty directory, nothing in the page cache" ms 1500 "$ms"
fi

times=() sizes=()
for i in $(seq "$starts"); do
    format_broker "first$i"
    read -r ms mb < <("$load" start --server "$broker" --command "$published/platform broker $work/first$i.properties")
    times+=("$ms"); sizes+=("$mb")
done
row "\`platform broker\`, process start to the first record acknowledged, empty directory" ms 600 "${times[@]}"
row "resident memory of it, five seconds later" MB 100 "${sizes[@]}"

times=() sizes=()
for i in $(seq "$starts"); do
    read -r ms mb < <("$load" start --command "$(dev "$work/dev$i")")
    times+=("$ms"); sizes+=("$mb")
done
row "\`platform dev\` to \`ready\`, empty directory" ms 1500 "${times[@]}"
row "resident memory of it, five seconds later" MB 250 "${sizes[@]}"

# start_dev DIRECTORY: sets dev_pid, kafka and rest.
start_dev() {
    $(dev "$1") >"$1.out" 2>&1 &
    dev_pid=$!; started+=("$dev_pid")
    await "$1.out" '^ready$' >/dev/null
    kafka=$(await "$1.out" '^kafka\s+\K\S+')
    rest=$(await "$1.out" '^rest\s+http://\K\S+')
}
stop_dev() { kill "$dev_pid"; wait "$dev_pid" || true; }

start_dev "$work/many"
"$published/platform" topics create many --partitions 1000 --bootstrap-server "$kafka" >/dev/null
stop_dev
for how in "" --kill; do
    times=() sizes=()
    [ -z "$how" ] || "$load" start "$how" --settle-ms 0 --command "$(dev "$work/many")" >/dev/null
    for _ in $(seq "$starts"); do
        read -r ms mb < <("$load" start $how --command "$(dev "$work/many")")
        times+=("$ms"); sizes+=("$mb")
    done
    row "\`platform dev\` to \`ready\`, 1,000 partitions${how:+, after kill -9}" ms 3000 "${times[@]}"
    row "resident memory of it, five seconds later" MB "" "${sizes[@]}"
done

start_dev "$work/rest"
rates=()
for _ in $(seq "$starts"); do
    rates+=("$("$load" rest --server "$rest" --pid "$dev_pid" --topic rest --seconds 3 --json | grep -oP '"RequestsPerSecond":\K\d+')")
done
stop_dev
row "REST v3, single records, 16 connections" requests/s 3000 "${rates[@]}"

ulimit -n "$(ulimit -Hn)"
sizes=() totals=()
for i in $(seq "$starts"); do
    start_broker "idle$i"
    result=$("$load" idle --server "$broker" --pid "$broker_pid" --connections 5000 --json)
    sizes+=("$(grep -oP '"RssBytesPerConnection":\K\d+' <<<"$result")")
    totals+=("$(grep -oP '"RssMegabytes":\K\d+' <<<"$result")")
    kill "$broker_pid"; wait "$broker_pid" || true
done
row "resident bytes of an idle connection, of 5,000 on a fresh broker" bytes 8192 "${sizes[@]}"
row "resident memory of that broker" MB 80 "${totals[@]}"
if [ -n "$markdown" ]; then cp "$table" "$markdown"; fi
