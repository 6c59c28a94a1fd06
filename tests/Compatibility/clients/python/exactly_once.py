"""Exactly once, with kill -9 of client and broker, and with zombies.

A loop reads `source` and writes each record, changed, to `target` in transactions, together with its offsets, by
confluent-kafka (librdkafka). Meanwhile numbered records go on being written to `source`, and this program kills. At the
end a reader of committed records must find every input exactly once, in the order of its partition.

  exactly_once.py kills PLATFORM_DLL ROUNDS      each round kills the loop and the broker with -9 and starts them again
  exactly_once.py zombies PLATFORM_DLL ROUNDS    each round stops the loop in a transaction, lets another one take its
                                                 place, and wakes the first

Prints what happens, and at last one line of JSON. Ends with 1 when something was lost, repeated, out of order, or a zombie
was not fenced.
"""
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from broker_process import Broker

PARTITIONS = 3
PER_TRANSACTION = 50
INPUT_PER_SECOND = 400
PATIENCE = 120
QUIET = {"log_level": 2}     # librdkafka tells of every connection that a kill ends


def say(*words):
    print(*words, file=sys.stderr, flush=True)


# ---- the loop, a process of its own ---------------------------------------------------------------------------------

def copy():
    """The loop: read, change, write, commit. A line for each step, so that who kills can choose the moment."""
    bootstrap, transactional_id, stop_in_transaction = sys.argv[2], sys.argv[3], sys.argv[4] == "pause"
    producer = Producer({"bootstrap.servers": bootstrap, **QUIET, "transactional.id": transactional_id, "linger.ms": 2,
                         "transaction.timeout.ms": 10000})
    again(lambda: producer.init_transactions(30), producer)
    consumer = Consumer({"bootstrap.servers": bootstrap, **QUIET, "group.id": "copiers", "isolation.level": "read_committed",
                         "enable.auto.commit": False, "auto.offset.reset": "earliest", "session.timeout.ms": 2000,
                         "heartbeat.interval.ms": 500})
    consumer.subscribe(["source"])
    print("started", flush=True)
    while True:
        messages = [m for m in consumer.consume(PER_TRANSACTION, 0.2) if not m.error()]
        if not messages:
            continue
        try:
            transact(producer, consumer, messages, stop_in_transaction)
            print(f"committed {len(messages)}", flush=True)
        except KafkaException as error:
            if error.args[0].fatal() or fenced(error):
                print(f"fenced {error.args[0].name()}", flush=True)
                os._exit(3)
            print(f"aborted {error.args[0].name()}", flush=True)
            again(lambda: producer.abort_transaction(30), producer)
            rewind(consumer)


def transact(producer, consumer, messages, stop_in_transaction):
    producer.begin_transaction()
    for m in messages:
        producer.produce("target", m.value() + b"'", partition=m.partition())
    # Long enough that many a kill meets records that are in the log and not committed.
    producer.flush(10)
    time.sleep(random.uniform(0, 0.1))
    if stop_in_transaction:
        print("in transaction", flush=True)
        sys.stdin.readline()
    again(lambda: producer.send_offsets_to_transaction(
        consumer.position(consumer.assignment()), consumer.consumer_group_metadata(), 30), producer)
    again(lambda: producer.commit_transaction(30), producer)


def again(call, producer):
    """Repeats what librdkafka says may be repeated: a broker that is being killed answers nobody."""
    while True:
        try:
            return call()
        except KafkaException as error:
            if not error.args[0].retriable() or error.args[0].fatal():
                raise
            producer.poll(0.1)


def fenced(error):
    return error.args[0].code() in (KafkaError._FENCED, KafkaError.INVALID_PRODUCER_EPOCH)


def rewind(consumer):
    """What an aborted transaction had read is read again."""
    while True:
        try:
            for partition in consumer.committed(consumer.assignment(), 10):
                partition.offset = max(partition.offset, 0)
                consumer.seek(partition)
            return
        except KafkaException:
            time.sleep(0.1)


# ---- what it runs in ------------------------------------------------------------------------------------------------

class Copier:
    def __init__(self, bootstrap, transactional_id="copier", pause=False):
        self.lines, self.process = [], subprocess.Popen(
            [sys.executable, "-u", __file__, "copy", bootstrap, transactional_id, "pause" if pause else "run"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.strip())

    def count(self, word):
        return sum(1 for line in list(self.lines) if line.startswith(word))

    def until(self, word, count=1):
        limit = time.time() + PATIENCE
        while self.count(word) < count:
            if self.process.poll() is not None and self.count(word) < count:
                raise SystemExit(f"the loop ended with {self.process.returncode} before '{word}': {self.lines[-3:]}")
            if time.time() > limit:
                raise SystemExit(f"no '{word}' within {PATIENCE} s: {self.lines[-3:]}")
            time.sleep(0.01)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Feeder(threading.Thread):
    """Writes numbered records until it is stopped; none may fail."""

    def __init__(self, bootstrap):
        super().__init__(daemon=True)
        self.producer = Producer({"bootstrap.servers": bootstrap, **QUIET, "enable.idempotence": True, "linger.ms": 5,
                                  "message.timeout.ms": 0})
        self.stopping, self.failed, self.written = threading.Event(), [], [[] for _ in range(PARTITIONS)]

    def run(self):
        number = 0
        while not self.stopping.wait(0.02):
            for _ in range(INPUT_PER_SECOND // 50):
                self.written[number % PARTITIONS].append(f"{number}")
                self.producer.produce("source", f"{number}", partition=number % PARTITIONS, on_delivery=self.delivered)
                number += 1
            self.producer.poll(0)

    def delivered(self, error, _):
        if error:
            self.failed.append(error.str())

    def finish(self):
        self.stopping.set()
        self.join()
        left = self.producer.flush(PATIENCE)
        if left or self.failed:
            raise SystemExit(f"the input itself failed: {left} left, {self.failed[:3]}")


def create(bootstrap):
    admin = AdminClient({"bootstrap.servers": bootstrap, **QUIET})
    for future in admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in ("source", "target")]).values():
        future.result(30)


