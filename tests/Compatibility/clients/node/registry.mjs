// Scenarios with @kafkajs/confluent-schema-registry and kafkajs. Prints one line of JSON.
import kafkajs from 'kafkajs'
import registryClient from '@kafkajs/confluent-schema-registry'

const { Kafka, logLevel } = kafkajs
const { SchemaRegistry, SchemaType, COMPATIBILITY } = registryClient

const [scenario, bootstrap, host] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'registry-test', brokers: [bootstrap], logLevel: logLevel.ERROR })
const registry = new SchemaRegistry({ host })

const formats = {
  avro: {
    type: SchemaType.AVRO,
    schema: JSON.stringify({
      type: 'record', name: 'Order', namespace: 'shop', fields: [
        { name: 'id', type: 'long' },
        { name: 'note', type: ['null', 'string'], default: null },
        { name: 'lines', type: { type: 'array', items: 'string' } }
      ]
    }),
    later: JSON.stringify({ type: 'record', name: 'Order', namespace: 'shop', fields: [{ name: 'must', type: 'string' }] }),
    value: { id: 7, note: 'ä', lines: ['a', 'b'] }
  },
  json: {
    type: SchemaType.JSON,
    schema: JSON.stringify({
      $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', additionalProperties: false,
      properties: { id: { type: 'integer' }, note: { type: 'string' } }, required: ['id']
    }),
    later: JSON.stringify({
      $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', additionalProperties: false,
      properties: { id: { type: 'string' }, note: { type: 'string' } }, required: ['id']
    }),
    value: { id: 7, note: 'ä' }
  },
  protobuf: {
    type: SchemaType.PROTOBUF,
    schema: 'syntax = "proto3";\npackage shop;\nmessage Order {\n  int32 id = 1;\n  string note = 2;\n  repeated string lines = 3;\n}\n',
    later: 'syntax = "proto3";\npackage shop;\nmessage Order {\n  string id = 1;\n  string note = 2;\n}\n',
    value: { id: 7, note: 'ä', lines: ['a', 'b'] }
  }
}

async function throughTopic (topic, value) {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }] })
  await admin.disconnect()
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: [{ value }] })
  await producer.disconnect()
  const consumer = kafka.consumer({ groupId: topic })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const read = await new Promise(resolve => consumer.run({ eachMessage: async ({ message }) => resolve(message.value) }))
  await consumer.disconnect()
  return read
}

const scenarios = {
  // What an application does: register, encode, send, read, decode with a registry client that knows nothing yet.
  async roundtrip () {
    const result = {}
    for (const [name, { type, schema, value }] of Object.entries(formats)) {
      const subject = `js-${name}-value`
      const { id } = await registry.register({ type, schema }, { subject, compatibility: COMPATIBILITY.BACKWARD })
      const again = await registry.register({ type, schema }, { subject })
      const read = await throughTopic(`js-${name}`, await registry.encode(id, value))
      const decoded = await new SchemaRegistry({ host }).decode(read)
      result[name] = JSON.stringify(decoded) === JSON.stringify(value) && again.id === id &&
        await registry.getLatestSchemaId(subject) === id && await registry.getRegistryId(subject, 1) === id
    }
    return result
  },

  // The client's own words for what a registry refuses.
  async refusals () {
    const result = {}
    for (const [name, { type, schema, later }] of Object.entries(formats)) {
      const subject = `js-refused-${name}`
      await registry.register({ type, schema }, { subject })
      await new SchemaRegistry({ host }).register({ type, schema: later }, { subject })
        .catch(error => { result[name] = `${error.name} ${error.status}` })
    }
    await registry.getLatestSchemaId('js-nobody').catch(error => { result.missing = error.status })
    return result
  }
}

console.log(JSON.stringify(await scenarios[scenario]()))
