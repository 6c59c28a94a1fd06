#!/usr/bin/env bash
# Exactly once under kill -9 of client and broker, and with zombies; the figures are in docs/storage.md.
#   tests/Compatibility/exactly-once.sh [kills] [zombies]       (50 and 20)
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build src/Platform -c Release -v q --nologo
for run in "kills ${1:-50}" "zombies ${2:-20}"; do
    # shellcheck disable=SC2086  # two words
    /usr/bin/python3 tests/Compatibility/clients/python/exactly_once.py ${run% *} \
        artifacts/bin/Platform/release/platform.dll ${run#* }
done
