"""A compacted topic under writes that never end, by confluent-kafka.

  compacted.py PLATFORM_DLL SECONDS

A writer gives random keys ever newer versions, and now and then deletes one. A reader reads the topic from its beginning to
the end that it has then, again and again, and compares: of each key it must find nothing older than what was acknowledged before it began to
read, nothing newer than what was sent when it ended, and versions in order. The size of the log on disk is looked at all the
time. Prints a line of JSON; ends with 1 when a version was wrong or the size was not bounded.
"""
import json
import os
import random
import sys
import threading
import time
import uuid

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from broker_process import Broker

KEYS = 2000
VALUE_BYTES = 1000
DELETED_EVERY = 50
PER_SECOND = int(os.environ.get("PER_SECOND", "3000"))
SEGMENT_BYTES = 1 << 20
DIRTY_RATIO = 0.5
# What compaction may leave: the live records twice over (dirty ratio), segments being written and waiting for deletion, and
# what comes in while a pass runs.
BOUND_BYTES = int(KEYS * (VALUE_BYTES + 100) / (1 - DIRTY_RATIO)) * 2 + 12 * SEGMENT_BYTES
TOPIC = "compacted"
TOMBSTONE = -1


class Writer(threading.Thread):
    def __init__(self, bootstrap):
        super().__init__(daemon=True)
        self.producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 5,
                                  "log_level": 2})
        self.stopping, self.failed, self.written = threading.Event(), [], 0
        self.sent, self.acknowledged, self.deleted = [0] * KEYS, [0] * KEYS, [set() for _ in range(KEYS)]

    def run(self):
        while not self.stopping.wait(0.01):
            for _ in range(PER_SECOND // 100):
                key = random.randrange(KEYS)
                version = self.sent[key] = self.sent[key] + 1
                is_tombstone = self.written % DELETED_EVERY == 0
                if is_tombstone:
                    self.deleted[key].add(version)
                value = None if is_tombstone else f"{version} ".ljust(VALUE_BYTES, "x")
                # A tombstone has no value: its version is in its timestamp.
                self.producer.produce(TOPIC, value, str(key), partition=0, timestamp=version + 1000,
                                      on_delivery=lambda error, m, k=key, v=version: self.delivered(error, k, v))
                self.written += 1
            self.producer.poll(0)

    def delivered(self, error, key, version):
        if error:
            self.failed.append(error.str())
        else:
            self.acknowledged[key] = max(self.acknowledged[key], version)


def read(bootstrap):
    """The newest version of each key, and whether versions came in order."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": uuid.uuid4().hex, "enable.partition.eof": True,
                         "auto.offset.reset": "earliest", "log_level": 2})
    consumer.assign([TopicPartition(TOPIC, 0, 0)])
    found, records, disorder, ended = {}, 0, 0, False
    last = consumer.get_watermark_offsets(TopicPartition(TOPIC, 0), 30)[1] - 1
    while not ended:
        for message in consumer.consume(500, 1):
            if message.error():
                if message.error().code() != KafkaError._PARTITION_EOF:
                    raise KafkaException(message.error())
                ended = True
                break
            key, version = int(message.key()), message.timestamp()[1] - 1000
            if message.value() is not None and int(message.value().split(b" ")[0]) != version:
                disorder += 1
            disorder += version <= found.get(key, 0)
            found[key] = version
            records += 1
            ended |= message.offset() >= last
    consumer.close()
    return found, records, disorder


def compare(writer, found, floor):
    """Keys with a version that is too old or too new. A deleted key may be gone altogether."""
    wrong = 0
    for key in range(KEYS):
        newest = found.get(key, TOMBSTONE)
        if newest == TOMBSTONE:
            wrong += floor[key] > 0 and not any(v >= floor[key] for v in writer.deleted[key])
        else:
            wrong += newest < floor[key] or newest > writer.sent[key]
    return wrong


def size(directory):
    """Bytes of records that are in place; files that were replaced wait for file.delete.delay.ms."""
    total = 0
    for name in os.listdir(directory):
        if name.endswith(".log"):
            try:
                total += os.path.getsize(os.path.join(directory, name))
            except FileNotFoundError:
                continue
    return total


def main():
    seconds = float(sys.argv[2])
    broker = Broker(sys.argv[1], **{"log.cleaner.backoff.ms": 100})
    broker.start()
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    admin.create_topics([NewTopic(TOPIC, 1, 1, config={
        "cleanup.policy": "compact", "segment.bytes": str(SEGMENT_BYTES), "min.cleanable.dirty.ratio": str(DIRTY_RATIO),
        "delete.retention.ms": "1000", "file.delete.delay.ms": "100", "message.timestamp.before.max.ms": str(1 << 60),
    })])[TOPIC].result(30)
    writer = Writer(broker.bootstrap)
    writer.start()
    largest, stop = [0], threading.Event()

    def watch():
        while not stop.wait(0.05):
            largest[0] = max(largest[0], size(f"{broker.directory}/data/{TOPIC}-0"))

    threading.Thread(target=watch, daemon=True).start()
    reads, read_records, wrong, disorder, end = 0, 0, 0, 0, time.time() + seconds
    while time.time() < end:
        floor = list(writer.acknowledged)
        found, records, unordered = read(broker.bootstrap)
        wrong, disorder = wrong + compare(writer, found, floor), disorder + unordered
        reads, read_records = reads + 1, read_records + records
    writer.stopping.set()
    writer.join()
    writer.producer.flush(60)
    floor = list(writer.acknowledged)
    found, _, unordered = read(broker.bootstrap)
    wrong, disorder = wrong + compare(writer, found, floor), disorder + unordered
    stop.set()
    broker.remove()
    result = {"seconds": seconds, "written": writer.written, "written_mb": writer.written * VALUE_BYTES // 1_000_000,
              "keys": KEYS, "reads": reads + 1, "read": read_records, "wrong": wrong, "disorder": disorder,
              "failed": len(writer.failed), "largest_mb": round(largest[0] / 1e6, 1), "bound_mb": round(BOUND_BYTES / 1e6, 1)}
    print(json.dumps(result))
    sys.exit(wrong + disorder + len(writer.failed) > 0 or largest[0] > BOUND_BYTES)


if __name__ == "__main__":
    main()
