#!/usr/bin/env bash
# Builds everything and runs every test; the last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

dotnet build Platform.sln -c Release || { echo "0 passed, 1 failed"; exit 1; }

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
dotnet test Platform.sln -c Release --no-build --logger "trx" --results-directory "$results" -- RunConfiguration.MaxCpuCount=2
count() { cat "$results"/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk "{ sum += \$1 } END { print sum + 0 }"; }
passed=$(count passed); failed=$(count failed)
echo "${passed:-0} passed, ${failed:-0} failed"
[ "${passed:-0}" -gt 0 ] && [ "${failed:-0}" -eq 0 ]
