#!/bin/bash
# Measures the broker against the bare servers, in turns, and writes a Markdown table of medians.
#   bench/run.sh [--rounds 5] [--seconds 3] [--segment-mb 96] [--markdown FILE] [--data-dir DIR]
# A data directory on tmpfs leaves the disk out of it: no page is written back.
# The figures of docs/performance.md come from this script. Nothing else should run on the machine meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=5 seconds=3 segment=96 markdown="" data=""
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2 ;;
        --seconds) seconds=$2 ;;
        --segment-mb) segment=$2 ;;
        --markdown) markdown=$2 ;;
        --data-dir) data=$2 ;;
        *) echo "unknown option $1; there are --rounds, --seconds, --segment-mb, --markdown and --data-dir" >&2; exit 2 ;;
    esac
    shift 2
done
source bench/shared/broker.sh "$data"
publish_broker
dotnet build bench/limit -c Release -v q --nologo
dotnet build bench/load -c Release -v q --nologo
limit=artifacts/bin/Limit/release/Platform.Limit
load=artifacts/bin/Load/release/Platform.Load

mkdir "$work/bare"
"$limit" server --data-dir "$work/bare" --segment-mb "$segment" >"$work/bare.out" 2>&1 &
bare_pid=$!; started+=("$bare_pid")
"$limit" echo >"$work/echo.out" 2>&1 &
echo_pid=$!; started+=("$echo_pid")
# Both keep the segments they write to and hardly more. A virtual machine's memory is slow when it is touched first, so
# that whoever keeps more would lose by what it keeps; docs/performance.md has figures.
start_broker compared log.segment.bytes=${segment}000000 log.retention.bytes=1 log.retention.ms=-1 log.retention.check.interval.ms=100 \
    log.segment.delete.delay.ms=0
bare=$(await "$work/bare.out" '127\.0\.0\.1:\d+')
echo_server=$(await "$work/echo.out" '127\.0\.0\.1:\d+')

"$load" compare --rounds "$rounds" --seconds "$seconds" --markdown "$work/table.md" \
    --bare "$bare" --bare-pid "$bare_pid" --echo "$echo_server" --echo-pid "$echo_pid" \
    --broker "$broker" --broker-pid "$broker_pid"

# Debian's Python client binds the C library, which most of the world produces with.
if /usr/bin/python3 -c 'import confluent_kafka' 2>/dev/null; then
    for _ in $(seq "$rounds"); do
        /usr/bin/python3 bench/librdkafka_produce.py "$bare" bench >>"$work/rd-bare"
        /usr/bin/python3 bench/librdkafka_produce.py "$broker" bench >>"$work/rd-broker"
    done
    middle=$(((rounds + 1) / 2))
    a=$(sort -n "$work/rd-bare" | sed -n "${middle}p")
    b=$(sort -n "$work/rd-broker" | sed -n "${middle}p")
    echo "| librdkafka (Python), 1 KB records, acks=1 | records/s | $a | $b | $((100 * b / a)) % |" >>"$work/table.md"
fi
cat "$work/table.md"
if [ -n "$markdown" ]; then cp "$work/table.md" "$markdown"; fi
