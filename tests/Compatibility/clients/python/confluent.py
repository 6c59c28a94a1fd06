"""Scenarios with confluent-kafka (librdkafka), written as its introduction shows. Prints one line of JSON."""
import json
import sys

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic


def create(bootstrap, topic, partitions=1):
    # The client must outlive its futures.
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for future in admin.create_topics([NewTopic(topic, partitions, 1)]).values():
        future.result(30)


def produce(bootstrap, topic, values, **settings):
    failures = []
    producer = Producer({"bootstrap.servers": bootstrap, **{k.replace("_", "."): v for k, v in settings.items()}})
    for value in values:
        producer.produce(topic, value, callback=lambda error, _: error and failures.append(str(error)))
        producer.poll(0)
    left = producer.flush(60)
    assert left == 0 and not failures, (left, failures[:3])


def consumer(bootstrap, group, **settings):
    return Consumer({
        "bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest",
        "enable.auto.commit": False, "session.timeout.ms": 6000, "heartbeat.interval.ms": 500,
        **{k.replace("_", "."): v for k, v in settings.items()}})


def read(reader, count):
    values = []
    while len(values) < count:
        message = reader.poll(60)
        assert message is not None, f"{len(values)} of {count} messages came"
        assert not message.error(), message.error()
        values.append(message.value().decode())
    return values


def roundtrip(bootstrap):
    result = {}
    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        for acks in ("0", "1", "all"):
            topic = f"confluent-{codec}-{acks}"
            create(bootstrap, topic)
            values = [f"{codec} {acks} {i}" for i in range(500)]
            produce(bootstrap, topic, values, compression_type=codec, acks=acks)
            reader = consumer(bootstrap, topic)
            reader.subscribe([topic])
            result[topic] = read(reader, len(values)) == values
            reader.close()
    return result


def idempotent(bootstrap):
    create(bootstrap, "confluent-idempotent")
    values = [str(i) for i in range(20000)]
    produce(bootstrap, "confluent-idempotent", values, enable_idempotence=True)
    reader = consumer(bootstrap, "confluent-idempotent")
    reader.subscribe(["confluent-idempotent"])
    got = read(reader, len(values))
    reader.close()
    return {"in_order": got == values}


def commits(bootstrap):
    topic = "confluent-commits"
    create(bootstrap, topic)
    produce(bootstrap, topic, ["a", "b", "c"])
    first = consumer(bootstrap, topic)
    first.subscribe([topic])
    seen = read(first, 2)
    first.commit(offsets=[TopicPartition(topic, 0, 2)], asynchronous=False)
    first.close()
    second = consumer(bootstrap, topic)
    second.subscribe([topic])
    rest = read(second, 1)
    committed = second.committed([TopicPartition(topic, 0)], 30)[0].offset
    second.close()
    return {"first": seen, "second": rest, "committed": committed}


def owned(members):
    return [sorted(p.partition for p in m.assignment()) for m in members]


def settle(members, sizes):
    for _ in range(600):
        for member in members:
            message = member.poll(0.05)
            assert message is None or not message.error() or message.error().code() == KafkaError._PARTITION_EOF, message.error()
        if sorted(len(o) for o in owned(members)) == sizes:
            return owned(members)
    raise AssertionError(f"assignment is {owned(members)}, not of sizes {sizes}")


def rebalance(bootstrap, strategy):
    topic = "confluent-rebalance-" + strategy
    create(bootstrap, topic, 4)
    first = consumer(bootstrap, topic, partition_assignment_strategy=strategy)
    second = consumer(bootstrap, topic, partition_assignment_strategy=strategy)
    first.subscribe([topic])
    alone = settle([first], [4])
    second.subscribe([topic])
    shared = settle([first, second], [2, 2])
    first.close()
    rest = settle([second], [4])
    second.close()
    return {"alone": alone[0], "shared": sorted(shared[0] + shared[1]), "rest": rest[0]}


def static_member(bootstrap):
    topic = "confluent-static"
    create(bootstrap, topic, 2)
    member = consumer(bootstrap, topic, group_instance_id="one")
    member.subscribe([topic])
    before = settle([member], [2])
    member.close()
    again = consumer(bootstrap, topic, group_instance_id="one")
    again.subscribe([topic])
    after = settle([again], [2])
    again.close()
    return {"before": before[0], "after": after[0]}


def produce_acked(bootstrap, topic, count):
    """Idempotent, acks=all, one message at a time in flight order; prints what was acknowledged."""
    acked, failures = [], []
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 1,
                         "message.timeout.ms": 120000, "reconnect.backoff.max.ms": 500})

    def delivered(error, message):
        if error:
            failures.append(str(error))
        else:
            acked.append(int(message.value()))
            if len(acked) % 1000 == 0:
                print(f"acked {len(acked)}", flush=True)

    for i in range(int(count)):
        producer.produce(topic, str(i), callback=delivered)
        producer.poll(0.0002)
    producer.flush(120)
    return {"acked": len(acked), "failures": failures[:3]}


def count_values(bootstrap, topic):
    reader = consumer(bootstrap, "counter-" + topic, enable_partition_eof=True)
    reader.assign([TopicPartition(topic, 0, 0)])
    values = []
    while True:
        message = reader.poll(60)
        assert message is not None, f"no end of {topic} after {len(values)} messages"
        if message.error():
            break
        values.append(int(message.value()))
    reader.close()
    return {"count": len(values), "in_order_once": values == list(range(len(values)))}


if __name__ == "__main__":
    scenario, *arguments = sys.argv[1:]
    print(json.dumps(globals()[scenario](*arguments)))
