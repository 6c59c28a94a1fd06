#!/bin/bash
# Measures tiered storage: copying to a directory and to object storage, and reading from there with cold and with warm
# caches, against reading from local disk in the same run.   bench/tier.sh [--data-dir DIR] [--megabytes 512]
set -euo pipefail
cd "$(dirname "$0")/.."

data="" megabytes=512
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
log=artifacts/bin/Log/release/Platform.Log

# measure NAME PROPERTY...: a broker whose caches hold all of it, so that the second reading is from memory.
measure() {
    local name=$1; shift
    start_broker "$name" remote.log.storage.system.enable=true remote.log.manager.task.interval.ms=100 \
        log.retention.check.interval.ms=100 rlmm.config.remote.log.metadata.topic.replication.factor=1 \
        rlmm.config.remote.log.metadata.topic.num.partitions=1 \
        "rsm.config.chunk.cache.memory.bytes=$((2 * megabytes * 1000000))" "$@"
    "$log" tier --server "$broker" --name "$name" --megabytes "$megabytes"
    kill "$broker_pid"; wait "$broker_pid" || true
}

measure directory remote.log.storage.manager.class.name=directory "rsm.config.directory.path=$work/remote"

if [ ! -d /usr/lib/python3/dist-packages/swift ]; then
    echo "python3-swift is not installed: nothing is measured with object storage"
    exit 0
fi
# It ends with its standard input, which the pipe keeps open.
mkdir "$work/swift"; mkfifo "$work/open"
sleep infinity >"$work/open" & started+=("$!")
/usr/bin/python3 -u tests/Testing/S3/swift_s3.py "$work/swift" secret <"$work/open" >"$work/swift.out" 2>&1 & started+=("$!")
endpoint=http://127.0.0.1:$(await "$work/swift.out" '"port": \K[0-9]+')
headers=$(curl -fsSi -H 'X-Auth-User: platform:tester' -H 'X-Auth-Key: secret' "$endpoint/auth/v1.0" | tr -d '\r')
header() { sed -n "s/^$1: //Ip" <<<"$headers"; }
curl -fsS -X PUT -H "X-Auth-Token: $(header X-Auth-Token)" "$(header X-Storage-Url)/segments"
measure s3 remote.log.storage.manager.class.name=s3 rsm.config.s3.bucket.name=segments \
    "rsm.config.s3.endpoint.url=$endpoint" rsm.config.s3.access.key.id=platform:tester \
    rsm.config.s3.secret.access.key=secret
