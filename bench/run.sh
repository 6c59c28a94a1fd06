#!/bin/bash
# Measures the broker against the bare servers, in turns, and writes a Markdown table of medians.
#   bench/run.sh [--rounds 5] [--seconds 3] [--markdown FILE] [--data-dir DIR]
# The figures of docs/performance.md come from this script. Nothing else should run on the machine meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=5 seconds=3 markdown="" data=""
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2 ;;
        --seconds) seconds=$2 ;;
        --markdown) markdown=$2 ;;
        --data-dir) data=$2 ;;
        *) echo "unknown option $1; there are --rounds, --seconds, --markdown and --data-dir" >&2; exit 2 ;;
    esac
    shift 2
done

work=$(mktemp -d -p "${data:-${TMPDIR:-/tmp}}" bench.XXXXXX)
started=()
cleanup() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap cleanup EXIT

# Waits until a line of the file matches, and prints what the pattern keeps.
await() {
    for _ in $(seq 300); do
        found=$(grep -oPm1 "$2" "$1" 2>/dev/null || true)
        if [ -n "$found" ]; then echo "$found"; return; fi
        sleep 0.1
    done
    echo "nothing in $1 matches $2:" >&2
    cat "$1" >&2
    exit 1
}

for project in bench/limit bench/load src/Platform; do
    dotnet build "$project" -c Release -v q --nologo
done
bin=artifacts/bin

mkdir "$work/bare" "$work/broker"
"$bin/Limit/release/Platform.Limit" server --data-dir "$work/bare" >"$work/bare.out" 2>&1 &
bare_pid=$!; started+=("$bare_pid")
"$bin/Limit/release/Platform.Limit" echo >"$work/echo.out" 2>&1 &
echo_pid=$!; started+=("$echo_pid")

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
controller=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$work/server.properties" <<PROPERTIES
node.id=1
process.roles=broker,controller
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$work/broker
log.retention.bytes=2000000000
log.segment.bytes=1000000000
offsets.topic.replication.factor=1
PROPERTIES
"$bin/Platform/release/platform" storage format --config "$work/server.properties" \
    --cluster-id "$("$bin/Platform/release/platform" storage random-uuid)" >"$work/format.out"
"$bin/Platform/release/platform" broker "$work/server.properties" >"$work/broker.out" 2>&1 &
broker_pid=$!; started+=("$broker_pid")

bare=$(await "$work/bare.out" '127\.0\.0\.1:\d+')
echo_server=$(await "$work/echo.out" '127\.0\.0\.1:\d+')
for _ in $(seq 300); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
    sleep 0.1
done

"$bin/Load/release/Platform.Load" compare --rounds "$rounds" --seconds "$seconds" --markdown "$work/table.md" \
    --bare "$bare" --bare-pid "$bare_pid" --echo "$echo_server" --echo-pid "$echo_pid" \
    --broker "127.0.0.1:$port" --broker-pid "$broker_pid"

# Debian's Python client binds the C library, which most of the world produces with.
if /usr/bin/python3 -c 'import confluent_kafka' 2>/dev/null; then
    for _ in $(seq "$rounds"); do
        /usr/bin/python3 bench/librdkafka_produce.py "$bare" bench >>"$work/rd-bare"
        /usr/bin/python3 bench/librdkafka_produce.py "127.0.0.1:$port" bench >>"$work/rd-broker"
    done
    middle=$(((rounds + 1) / 2))
    a=$(sort -n "$work/rd-bare" | sed -n "${middle}p")
    b=$(sort -n "$work/rd-broker" | sed -n "${middle}p")
    echo "| librdkafka (Python), 1 KB records, acks=1 | records/s | $a | $b | $((100 * b / a)) % |" >>"$work/table.md"
fi
cat "$work/table.md"
if [ -n "$markdown" ]; then cp "$work/table.md" "$markdown"; fi
