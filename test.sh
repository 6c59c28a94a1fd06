#!/usr/bin/env bash
# Installs the client tools that the tests use, builds everything and runs every test.
# The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DEBIAN_FRONTEND=noninteractive

fail() { echo "$1" >&2; echo "0 passed, 1 failed"; exit 1; }

# Debian packages: foreign Kafka clients, a browser, promtool, docker-compose and object storage, to check against the
# real thing.
packages=(kcat nftables iproute2 python3-confluent-kafka python3-kafka python3-snappy python3-lz4 python3-yaml python3-protobuf python3-avro
  python3-jsonschema python3-requests python3-swift chromium prometheus docker-compose curl libzstd1 gcc libc6-dev e2fsprogs)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  echo "installing ${missing[*]}"
  # A policy that forbids starting services: only the programs are wanted.
  $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || fail "cannot install ${missing[*]}"
fi

for client in node generated; do
  (cd "tests/Compatibility/clients/$client" && npm ci --no-audit --no-fund --loglevel=error) || fail "npm ci failed"
done

dotnet build Platform.sln -c Release --nologo -v q || fail "the build failed"

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
failed_projects=0
for project in tests/*/*.csproj; do
  grep -q IsTestProject "$project" || continue
  dotnet test "$project" -c Release --no-build --nologo \
    --logger "trx;LogFileName=$(basename "$project").trx" --results-directory "$results" || failed_projects=$((failed_projects + 1))
done

count() { cat "$results"/*.trx | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(count passed)
failed=$(count failed)
# A test host that crashed leaves no counters behind.
[ "$failed" -eq 0 ] && [ "$failed_projects" -gt 0 ] && failed=$failed_projects
echo "$passed passed, $failed failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
