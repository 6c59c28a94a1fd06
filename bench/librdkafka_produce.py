#!/usr/bin/env python3
"""Messages per second that confluent-kafka (librdkafka) produces.

usage: librdkafka_produce.py HOST:PORT TOPIC [BYTES] [COUNT]
"""
import sys
import time

from confluent_kafka import Producer

server, topic = sys.argv[1], sys.argv[2]
size = int(sys.argv[3]) if len(sys.argv) > 3 else 1024
count = int(sys.argv[4]) if len(sys.argv) > 4 else 200_000
failed = 0


def delivered(error, _message):
    global failed
    failed += error is not None


producer = Producer({
    "bootstrap.servers": server, "acks": 1, "linger.ms": 5, "batch.size": 1_000_000,
    "queue.buffering.max.messages": 500_000, "queue.buffering.max.kbytes": 1_000_000, "on_delivery": delivered,
})
value = b"x" * size
producer.produce(topic, value)
producer.flush(30)
start = time.monotonic()
for _ in range(count):
    while True:
        try:
            producer.produce(topic, value)
            break
        except BufferError:
            producer.poll(0.05)
left = producer.flush(60)
seconds = time.monotonic() - start
print(f"{count / seconds:.0f}")
sys.exit(1 if failed or left else 0)
