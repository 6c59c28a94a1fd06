// Scenarios with kafkajs. Prints one line of JSON.
import kafkajs from 'kafkajs'
import snappy from 'kafkajs-snappy'

const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = kafkajs
CompressionCodecs[CompressionTypes.Snappy] = snappy

const [scenario, bootstrap] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'kafkajs-test', brokers: [bootstrap], logLevel: logLevel.ERROR })

async function create (topic, numPartitions = 1) {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor: 1 }] })
  await admin.disconnect()
}

async function produce (topic, values, { acks = -1, compression = CompressionTypes.None, ...settings } = {}) {
  const producer = kafka.producer(settings)
  await producer.connect()
  await producer.send({ topic, acks, compression, messages: values.map(value => ({ value })) })
  await producer.disconnect()
}

function join (topic) {
  const consumer = kafka.consumer({ groupId: topic, sessionTimeout: 10000, heartbeatInterval: 500, rebalanceTimeout: 10000 })
  const state = { consumer, values: [], assigned: [] }
  consumer.on(consumer.events.GROUP_JOIN, event => { state.assigned = event.payload.memberAssignment[topic] ?? [] })
  state.start = async onMessage => {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message }) => { state.values.push(message.value.toString()); onMessage?.(state) } })
  }
  return state
}

async function until (what, condition) {
  for (let i = 0; i < 1200; i++) {
    if (condition()) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`timed out waiting for ${what}`)
}

async function readAll (topic) {
  const state = join(topic)
  await state.start()
  await until('the marker', () => state.values.includes('end'))
  await state.consumer.disconnect()
  return state.values
}

const scenarios = {
  async transactions () {
    const [topic, source] = ['kafkajs-tx-' + process.pid, 'kafkajs-source-' + process.pid]
    await create(topic)
    await create(source)
    const producer = kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true })
    await producer.connect()
    for (const round of [0, 1, 2, 3]) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value: `${round}a` }, { value: `${round}b` }] })
      await transaction.sendOffsets({ consumerGroupId: topic + '-g', topics: [{ topic: source, partitions: [{ partition: 0, offset: `${round + 10}` }] }] })
      if (round % 2 === 0) await transaction.commit()
      else await transaction.abort()
    }
    await producer.disconnect()
    const admin = kafka.admin()
    await admin.connect()
    const offsets = await admin.fetchOffsets({ groupId: topic + '-g', topics: [source] })
    await admin.disconnect()
    await produce(topic, ['end'])
    return { values: await readAll(topic), offset: offsets[0].partitions[0].offset }
  },

  async roundtrip () {
    const result = {}
    for (const [codec, compression] of [['none', CompressionTypes.None], ['gzip', CompressionTypes.GZIP], ['snappy', CompressionTypes.Snappy]]) {
      for (const acks of [0, 1, -1]) {
        const topic = `kafkajs-${codec}-${acks}`
        await create(topic)
        const values = Array.from({ length: 200 }, (_, i) => `${codec} ${acks} ${i}`)
        await produce(topic, values, { acks, compression })
        const reader = join(topic)
        await reader.start()
        await until('all messages of ' + topic, () => reader.values.length >= values.length)
        await reader.consumer.disconnect()
        result[topic] = JSON.stringify(reader.values) === JSON.stringify(values)
      }
    }
    return result
  },

  async idempotent () {
    await create('kafkajs-idempotent')
    const values = Array.from({ length: 1000 }, (_, i) => String(i))
    await produce('kafkajs-idempotent', values, { idempotent: true, maxInFlightRequests: 1 })
    const reader = join('kafkajs-idempotent')
    await reader.start()
    await until('all messages', () => reader.values.length >= values.length)
    await reader.consumer.disconnect()
    return { in_order: JSON.stringify(reader.values) === JSON.stringify(values) }
  },

  async rebalance () {
    const topic = 'kafkajs-rebalance'
    await create(topic, 4)
    const [first, second] = [join(topic), join(topic)]
    await first.start()
    await until('the first to own all', () => first.assigned.length === 4)
    await second.start()
    await until('both to share', () => first.assigned.length === 2 && second.assigned.length === 2)
    const shared = [...first.assigned, ...second.assigned].sort()
    await first.consumer.disconnect()
    await until('the second to own all', () => second.assigned.length === 4)
    const rest = [...second.assigned].sort()
    await second.consumer.disconnect()
    return { shared, rest }
  },

  async commits () {
    const topic = 'kafkajs-commits'
    await create(topic)
    await produce(topic, ['a', 'b'])
    const first = join(topic)
    await first.start()
    await until('two messages', () => first.values.length === 2)
    await first.consumer.disconnect()
    await produce(topic, ['c'])
    const second = join(topic)
    await second.start()
    await until('one message', () => second.values.length === 1)
    await second.consumer.disconnect()
    return { first: first.values, second: second.values }
  },

  async admin () {
    const admin = kafka.admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: 'kafkajs-admin', numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '1000000' }] }] })
    await admin.createPartitions({ topicPartitions: [{ topic: 'kafkajs-admin', count: 3 }] })
    const { topics } = await admin.fetchTopicMetadata({ topics: ['kafkajs-admin'] })
    await admin.alterConfigs({ resources: [{ type: 2, name: 'kafkajs-admin', configEntries: [{ name: 'retention.ms', value: '2000000' }] }] })
    const described = await admin.describeConfigs({ resources: [{ type: 2, name: 'kafkajs-admin', configNames: ['retention.ms'] }] })
    await produce('kafkajs-admin', ['x', 'y'])
    const offsets = await admin.fetchTopicOffsets('kafkajs-admin')
    const cluster = await admin.describeCluster()
    await admin.deleteTopics({ topics: ['kafkajs-admin'] })
    const left = await admin.listTopics()
    await admin.disconnect()
    return {
      partitions: topics[0].partitions.length,
      retention: described.resources[0].configEntries[0].configValue,
      messages: offsets.reduce((sum, o) => sum + Number(o.high), 0),
      brokers: cluster.brokers.length,
      deleted: !left.includes('kafkajs-admin')
    }
  }
}

console.log(JSON.stringify(await scenarios[scenario]()))
process.exit(0)
