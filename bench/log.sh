#!/bin/bash
# Measures what a log promises of speed and size: recovery, compaction, many open partitions, transactions, and the start of a
# broker with 10,000 partitions.   bench/log.sh [--data-dir DIR] [--megabytes 10240]
set -euo pipefail
cd "$(dirname "$0")/.."

data="" megabytes=10240
while [ $# -gt 0 ]; do
    case $1 in
        --data-dir) data=$2; shift ;;
        --megabytes) megabytes=$2; shift ;;
        *) echo "unknown option $1; there are --data-dir and --megabytes" >&2; exit 2 ;;
    esac
    shift
done
source bench/shared/broker.sh "$data"
publish_broker
dotnet build bench/log -c Release -v q --nologo
dotnet build bench/load -c Release -v q --nologo
log=artifacts/bin/Log/release/Platform.Log
load=artifacts/bin/Load/release/Platform.Load
ulimit -n "$(ulimit -Hn)"

"$log" recover --dir "$work" --megabytes "$megabytes"
"$log" compact --dir "$work"
"$log" open --dir "$work"

start_broker transact
"$log" transact --server "$broker"
kill "$broker_pid"; wait "$broker_pid" || true

start_broker many
for i in $(seq 10); do
    "$published/platform" topics create "many$i" --partitions 1000 --bootstrap-server "$broker" >/dev/null
done
kill "$broker_pid"; wait "$broker_pid" || true
read -r ms mb < <("$load" start --server "$broker" --command "$published/platform broker $work/many.properties")
echo "platform broker with 10,000 partitions, process start to the first record acknowledged: $ms ms, $mb MB resident"
