# Sourced by the scripts of bench: publishes the broker as it is shipped, and starts fresh ones in a temporary folder
# that is removed at the end.   source bench/shared/broker.sh [DIRECTORY]

work=$(mktemp -d -p "${1:-${TMPDIR:-/tmp}}" bench.XXXXXX)
published=artifacts/bench/platform
started=()
cleanup() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap cleanup EXIT

# Compiled ahead of time, as releases are.
publish_broker() {
    dotnet publish src/Platform -c Release -r linux-x64 -o "$published" -v q --nologo
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

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

# format_broker NAME [PROPERTY...]: an empty data directory and $work/NAME.properties; sets broker=HOST:PORT.
format_broker() {
    local name=$1 controller; shift
    controller=127.0.0.1:$(free_port)
    broker=127.0.0.1:$(free_port)
    cat >"$work/$name.properties" <<PROPERTIES
node.id=1
process.roles=broker,controller
controller.quorum.voters=1@$controller
listeners=PLAINTEXT://$broker,CONTROLLER://$controller
advertised.listeners=PLAINTEXT://$broker
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$work/$name
offsets.topic.replication.factor=1
PROPERTIES
    printf '%s\n' "$@" >>"$work/$name.properties"
    mkdir "$work/$name"
    "$published/platform" storage format --config "$work/$name.properties" \
        --cluster-id "$("$published/platform" storage random-uuid)" >"$work/format.out"
}

# start_broker NAME [PROPERTY...]: sets broker=HOST:PORT and broker_pid, and waits until it accepts connections.
start_broker() {
    format_broker "$@"
    "$published/platform" broker "$work/$1.properties" >"$work/$1.out" 2>&1 &
    broker_pid=$!; started+=("$broker_pid")
    for _ in $(seq 300); do
        if (exec 3<>"/dev/tcp/${broker%:*}/${broker#*:}") 2>/dev/null; then return; fi
        sleep 0.1
    done
    cat "$work/$1.out" >&2
    exit 1
}
