// Does what kcat -s avro -r does through libserdes: the same calls with the same headers, in the same order, and what it
// expects of the answers. Avro itself is avsc's. Prints one line of JSON.
import avsc from 'avsc'
import http from 'node:http'

// Unions are shown and taken as Avro's JSON encoding has them, which is what kcat prints.
const parse = definition => avsc.Type.forSchema(JSON.parse(definition), { wrapUnions: true })

// libcurl sends both headers also with GET.
const headers = {
  Accept: 'application/vnd.schemaregistry.v1+json',
  'Content-Type': 'application/vnd.schemaregistry.v1+json',
  Charsets: 'utf-8',
  'User-Agent': 'libserdes'
}

function call (method, registry, path, body) {
  // A slash at the end of the configured address is dropped.
  const url = registry.replace(/\/+$/, '') + path
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers }, response => {
      const parts = []
      response.on('data', part => parts.push(part))
      response.on('end', () => resolve({ code: response.statusCode, body: JSON.parse(Buffer.concat(parts).toString()) }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

// The envelope has a string "schema"; "schemaType" is a string where it is there, and Avro where it is not.
function schemaOf ({ code, body }) {
  if (code !== 200) throw new Error(`REST request failed (code ${code}): ${JSON.stringify(body)}`)
  if ('schemaType' in body && typeof body.schemaType !== 'string') throw new Error('schemaType is no string')
  if ((body.schemaType ?? 'AVRO').toUpperCase() !== 'AVRO') throw new Error('not Avro')
  if (typeof body.schema !== 'string') throw new Error('no schema')
  return parse(body.schema)
}

async function serialize (registry, subject, definition, value) {
  const body = JSON.stringify({ schema: definition, schemaType: 'AVRO' })
  const { code, body: answer } = await call('POST', registry, `/subjects/${subject}/versions`, body)
  if (code !== 200 || !Number.isInteger(answer.id)) throw new Error(`no id: ${code} ${JSON.stringify(answer)}`)
  const frame = Buffer.alloc(5)
  frame.writeInt32BE(answer.id, 1)
  return Buffer.concat([frame, parse(definition).toBuffer(value)])
}

async function deserialize (registry, bytes) {
  if (bytes.length < 5 || bytes[0] !== 0) throw new Error('no frame of the registry')
  const type = schemaOf(await call('GET', registry, `/schemas/ids/${bytes.readInt32BE(1)}`))
  return type.fromBuffer(bytes.subarray(5))
}

const [action, registry, ...rest] = process.argv.slice(2)
let result
if (action === 'serialize') {
  const [subject, definition, value] = rest
  result = { base64: (await serialize(registry, subject, definition, JSON.parse(value))).toString('base64') }
} else if (action === 'deserialize') {
  result = { value: await deserialize(registry, Buffer.from(rest[0], 'base64')) }
} else {
  // A producer that is told a subject only.
  const latest = await call('GET', registry, `/subjects/${rest[0]}/versions/latest`)
  result = { id: Number.isInteger(latest.body.id), name: schemaOf(latest).name, missing: await call('GET', registry, '/schemas/ids/2147483647') }
}
console.log(JSON.stringify(result))
