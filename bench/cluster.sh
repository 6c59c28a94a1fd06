#!/bin/bash
# Measures what a cluster of three processes promises, and writes a Markdown table: gaps in acknowledgements when a leader or the
# controller goes, thousands of partitions that are led elsewhere, the rate with three replicas, a fourth broker.
#   bench/cluster.sh [--partitions 10000] [--records 1000000] [--markdown FILE] [--data-dir DIR] [--only failover,...]
set -euo pipefail
cd "$(dirname "$0")/.."

partitions=10000 records=1000000 markdown="" data="" only="failover,controller,elections,rate,fourth"
while [ $# -gt 0 ]; do
    case $1 in
        --partitions) partitions=$2 ;;
        --records) records=$2 ;;
        --markdown) markdown=$2 ;;
        --data-dir) data=$2 ;;
        --only) only=$2 ;;
        *) echo "unknown option $1; there are --partitions, --records, --markdown, --data-dir and --only" >&2; exit 2 ;;
    esac
    shift 2
done
source bench/shared/broker.sh "$data"
# BENCH_PLATFORM: a folder with a published platform, to measure another one.
if [ -n "${BENCH_PLATFORM:-}" ]; then published=$BENCH_PLATFORM; else publish_broker; fi
python=/usr/bin/python3
$python -c 'import confluent_kafka' || { echo "Debian's python3-confluent-kafka is needed" >&2; exit 1; }
table=$work/table.md
printf '| what | measured | aim |\n|---|---:|---:|\n' >"$table"
row() { echo "| $1 | $2 | $3 |" | tee -a "$table"; }
wants() { [[ ",$only," == *",$1,"* ]]; }
platform() { "$published/platform" "$@"; }
field() { $python -c 'import json,sys; v=json.load(sys.stdin)
for k in sys.argv[1].split("."): v=v[k]
print(v)' "$1"; }

# start_cluster NAME ROLES... -- [PROPERTY...]: a node for each word of roles; sets servers, and pids and ports by node.
start_cluster() {
    local name=$1; shift
    local roles=() voters="" id; pids=() brokers=() controllers=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do roles+=("$1"); shift; done
    [ $# -gt 0 ] && shift
    for id in $(seq ${#roles[@]}); do
        controllers[id]=127.0.0.1:$(free_port); brokers[id]=127.0.0.1:$(free_port)
        [[ ${roles[id - 1]} == *controller* ]] && voters+=",$id@${controllers[id]}"
    done
    cluster=$name cluster_voters=${voters#,} cluster_id=$(platform storage random-uuid) cluster_settings=("$@")
    for id in $(seq ${#roles[@]}); do start_node "$id" "${roles[id - 1]}"; done
    servers=""
    for id in $(seq ${#roles[@]}); do
        await "$work/$cluster-$id.out" 'ready: \K.*' >/dev/null
        [[ ${roles[id - 1]} == *broker* ]] && servers+=",${brokers[id]}"
    done
    servers=${servers#,}
}

# start_node ID ROLES: formats its directory when that is empty, and sets pids[ID].
start_node() {
    local id=$1 roles=$2 file=$work/$cluster-$1.properties listeners=""
    [[ $roles == *broker* ]] && listeners+=",PLAINTEXT://${brokers[id]}"
    [[ $roles == *controller* ]] && listeners+=",CONTROLLER://${controllers[id]}"
    cat >"$file" <<PROPERTIES
node.id=$id
process.roles=$roles
controller.quorum.voters=$cluster_voters
listeners=${listeners#,}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$work/$cluster-$id
PROPERTIES
    printf '%s\n' "${cluster_settings[@]}" >>"$file"
    mkdir -p "$work/$cluster-$id"
    [ -e "$work/$cluster-$id/meta.properties" ] ||
        platform storage format --config "$file" --cluster-id "$cluster_id" >"$work/format.out"
    "$published/platform" broker "$file" >"$work/$cluster-$id.out" 2>&1 &
    pids[id]=$!; started+=("${pids[id]}")
    disown "${pids[id]}"        # or the shell tells of every kill
}

stop_cluster() {
    for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done; done
    rm -rf "$work/$cluster"-?
}

leader_of() { platform topics describe "$1" --json -b "$servers" | $python -c 'import json, sys; print(json.load(sys.stdin)[0]["leader"])'; }
leader_of_quorum() { platform quorum describe --json -b "$servers" | field leaderId; }

# gap SIGNAL NODE: the longest gap in acknowledgements, in ms, when a node gets a signal under 2,000 messages a second.
gap() {
    local out=$work/gap.$RANDOM
    $python bench/cluster_gap.py "$servers" gap 2000 30 >"$out" 2>"$out.err" &
    local writer=$!
    await "$out" '^ready' >/dev/null
    sleep 5; kill -USR1 $writer; kill "$1" "${pids[$2]}"
    wait $writer
    tail -1 "$out" | field gap_ms
}

failover() {
    local id
    start_cluster "$1" broker,controller broker,controller broker,controller -- "${@:4}"
    platform topics create gap -p 1 -r 3 -c min.insync.replicas=2 -b "$servers" >/dev/null
    id=$(leader_of gap); row "$2, kill -9 of the leader" "$(gap -9 "$id") ms" "$3"
    if [ "$1" = fast ]; then
        start_node "$id" broker,controller; await "$work/$cluster-$id.out" 'ready: \K.*' >/dev/null
        sleep 5
        id=$(leader_of gap); row "longest gap in acknowledgements, the leader stops in order" "$(gap -TERM "$id") ms" "300 ms"
    fi
    stop_cluster
}

if wants failover; then
    failover fast "longest gap in acknowledgements at 2,000 messages/s, acks=all, session of 2 s" "3000 ms" \
        broker.session.timeout.ms=2000 broker.heartbeat.interval.ms=500
    failover slow "the same with Kafka's default timeouts" "11000 ms"
fi

# controller WHAT AIM PROPERTY...: controllers of their own, so that only the controller goes.
controller() {
    local what=$1 aim=$2 id begun; shift 2
    start_cluster control controller controller controller broker -- "$@"
    id=$(leader_of_quorum)
    begun=$(date +%s%N); kill -9 "${pids[id]}"
    until platform topics create "after-$RANDOM" -p 1 -r 1 -b "$servers" >/dev/null 2>&1; do :; done
    row "$what" "$((($(date +%s%N) - begun) / 1000000)) ms" "$aim"
    stop_cluster
}

if wants controller; then
    controller "controller killed, until a process that is started for it has created a topic; fetch timeout 500 ms" "1500 ms" \
        controller.quorum.fetch.timeout.ms=500 controller.quorum.election.timeout.ms=300
    controller "the same with Kafka's default timeouts (2 s without a fetch)" "-" controller.quorum.fetch.timeout.ms=2000
fi

if wants elections; then
    start_cluster many broker,controller broker,controller broker,controller -- \
        broker.session.timeout.ms=6000 auto.leader.rebalance.enable=false
    begun=$(date +%s%N)
    for i in $(seq $((partitions / 1000))); do
        platform topics create "many-$i" -p 1000 -r 3 -b "$servers" >/dev/null
    done
    row "$partitions partitions with three replicas created on three brokers" "$((($(date +%s%N) - begun) / 1000000)) ms" "-"
    id=$(leader_of_quorum); victim=$((id % 3 + 1))
    read -r led ms < <($python bench/cluster_elections.py "$servers" "$victim" "${pids[victim]}")
    row "$led partitions of a killed broker, from the first that is led elsewhere to the last" "$ms ms" "2000 ms"
    stop_cluster
fi

perf() { platform perf produce "$@" --json -b "$servers" 2>/dev/null; }
if wants rate; then
    start_cluster one broker,controller -- offsets.topic.replication.factor=1
    platform topics create rate -p 6 -r 1 -b "$servers" >/dev/null
    perf rate -n $((records / 4)) -s 1000 --acks 1 >/dev/null
    single=$(perf rate -n "$records" -s 1000 --acks 1 | field recordsPerSecond)
    stop_cluster
    start_cluster three broker,controller broker,controller broker,controller
    platform topics create rate -p 6 -r 3 -c min.insync.replicas=2 -b "$servers" >/dev/null
    perf rate -n $((records / 4)) -s 1000 --acks all >/dev/null
    triple=$(perf rate -n "$records" -s 1000 --acks all | field recordsPerSecond)
    row "records of 1,000 bytes a second, one node, acks=1" "$single" "-"
    row "the same with three nodes, three replicas, acks=all" "$triple" "-"
    row "of the rate of one node" "$($python -c "print(round(100 * $triple / $single))") %" "25 %"
    third=$($python -c "print(int($triple / 3))")
    row "p99 of the latency at a third of that rate ($third a second)" \
        "$(perf rate -n $((third * 20)) -s 1000 --acks all --throughput "$third" | field latencyMs.p99) ms" "25 ms"
    stop_cluster
fi

if wants fourth; then
    start_cluster grow broker,controller broker,controller broker,controller broker -- auto.leader.rebalance.enable=true
    for i in 1 2; do platform topics create "grow-$i" -p 500 -r 2 -b "${servers%,*}" >/dev/null; done
    perf grow-1 -n "$records" -s 500 --acks all >/dev/null; perf grow-2 -n "$records" -s 500 --acks all >/dev/null
    platform brokers drain 4 -b "$servers" >/dev/null
    calm=$(perf grow-1 -n 20000 -s 100 --acks all --throughput 1000 | field latencyMs.p99)
    platform brokers undrain 4 -b "$servers" >/dev/null
    begun=$(date +%s%N)
    platform rebalance run --throttle 20 -b "$servers" >"$work/rebalance.out" 2>&1 & moving=$!
    moved=$(perf grow-1 -n 20000 -s 100 --acks all --throughput 1000 | field latencyMs.p99)
    wait $moving || { tail -5 "$work/rebalance.out" >&2; }
    row "a fourth broker gets its share of 1,000 partitions, throttle 20 MB/s" "$((($(date +%s%N) - begun) / 1000000000)) s" "-"
    row "p99 of producers before, and meanwhile" "$calm ms, $moved ms" "at most twice"
    stop_cluster
fi
[ -z "$markdown" ] || cp "$table" "$markdown"
