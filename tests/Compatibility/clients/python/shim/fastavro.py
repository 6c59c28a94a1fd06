"""The three functions of fastavro that confluent-kafka's Avro serializers call, on Debian's Apache Avro: Debian 12 has no
fastavro. Encoder and decoder are Apache's, so they are as foreign to the platform as fastavro's."""
import json

import avro.io
import avro.schema


def parse_schema(schema):
    _parse(schema)
    return schema


def schemaless_writer(stream, schema, record):
    avro.io.DatumWriter(_parse(schema)).write(record, avro.io.BinaryEncoder(stream))


def schemaless_reader(stream, writer_schema, reader_schema=None, *_):
    reader = avro.io.DatumReader(_parse(writer_schema), _parse(reader_schema or writer_schema))
    return reader.read(avro.io.BinaryDecoder(stream))


def _parse(schema):
    return avro.schema.parse(json.dumps(schema))
