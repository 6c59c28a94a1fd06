"""Scenarios with confluent-kafka's registry client and serializers. Prints one line of JSON."""
import json
import os
import struct
import sys

try:
    import fastavro  # noqa: F401  The real one, where the machine has it.
except ImportError:
    sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "shim"))

from confluent_kafka import DeserializingConsumer, Producer, SerializingProducer
from confluent_kafka.admin import AdminClient, NewTopic
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient, SchemaRegistryError
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

scenario, bootstrap, url = sys.argv[1:4]
client = SchemaRegistryClient({"url": url})

AVRO = json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": [
    {"name": "id", "type": "long"},
    {"name": "note", "type": ["null", "string"], "default": None},
    {"name": "lines", "type": {"type": "array", "items": "string"}}]})
AVRO_LATER = json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": [
    {"name": "must", "type": "string"}]})
JSON = json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "title": "Order", "type": "object",
                   "properties": {"id": {"type": "integer"}, "note": {"type": "string"}}, "required": ["id"]})


def order_type():
    """A message class made without protoc."""
    file = descriptor_pb2.FileDescriptorProto(name="order.proto", package="shop", syntax="proto3")
    outer = file.message_type.add(name="Unused")
    outer.field.add(name="x", number=1, type=5, label=1)
    message = file.message_type.add(name="Order")
    message.field.add(name="id", number=1, type=3, label=1)
    message.field.add(name="note", number=2, type=9, label=1)
    message.field.add(name="lines", number=3, type=9, label=3)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("shop.Order"))


def through_topic(topic, value, serializer, deserializer):
    producer = SerializingProducer({"bootstrap.servers": bootstrap, "value.serializer": serializer})
    producer.produce(topic, value=value)
    assert producer.flush(30) == 0
    consumer = DeserializingConsumer({"bootstrap.servers": bootstrap, "group.id": topic,
                                      "auto.offset.reset": "earliest", "value.deserializer": deserializer})
    consumer.subscribe([topic])
    for _ in range(60):
        message = consumer.poll(1)
        if message is not None:
            consumer.close()
            return message.value()
    raise TimeoutError(topic)


def validation():
    """Who may write to a topic with confluent.value.schema.validation."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    topic = NewTopic("validated-py", 1, 1, config={"confluent.value.schema.validation": "true"})
    admin.create_topics([topic])["validated-py"].result(30)
    serializer = AvroSerializer(client, AVRO)
    order = serializer({"id": 1, "note": None, "lines": []}, SerializationContext("validated-py", MessageField.VALUE))
    foreign = client.register_schema("other-py-value", Schema('"string"', "AVRO"))

    def send(value, **settings):
        errors = []
        producer = Producer({"bootstrap.servers": bootstrap, **settings})
        producer.produce("validated-py", key=b"k", value=value, on_delivery=lambda error, _: errors.append(error))
        assert producer.flush(30) == 0
        return errors[0] and errors[0].name()

    return {"serializer": send(order), "plain": send(b"plain"), "foreign": send(struct.pack(">bI", 0, foreign) + b"x"),
            "tombstone": send(None), "compressed": send(order, **{"compression.type": "lz4"})}


def roundtrip():
    value = {"id": 7, "note": "ä", "lines": ["a", "b"]}
    order = order_type()
    message = order(id=7, note="ä", lines=["a", "b"])
    plain = {"id": 7, "note": "ä"}
    return {
        "avro": through_topic("py-avro", value, AvroSerializer(client, AVRO), AvroDeserializer(client)) == value,
        "json": through_topic("py-json", plain, JSONSerializer(JSON, client), JSONDeserializer(JSON)) == plain,
        "protobuf": through_topic("py-protobuf", message, ProtobufSerializer(order, client),
                                  ProtobufDeserializer(order)) == message,
        "subjects": sorted(name for name in client.get_subjects() if name.startswith("py-") and name.endswith("-value")),
    }


def registry():
    """Every call of the client."""
    first = client.register_schema("py-calls", Schema(AVRO, "AVRO"))
    found = client.lookup_schema("py-calls", Schema(AVRO, "AVRO"))
    latest = client.get_latest_version("py-calls")
    numbered = client.get_version("py-calls", 1)
    base = client.register_schema("py-base", Schema('{"type":"record","name":"Base","fields":[]}', "AVRO"))
    using = Schema('{"type":"record","name":"Using","fields":[{"name":"b","type":"Base"}]}', "AVRO",
                   [SchemaReference("Base", "py-base", 1)])
    refers = client.register_schema("py-using", using)
    compatible = client.test_compatibility("py-calls", Schema(AVRO, "AVRO"))
    incompatible = client.test_compatibility("py-calls", Schema(AVRO_LATER, "AVRO"))
    client.set_compatibility("py-calls", "FULL")
    level = client.get_compatibility("py-calls")
    versions = client.get_versions("py-calls")
    deleted = client.delete_version("py-calls", 1)
    gone = client.delete_subject("py-using")
    return {
        "same_id": first == found.schema_id == latest.schema_id == numbered.schema_id,
        "text": json.loads(SchemaRegistryClient({"url": url}).get_schema(first).schema_str) == json.loads(AVRO),
        "references": [r.name for r in SchemaRegistryClient({"url": url}).get_schema(refers).references],
        "other_ids": base != first and refers != base,
        "compatible": [compatible, incompatible],
        "level": level, "versions": versions, "deleted": deleted, "gone": gone,
    }


def refusals():
    client.register_schema("py-refused", Schema(AVRO, "AVRO"))
    calls = {
        "incompatible": lambda: client.register_schema("py-refused", Schema(AVRO_LATER, "AVRO")),
        "invalid": lambda: client.register_schema("py-refused", Schema('{"type":"nonsense"}', "AVRO")),
        "no_subject": lambda: client.get_latest_version("py-nobody"),
        "no_version": lambda: client.get_version("py-refused", 9),
        "no_schema": lambda: client.get_schema(999999),
        "level": lambda: client.set_compatibility("py-refused", "SIDEWAYS"),
    }
    result = {}
    for name, call in calls.items():
        try:
            call()
        except SchemaRegistryError as error:
            result[name] = [error.http_status_code, error.error_code]
    return result


print(json.dumps(globals()[scenario]()))
