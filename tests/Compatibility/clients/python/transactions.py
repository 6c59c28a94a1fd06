"""Transactions by confluent-kafka (librdkafka). Prints one line of JSON."""
import json
import sys
import time
import uuid

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

bootstrap = sys.argv[2]


def topic(partitions=1):
    name = "t-" + uuid.uuid4().hex[:8]
    # The client must outlive its futures.
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(name, partitions, 1)])[name].result(30)
    return name


def producer(transactional_id, **more):
    made = Producer({"bootstrap.servers": bootstrap, "transactional.id": transactional_id, "linger.ms": 5, **more})
    made.init_transactions(30)
    return made


def read(name, isolation="read_committed", partitions=1, wait=3.0):
    """Everything up to the end that this isolation level sees."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": uuid.uuid4().hex, "isolation.level": isolation,
                         "enable.partition.eof": True, "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(name, p, 0) for p in range(partitions)])
    values, ended, limit = [], set(), time.time() + 30
    while len(ended) < partitions and time.time() < limit:
        message = consumer.poll(0.5)
        if message is None:
            continue
        if message.error():
            if message.error().code() != KafkaError._PARTITION_EOF:
                raise KafkaException(message.error())
            ended.add(message.partition())
            continue
        values.append(message.value().decode())
    consumer.close()
    return sorted(values)


def commit_and_abort():
    name, p = topic(3), producer("tx-" + uuid.uuid4().hex)
    for round in range(6):
        p.begin_transaction()
        for i in range(10):
            p.produce(name, f"{round}-{i}", partition=i % 3)
        if round % 2 == 0:
            p.commit_transaction(30)
        else:
            p.flush(30)
            p.abort_transaction(30)
    committed = [f"{r}-{i}" for r in (0, 2, 4) for i in range(10)]
    everything = [f"{r}-{i}" for r in range(6) for i in range(10)]
    return {"committed": read(name, partitions=3) == sorted(committed),
            "all": read(name, "read_uncommitted", partitions=3) == sorted(everything)}


def open_transaction():
    """An open transaction is not seen, nor what lies behind it, until it ends."""
    name, p = topic(), producer("tx-" + uuid.uuid4().hex)
    plain = Producer({"bootstrap.servers": bootstrap})
    plain.produce(name, "before")
    plain.flush(30)
    p.begin_transaction()
    p.produce(name, "inside")
    p.flush(30)
    plain.produce(name, "behind")
    plain.flush(30)
    during = read(name)
    p.commit_transaction(30)
    return {"during": during, "after": read(name)}


def fencing():
    name, id = topic(), "tx-" + uuid.uuid4().hex
    zombie = producer(id)
    zombie.begin_transaction()
    zombie.produce(name, "zombie")
    zombie.flush(30)
    current = producer(id)
    current.begin_transaction()
    current.produce(name, "current")
    current.commit_transaction(30)
    fenced = False
    try:
        zombie.produce(name, "late")
        zombie.commit_transaction(30)
    except KafkaException as error:
        fenced = error.args[0].fatal() or error.args[0].code() == KafkaError._FENCED
    return {"fenced": fenced, "values": read(name)}


def copy():
    """Consume, transform, produce; offsets are committed with the output."""
    source, target, group, id = topic(), topic(), "g-" + uuid.uuid4().hex, "tx-" + uuid.uuid4().hex
    plain = Producer({"bootstrap.servers": bootstrap})
    for i in range(100):
        plain.produce(source, str(i))
    plain.flush(30)

    def committed():
        c = Consumer({"bootstrap.servers": bootstrap, "group.id": group})
        offset = c.committed([TopicPartition(source, 0)], 30)[0].offset
        c.close()
        return offset

    def run(abort_at, limit):
        c = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest",
                      "enable.auto.commit": False, "isolation.level": "read_committed"})
        c.subscribe([source])
        p, done, batches = producer(id), 0, 0
        deadline = time.time() + 60
        while done < limit and time.time() < deadline:
            messages = [m for m in c.consume(10, 1.0) if not m.error()]
            if not messages:
                continue
            p.begin_transaction()
            for m in messages:
                p.produce(target, m.value().decode() + "'")
            p.send_offsets_to_transaction(c.position(c.assignment()), c.consumer_group_metadata(), 30)
            batches += 1
            if batches == abort_at:
                p.flush(30)
                p.abort_transaction(30)
                c.close()
                return done
            p.commit_transaction(30)
            done += len(messages)
        c.close()
        return done

    first = run(abort_at=4, limit=100)
    between = committed()
    run(abort_at=0, limit=100 - first)
    return {"between": between == first, "end": committed(),
            "values": read(target) == sorted(f"{i}'" for i in range(100))}


def timeout():
    """A transaction whose producer is silent is aborted by the broker."""
    name, p = topic(), producer("tx-" + uuid.uuid4().hex, **{"transaction.timeout.ms": 2000})
    p.begin_transaction()
    p.produce(name, "forgotten")
    p.flush(30)
    plain = Producer({"bootstrap.servers": bootstrap})
    plain.produce(name, "behind")
    plain.flush(30)
    limit = time.time() + 60
    while read(name) != ["behind"] and time.time() < limit:
        time.sleep(0.2)
    values, failed = read(name), False
    try:
        p.commit_transaction(30)
    except KafkaException:
        failed = True
    return {"values": values, "failed": failed}


def write():
    """Whole transactions of twelve on three partitions, without end; a line for each that is committed."""
    name, p, first = sys.argv[3], producer(sys.argv[4]), int(sys.argv[5])
    for round in range(first, first + 1_000_000):
        p.begin_transaction()
        for i in range(12):
            p.produce(name, f"{round}", partition=i % 3)
        p.commit_transaction(30)
        print(f"committed {round}", flush=True)


def take_over():
    """Fences whoever wrote before, and commits one round of its own."""
    p = producer(sys.argv[4])
    p.begin_transaction()
    for i in range(12):
        p.produce(sys.argv[3], "last", partition=i % 3)
    p.commit_transaction(30)
    return {}


def hold():
    """Leaves a transaction open until a line comes, and tries to commit it then."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(sys.argv[3], 1, 1)])[sys.argv[3]].result(30)
    p, fenced = producer(sys.argv[4]), False
    p.begin_transaction()
    p.produce(sys.argv[3], "held")
    p.flush(30)
    print("open", flush=True)
    sys.stdin.readline()
    try:
        p.commit_transaction(30)
    except KafkaException:
        fenced = True
    return {"fenced": fenced, "values": read(sys.argv[3])}


def whole():
    """Every round that is visible is there twelve times."""
    rounds = {}
    for value in read(sys.argv[3], partitions=3):
        rounds[value] = rounds.get(value, 0) + 1
    return {"torn": sum(1 for count in rounds.values() if count != 12), "rounds": len(rounds)}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()))
