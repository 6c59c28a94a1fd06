"""Writes or reads with librdkafka until standard input ends; prints what happened as lines of JSON. Times are
microseconds of the monotonic clock."""
import json
import sys
import threading
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition


def now():
    return time.monotonic_ns() // 1000


lock = threading.Lock()
stopping = threading.Event()


def tell(**event):
    with lock:
        sys.stdout.write(json.dumps(event) + "\n")


def watch_stdin():
    sys.stdin.read()
    stopping.set()


def write(bootstrap, name, topic, partitions, rate):
    producer = Producer({
        "bootstrap.servers": bootstrap, "client.id": name, "enable.idempotence": True, "linger.ms": 5,
        "delivery.timeout.ms": 60000, "request.timeout.ms": 5000, "socket.timeout.ms": 6000, "log_level": 2})
    sequence = 0
    while not stopping.is_set():
        partition, began, number = sequence % partitions, now(), sequence

        def told(error, message, partition=partition, began=began, number=number):
            # librdkafka knows no offset when the broker said that it has the batch already.
            offset = None if error else message.offset()
            tell(type="written", sequence=number, partition=partition, offset=-1 if offset is None else offset,
                 began=began, ended=now(), error=error.name() if error else None)
        try:
            producer.produce(topic, f"{name} {sequence} ".ljust(200, "."), partition=partition, on_delivery=told)
            sequence += 1
        except BufferError:
            pass
        producer.poll(1.0 / rate)
    producer.flush(65)


def read(bootstrap, name, topic, partitions, group):
    assignment = [0]
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "client.id": name, "group.id": group, "auto.offset.reset": "earliest",
        "enable.auto.commit": False, "session.timeout.ms": 6000, "heartbeat.interval.ms": 1000,
        "isolation.level": "read_committed", "socket.timeout.ms": 6000, "log_level": 2})
    position, seen = {}, {}

    def moved(_, __):
        assignment[0] += 1
        position.clear()

    def commit():
        if not position:
            return
        began, error = now(), None
        offsets = dict(position)
        try:
            for result in consumer.commit(
                    offsets=[TopicPartition(topic, p, o) for p, o in offsets.items()], asynchronous=False):
                error = error or (result.error and result.error.name())
        except KafkaException as failure:
            error = failure.args[0].name()
        for partition, offset in offsets.items():
            tell(type="commit", partition=partition, offset=offset, began=began, ended=now(), error=error)

    consumer.subscribe([topic], on_assign=moved, on_revoke=moved)
    commit_at = now() + 400_000
    while not stopping.is_set():
        message = consumer.poll(0.2)
        if message is not None and not message.error():
            tell(type="read", assignment=assignment[0], partition=message.partition(), offset=message.offset(),
                 value=message.value().decode(), began=0, ended=now(), error=None)
            position[message.partition()] = message.offset() + 1
        if now() > commit_at:
            commit()
            commit_at = now() + 400_000
    commit()
    consumer.close()


threading.Thread(target=watch_stdin, daemon=True).start()
verb, bootstrap, name, topic, partitions, argument = sys.argv[1:7]
if verb == "write":
    write(bootstrap, name, topic, int(partitions), int(argument))
else:
    read(bootstrap, name, topic, int(partitions), argument)