def read(bootstrap, isolation):
    """The target, by partition, up to its end."""
    consumer = Consumer({"bootstrap.servers": bootstrap, **QUIET, "group.id": uuid.uuid4().hex, "isolation.level": isolation,
                         "enable.partition.eof": True, "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition("target", p, 0) for p in range(PARTITIONS)])
    values, ended, limit = [[] for _ in range(PARTITIONS)], set(), time.time() + PATIENCE
    while len(ended) < PARTITIONS and time.time() < limit:
        for message in consumer.consume(1000, 0.5):
            if not message.error():
                values[message.partition()].append(message.value().decode())
            elif message.error().code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
            else:
                raise KafkaException(message.error())
    consumer.close()
    return values


def until_copied(bootstrap, ends, copier):
    """Waits until the loop has committed that it read everything; a loop that ended meanwhile is started again."""
    consumer = Consumer({"bootstrap.servers": bootstrap, **QUIET, "group.id": "copiers"})
    partitions, limit = [TopicPartition("source", p) for p in range(PARTITIONS)], time.time() + PATIENCE
    while [p.offset for p in consumer.committed(partitions, 30)] != ends:
        if time.time() > limit:
            raise SystemExit(f"the loop stands still: {consumer.committed(partitions, 30)} of {ends}")
        if copier.process.poll() is not None:
            copier = Copier(bootstrap)
        time.sleep(0.2)
    consumer.close()
    return copier


def verdict(bootstrap, feeder, copier, rounds, **more):
    feeder.finish()
    copier = until_copied(bootstrap, [len(values) for values in feeder.written], copier)
    found, everything = read(bootstrap, "read_committed"), read(bootstrap, "read_uncommitted")
    copier.kill()
    expected = [[value + "'" for value in values] for values in feeder.written]
    output, wanted = sum(found, []), set(sum(expected, []))
    result = {"rounds": rounds, "input": len(wanted), "output": len(output),
              "lost": len(wanted - set(output)), "repeated": len(output) - len(set(output)),
              "in_order": found == expected, "aborted": len(sum(everything, [])) - len(output), **more}
    print(json.dumps(result))
    return result["lost"] == result["repeated"] == 0 and result["in_order"]


def kills():
    rounds, seed = int(sys.argv[3]), int(os.environ.get("SEED", random.randrange(1 << 30)))
    chance = random.Random(seed)
    say(f"SEED={seed}")
    broker = Broker(sys.argv[2], **{"log.segment.bytes": 1048576})
    broker.start()
    create(broker.bootstrap)
    feeder, copier = Feeder(broker.bootstrap), Copier(broker.bootstrap)
    feeder.start()
    for round in range(1, rounds + 1):
        copier.until("committed", chance.randrange(1, 6))
        time.sleep(chance.uniform(0, 0.3))
        # Either may go first, at once or a little later, and the loop may meet a broker that is not there.
        victims = [("loop", copier.kill), ("broker", broker.kill)]
        chance.shuffle(victims)
        victims[0][1]()
        time.sleep(chance.choice([0, 0.02, 0.2]))
        victims[1][1]()
        if chance.random() < 0.5:
            copier = Copier(broker.bootstrap)
            broker.start()
        else:
            broker.start()
            copier = Copier(broker.bootstrap)
        say(f"{round}: killed {victims[0][0]}, then {victims[1][0]}")
    ok = verdict(broker.bootstrap, feeder, copier, rounds, killed={"loop": rounds, "broker": rounds})
    broker.remove()
    return ok


def zombies():
    rounds, woken_fenced = int(sys.argv[3]), 0
    broker = Broker(sys.argv[2], **{"log.segment.bytes": 1048576})
    broker.start()
    create(broker.bootstrap)
    feeder = Feeder(broker.bootstrap)
    feeder.start()
    for round in range(1, rounds + 1):
        # Of the same id: the producer's epoch fences it. Of another: its membership of the group does (KIP-447).
        same = round % 2 == 1
        zombie = Copier(broker.bootstrap, "copier" if same else f"zombie-{round}", pause=True)
        zombie.until("in transaction")
        zombie.process.send_signal(signal.SIGSTOP)
        successor = Copier(broker.bootstrap)
        successor.until("committed", 3)
        zombie.process.stdin.write("go on\n")
        zombie.process.stdin.flush()
        zombie.process.send_signal(signal.SIGCONT)
        limit = time.time() + PATIENCE
        while not zombie.count("fenced") + zombie.count("aborted") + zombie.count("committed") and time.time() < limit:
            time.sleep(0.01)
        woken_fenced += zombie.count("committed") == 0
        say(f"{round}: {'same id' if same else 'another id'}: {zombie.lines[-1]}")
        zombie.kill()
        successor.kill()
    ok = verdict(broker.bootstrap, feeder, Copier(broker.bootstrap), rounds, fenced=woken_fenced)
    broker.remove()
    return ok and woken_fenced == rounds


if __name__ == "__main__":
    result = globals()[sys.argv[1]]()
    sys.exit(0 if result else 1)
