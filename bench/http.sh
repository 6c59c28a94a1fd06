#!/bin/bash
# Measures the HTTP surfaces of a fresh `platform dev` and writes a Markdown table.
#   bench/http.sh [--seconds 5] [--markdown FILE] [--data-dir DIR] [--runs "single stream ..."]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=5 markdown="" data="" runs="single stream batch v2 lookups known compatibility gigabyte events load"
while [ $# -gt 0 ]; do
    case $1 in
        --seconds) seconds=$2; shift ;;
        --markdown) markdown=$2; shift ;;
        --data-dir) data=$2; shift ;;
        --runs) runs=$2; shift ;;
        *) echo "unknown option $1; there are --seconds, --markdown, --data-dir and --runs" >&2; exit 2 ;;
    esac
    shift
done
source bench/shared/broker.sh "$data"
# PUBLISHED names a folder with a platform that was built before.
published=${PUBLISHED:-$published}
[ -n "${PUBLISHED:-}" ] || { publish_broker; dotnet build bench/http -c Release -v q --nologo; }
http=artifacts/bin/Http/release/Platform.Http
table=$work/table.md
printf '| what | figure | aim |\n|---|---:|---:|\n' >"$table"

start_dev() {
    "$published/platform" dev --data-dir "$1" --kafka-port 0 --registry-port 0 --rest-port 0 --dashboard-port 0 >"$1.out" 2>&1 &
    dev_pid=$!; started+=("$dev_pid")
    await "$1.out" '^ready$' >/dev/null
    kafka=$(await "$1.out" '^kafka\s+\K\S+')
}
stop_dev() { kill "$dev_pid"; wait "$dev_pid" || true; }

for run in $runs; do
    start_dev "$work/$run"
    if [ "$run" = load ]; then
        # 100,000 schemas in 10,000 subjects, as a registry writes them; then a registry of its own reads them.
        python3 - >"$work/schemas.tsv" <<'PYTHON'
import json
for number in range(100_000):
    subject, version, id_ = f"s{number % 10_000}", number // 10_000 + 1, number + 1
    key = {"keytype": "SCHEMA", "subject": subject, "version": version, "magic": 1}
    schema = json.dumps({"type": "record", "name": f"R{number}", "fields": [{"name": f"f{i}", "type": "string"} for i in range(4)]})
    value = {"subject": subject, "version": version, "id": id_, "schema": schema, "deleted": False}
    print(json.dumps(key, separators=(",", ":")) + "\t" + json.dumps(value, separators=(",", ":")))
PYTHON
        kcat -P -b "$kafka" -t _schemas -p 0 -K $'\t' -l "$work/schemas.tsv" -X acks=all
        begun=$(date +%s%N)
        "$published/platform" api -b "$kafka" --registry-port 0 --rest-port 0 >"$work/api.out" 2>&1 &
        api_pid=$!; started+=("$api_pid")
        address=$(await "$work/api.out" 'registry http://\K[^/]+')
        until curl -fsS "http://$address/subjects/s9999/versions/10" >/dev/null 2>&1; do sleep 0.05; done
        echo "| registry, start with 100,000 schemas in 10,000 subjects | $((($(date +%s%N) - begun) / 1000000)) ms | 5000 |" | tee -a "$table"
        rss=$(awk '/VmRSS/ { print int($2 / 1000) }' "/proc/$api_pid/status")
        echo "| resident memory of it | $rss MB | 500 |" | tee -a "$table"
        kill "$api_pid"; wait "$api_pid" || true
    else
        # A process of its own, so that its memory is not that of the broker.
        "$published/platform" api -b "$kafka" --registry-port 0 --rest-port 0 >"$work/$run-api.out" 2>&1 &
        api_pid=$!; started+=("$api_pid")
        registry=$(await "$work/$run-api.out" 'registry http://\K[^/]+')
        rest=$(await "$work/$run-api.out" 'rest http://\K[^/]+')
        "$http" "$rest" "$registry" "$api_pid" "$seconds" "$run" | tee -a "$table"
        kill "$api_pid"; wait "$api_pid" || true
    fi
    stop_dev
done
if [ -n "$markdown" ]; then cp "$table" "$markdown"; fi
