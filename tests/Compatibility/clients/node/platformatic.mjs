// Scenarios with @platformatic/kafka, which speaks the newest protocol versions. Prints one line of JSON.
import './node20.mjs'
import { Admin, Consumer, MessagesStreamModes, Producer, ProduceAcks, stringDeserializers, stringSerializers } from '@platformatic/kafka'

const [scenario, bootstrap] = process.argv.slice(2)
const common = { clientId: 'platformatic-test', bootstrapBrokers: [bootstrap], retries: 20, retryDelay: 100 }

async function create (topic, partitions = 1) {
  const admin = new Admin(common)
  await admin.createTopics({ topics: [topic], partitions, replicas: 1 })
  await admin.close()
}

async function produce (topic, values, settings = {}) {
  const producer = new Producer({ ...common, serializers: stringSerializers, ...settings })
  await producer.send({ messages: values.map(value => ({ topic, value })) })
  await producer.close()
}

async function read (topic, count, group = topic) {
  const consumer = new Consumer({ ...common, groupId: group, deserializers: stringDeserializers, sessionTimeout: 10000, heartbeatInterval: 500 })
  const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.COMMITTED, fallbackMode: 'earliest', autocommit: false, maxWaitTime: 250 })
  const values = []
  for await (const message of stream) {
    values.push(message.value)
    await message.commit()
    if (values.length >= count) break
  }
  await consumer.close(true)
  return values
}

const scenarios = {
  async roundtrip () {
    const result = {}
    for (const compression of ['none', 'gzip', 'snappy', 'lz4']) {
      for (const acks of [ProduceAcks.NO_RESPONSE, ProduceAcks.LEADER, ProduceAcks.ALL]) {
        const topic = `platformatic-${compression}-${acks}`
        await create(topic)
        const values = Array.from({ length: 100 }, (_, i) => `${compression} ${acks} ${i}`)
        await produce(topic, values, { acks, compression })
        result[topic] = JSON.stringify(await read(topic, values.length)) === JSON.stringify(values)
      }
    }
    return result
  },

  async idempotent () {
    const topic = 'platformatic-idempotent'
    await create(topic)
    const values = Array.from({ length: 500 }, (_, i) => String(i))
    await produce(topic, values, { idempotent: true, acks: ProduceAcks.ALL })
    return { in_order: JSON.stringify(await read(topic, values.length)) === JSON.stringify(values) }
  },

  async commits () {
    const topic = 'platformatic-commits'
    await create(topic)
    await produce(topic, ['a', 'b'])
    const first = await read(topic, 2)
    await produce(topic, ['c'])
    return { first, second: await read(topic, 1) }
  },

  async admin () {
    const admin = new Admin(common)
    await admin.createTopics({ topics: ['platformatic-admin'], partitions: 2, replicas: 1 })
    const topics = await admin.listTopics()
    const metadata = await admin.metadata({ topics: ['platformatic-admin'] })
    const groups = await admin.listGroups()
    await admin.deleteTopics({ topics: ['platformatic-admin'] })
    const left = await admin.listTopics()
    await admin.close()
    return {
      listed: topics.includes('platformatic-admin'),
      partitions: metadata.topics.get('platformatic-admin').partitions.length,
      groups: groups instanceof Map,
      deleted: !left.includes('platformatic-admin')
    }
  }
}

console.log(JSON.stringify(await scenarios[scenario]()))
process.exit(0)
