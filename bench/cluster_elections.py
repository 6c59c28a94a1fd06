#!/usr/bin/env python3
"""Kills a broker and waits until all partitions that it led are led by others.

usage: cluster_elections.py SERVERS BROKER PID
Prints how many there were, and the ms from the first that had another leader to the last.
"""
import os
import signal
import sys
import time

from confluent_kafka.admin import AdminClient

servers, broker, pid = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
admin = AdminClient({"bootstrap.servers": servers, "socket.timeout.ms": 10_000})


def led_by(topics):
    return {(name, number) for name, topic in topics.items() for number, partition in topic.partitions.items()
            if partition.leader == broker}


def ask():
    try:
        return admin.list_topics(timeout=10).topics
    except Exception:  # the broker that was asked is the one that died
        return None


before = led_by(ask())
os.kill(pid, signal.SIGKILL)
first, last = None, None
while last is None:
    asked = time.monotonic()
    if (topics := ask()) is None:
        continue
    left = len(led_by(topics) & before)
    if left < len(before) and first is None:
        first = asked
    if left == 0:
        last = time.monotonic()
print(len(before), round((last - first) * 1000))
