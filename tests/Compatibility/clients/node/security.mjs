// Access rules by kafkajs (version 1 of the requests) and @platformatic/kafka (version 3). Prints one line of JSON.
import './node20.mjs'
import kafkajs from 'kafkajs'
import { Admin } from '@platformatic/kafka'

const { Kafka, AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes, logLevel } = kafkajs
const [scenario, bootstrap] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'security-test', brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { retries: 2 } })

async function produce (topic) {
  const producer = kafka.producer()
  await producer.connect()
  try {
    await producer.send({ topic, messages: [{ value: 'x' }] })
    return 'written'
  } catch (error) {
    return error.type ?? error.cause?.type ?? String(error)
  } finally {
    await producer.disconnect()
  }
}

const scenarios = {
  async kafkajs () {
    const admin = kafka.admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: 'closed-1', numPartitions: 1, replicationFactor: 1 }] })
    const rule = {
      resourceType: AclResourceTypes.TOPIC, resourceName: 'closed-1', resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:ANONYMOUS', host: '*', operation: AclOperationTypes.WRITE, permissionType: AclPermissionTypes.DENY
    }
    const open = { ...rule, operation: AclOperationTypes.DESCRIBE, permissionType: AclPermissionTypes.ALLOW }
    await admin.createAcls({ acl: [rule, open] })
    const filter = {
      resourceType: AclResourceTypes.TOPIC, resourceName: 'closed-1', resourcePatternType: ResourcePatternTypes.ANY,
      operation: AclOperationTypes.ANY, permissionType: AclPermissionTypes.ANY
    }
    const found = await admin.describeAcls(filter)
    const refused = await produce('closed-1')
    const deleted = await admin.deleteAcls({ filters: [filter] })
    const then = await produce('closed-1')
    await admin.disconnect()
    return { found: found.resources[0].acls.length, refused, deleted: deleted.filterResponses[0].matchingAcls.length, then }
  },

  async platformatic () {
    const admin = new Admin({ clientId: 'security-test', bootstrapBrokers: [bootstrap] })
    const rule = {
      resourceType: 2, resourceName: 'closed-2', resourcePatternType: 4, principal: 'User:bob', host: '10.0.0.0/8', operation: 4, permissionType: 3
    }
    await admin.createAcls({ creations: [rule] })
    const filter = {
      resourceType: 2, resourceName: 'closed-2-and-more', resourcePatternType: 2, principal: null, host: null, operation: 1, permissionType: 1
    }
    const found = await admin.describeAcls({ filter })
    const deleted = await admin.deleteAcls({ filters: [filter] })
    await admin.close()
    return { found: found[0].resourceName, host: found[0].acls[0].host, deleted: deleted.length }
  }
}

console.log(JSON.stringify(await scenarios[scenario]()))
process.exit(0)
