#!/usr/bin/env bash
# Breaks a cluster of real processes on purpose, and checks that nothing acknowledged is lost.
# ./chaos.sh [scenario[,scenario]|all|help] [minutes in all] [--report FILE] [--seed N]
# As root everything runs in namespaces of its own: a network to break, mounts and processes that end with the run.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=${CHAOS_CONFIGURATION:-Release}
[ -n "${CHAOS_NO_BUILD:-}" ] || dotnet build tests/Chaos -c "$configuration" --nologo -v q
program=artifacts/bin/Chaos/${configuration,,}/Platform.Chaos.dll
if ! unshare --net --mount --pid --fork --mount-proc true 2>/dev/null; then
  echo "no namespaces here: faults of the network and of mounted disks are skipped" >&2
  exec dotnet "$program" "$@"
fi
exec unshare --net --mount --pid --fork --kill-child --mount-proc -- sh -c '
  mount -t tmpfs tmpfs /run && ip link set lo up && CHAOS_NAMESPACE=1 exec dotnet "$@"' chaos "$program" "$@"
