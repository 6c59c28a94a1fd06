#!/usr/bin/env bash
# A compacted topic under writes that never end: the newest value of each key at all times, a bounded size. The figures are
# in docs/storage.md.
#   tests/Compatibility/compacted.sh [seconds]       (600)
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build src/Platform -c Release -v q --nologo
exec /usr/bin/python3 tests/Compatibility/clients/python/compacted.py artifacts/bin/Platform/release/platform.dll "${1:-600}"
