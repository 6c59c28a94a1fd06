#!/usr/bin/env python3
"""The longest gap in acknowledgements that confluent-kafka (librdkafka) sees, writing with acks=all.

usage: cluster_gap.py SERVERS TOPIC RATE SECONDS
Prints a JSON object. On SIGUSR1 it forgets the gaps so far, so that what comes before a fault does not count.
"""
import json
import signal
import sys
import time

from confluent_kafka import Producer

servers, topic, rate, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
last, longest, acknowledged, failed = time.monotonic(), 0.0, 0, 0


def delivered(error, _message):
    global last, longest, acknowledged, failed
    now = time.monotonic()
    if error is not None:
        failed += 1
        return
    acknowledged += 1
    longest = max(longest, now - last)
    last = now


def forget(_signal, _frame):
    global longest
    longest = 0.0


producer = Producer({
    "bootstrap.servers": servers, "acks": "all", "enable.idempotence": True, "linger.ms": 5,
    "queue.buffering.max.messages": 500_000, "topic.metadata.refresh.interval.ms": 1_000,
    "retry.backoff.ms": 50, "reconnect.backoff.max.ms": 500, "on_delivery": delivered,
})
producer.produce(topic, b"first")
producer.flush(30)
signal.signal(signal.SIGUSR1, forget)
print("ready", flush=True)
begun, sent = time.monotonic(), 0
last, longest = begun, 0.0
while (passed := time.monotonic() - begun) < seconds:
    while sent < passed * rate:
        try:
            producer.produce(topic, b"x" * 100)
            sent += 1
        except BufferError:
            break
    producer.poll(0.005)
producer.flush(60)
print(json.dumps({"sent": sent, "acknowledged": acknowledged, "failed": failed, "gap_ms": round(longest * 1000)}), flush=True)
