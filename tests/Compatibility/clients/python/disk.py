"""What a producer and a consumer see of a broker whose disk fails, by confluent-kafka. Prints one line of JSON.

fill BOOTSTRAP TOPIC NOTES FIRST LIMIT   writes numbered records until one is refused; notes those that were acknowledged
read BOOTSTRAP TOPIC NOTES               compares what is there with the notes
leader BOOTSTRAP TOPIC NOTES             tells which broker leads the partition, -1 for none
"""
import json
import sys
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

bootstrap, topic, notes = sys.argv[2:5]
GROUP_OF_RECORDS = 20
PADDING = "x" * 1000
KEYS = 50


def fill():
    first, limit = int(sys.argv[5]), int(sys.argv[6])
    # Without retries, so that the broker's own answer is seen.
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "retries": 0, "linger.ms": 1,
                         "message.timeout.ms": 20000})
    acknowledged, refusals = [], []

    def delivered(error, message):
        if error:
            refusals.append(error)
        else:
            acknowledged.append(message.value().split(b" ")[0].decode())

    number = first
    while number < first + limit and not refusals:
        for _ in range(GROUP_OF_RECORDS):
            key = str(number % KEYS) if topic.startswith("compacted") else None
            producer.produce(topic, f"{number} {PADDING}", key, partition=0, on_delivery=delivered)
            number += 1
        producer.flush(30)
    with open(notes, "a") as file:
        file.writelines(value + "\n" for value in acknowledged)
    return {"acknowledged": len(acknowledged), "error": refusals[0].name() if refusals else None}


def leader():
    topics = Producer({"bootstrap.servers": bootstrap}).list_topics(topic, 20).topics
    return {"leader": topics[topic].partitions[0].leader}


def read():
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "readers", "enable.partition.eof": True,
                         "enable.auto.commit": False, "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    found, limit = [], time.time() + 60
    while time.time() < limit:
        message = consumer.poll(1)
        if message is None:
            continue
        if message.error():
            if message.error().code() != KafkaError._PARTITION_EOF:
                raise KafkaException(message.error())
            break
        found.append(message.value().split(b" ")[0].decode())
    # A commit goes to an internal topic on the same disk.
    committed = consumer.commit(offsets=[TopicPartition(topic, 0, len(found))], asynchronous=False)
    consumer.close()
    with open(notes) as file:
        acknowledged = file.read().split()
    return {"acknowledged": len(acknowledged), "missing": len(set(acknowledged) - set(found)),
            "repeated": len(found) - len(set(found)), "committed": committed[0].error is None}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()))
