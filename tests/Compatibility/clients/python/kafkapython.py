"""Scenarios with kafka-python (Debian's python3-kafka). Prints one line of JSON."""
import json
import sys
import threading
import time

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic


def create(bootstrap, topic, partitions=1):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(topic, partitions, 1)])
    admin.close()


def produce(bootstrap, topic, values, **settings):
    producer = KafkaProducer(bootstrap_servers=bootstrap, **settings)
    futures = [producer.send(topic, value.encode()) for value in values]
    for future in futures:
        future.get(60)
    producer.close()


def consumer(bootstrap, topic, **settings):
    return KafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=topic, auto_offset_reset="earliest",
                         enable_auto_commit=False, session_timeout_ms=6000, heartbeat_interval_ms=500, **settings)


def read(reader, count):
    values, deadline = [], time.monotonic() + 60
    while len(values) < count and time.monotonic() < deadline:
        for messages in reader.poll(500).values():
            values += [m.value.decode() for m in messages]
    return values


def roundtrip(bootstrap):
    result = {}
    for codec in (None, "gzip", "snappy", "lz4"):
        for acks in (0, 1, "all"):
            topic = f"kafkapython-{codec}-{acks}"
            create(bootstrap, topic)
            values = [f"{codec} {acks} {i}" for i in range(200)]
            produce(bootstrap, topic, values, compression_type=codec, acks=acks)
            reader = consumer(bootstrap, topic)
            result[topic] = read(reader, len(values)) == values
            reader.close()
    return result


def commits(bootstrap):
    topic = "kafkapython-commits"
    create(bootstrap, topic)
    produce(bootstrap, topic, ["a", "b", "c"])
    first = consumer(bootstrap, topic, max_poll_records=2)
    seen = read(first, 2)
    first.commit()
    first.close()
    second = consumer(bootstrap, topic)
    rest = read(second, 1)
    committed = second.committed(TopicPartition(topic, 0))
    second.close()
    return {"first": seen, "second": rest, "committed": committed}


class Member:
    """A consumer on a thread of its own: its poll blocks while the group waits for the other member."""

    def __init__(self, bootstrap, topic):
        self.partitions, self._stopping = [], threading.Event()
        self._thread = threading.Thread(target=self._run, args=(bootstrap, topic), daemon=True)
        self._thread.start()

    def _run(self, bootstrap, topic):
        reader = consumer(bootstrap, topic)
        while not self._stopping.is_set():
            reader.poll(100)
            self.partitions = sorted(p.partition for p in reader.assignment())
        reader.close()

    def stop(self):
        self._stopping.set()
        self._thread.join()


def until(what, condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def rebalance(bootstrap):
    topic = "kafkapython-rebalance"
    create(bootstrap, topic, 4)
    first, second = Member(bootstrap, topic), Member(bootstrap, topic)
    until("both share", lambda: len(first.partitions) == len(second.partitions) == 2)
    shared = sorted(first.partitions + second.partitions)
    first.stop()
    until("the second owns all", lambda: len(second.partitions) == 4)
    rest = second.partitions
    second.stop()
    return {"shared": shared, "rest": rest}


def admin(bootstrap):
    topic = "kafkapython-admin"
    client = KafkaAdminClient(bootstrap_servers=bootstrap)
    client.create_topics([NewTopic(topic, 3, 1, topic_configs={"retention.ms": "1000000"})])
    described = client.describe_topics([topic])[0]
    configs = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    retention = [c[1] for response in configs for c in response.resources[0][4] if c[0] == "retention.ms"]
    groups = client.list_consumer_groups()
    client.delete_topics([topic])
    gone = topic not in client.list_topics()
    client.close()
    return {"partitions": len(described["partitions"]), "retention": retention[0], "groups_listed": isinstance(groups, list), "deleted": gone}


if __name__ == "__main__":
    scenario, *arguments = sys.argv[1:]
    print(json.dumps(globals()[scenario](*arguments)))
