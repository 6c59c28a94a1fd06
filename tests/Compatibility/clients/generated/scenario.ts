// What each generated client does: a topic, a record, the record read back, and a schema.
import createTypedClient from 'openapi-fetch';
import type { paths } from './typed';
import * as hey from './hey/sdk.gen';
import { createClient } from './hey/client';
import * as orval from './orval';

type Outcome = { topic: string; offset: number; read: unknown; schema: number };

async function openapiTypescript(rest: string, registry: string, clusterId: string): Promise<Outcome> {
  const api = createTypedClient<paths>({ baseUrl: rest });
  const topicName = 'typed-client';
  const topic = await api.POST('/v3/clusters/{clusterId}/topics', {
    params: { path: { clusterId } }, body: { topic_name: topicName, partitions_count: 1 },
  });
  const sent = await api.POST('/v3/clusters/{clusterId}/topics/{topicName}/records', {
    params: { path: { clusterId, topicName } }, body: { value: { type: 'JSON', data: { a: 1 } } },
  });
  const read = await api.GET('/v3/clusters/{clusterId}/topics/{topicName}/records', {
    params: { path: { clusterId, topicName }, query: { offset: 'earliest', max_records: 1 } },
    headers: { Accept: 'application/json' },
  });
  const schema = await createTypedClient<paths>({ baseUrl: registry }).POST('/subjects/{subject}/versions', {
    params: { path: { subject: topicName } }, body: { schema: '"string"' },
  });
  return {
    topic: topic.data!.topic_name, offset: sent.data!.offset!, read: read.data!.data[0]?.value?.data,
    schema: schema.data!.id,
  };
}

async function heyApi(rest: string, registry: string, clusterId: string): Promise<Outcome> {
  const client = createClient({ baseUrl: rest, throwOnError: true });
  const topicName = 'hey-client';
  const topic = await hey.createKafkaTopic({
    client, throwOnError: true, path: { clusterId }, body: { topic_name: topicName, partitions_count: 1 },
  });
  const sent = await hey.produceRecord({
    client, throwOnError: true, path: { clusterId, topicName }, body: { value: { type: 'JSON', data: { a: 1 } } },
  });
  const read = await hey.consumeRecords({
    client, throwOnError: true, path: { clusterId, topicName }, query: { offset: 'earliest', max_records: 1 },
    headers: { Accept: 'application/json' }, parseAs: 'json',
  });
  const schema = await hey.register({
    client: createClient({ baseUrl: registry }), throwOnError: true, path: { subject: topicName },
    body: { schema: '"string"' }, parseAs: 'json',
  });
  const page = read.data as { data: { value: { data: unknown } }[] };
  return {
    topic: topic.data.topic_name, offset: sent.data.offset!, read: page.data[0]?.value.data,
    schema: schema.data.id,
  };
}

// orval's client calls the global fetch with paths, so the address is put before them here.
async function orvalClient(rest: string, registry: string, clusterId: string): Promise<Outcome> {
  const plain = globalThis.fetch;
  const at = (base: string) => {
    globalThis.fetch = (input, init) => plain(new URL(String(input), base), init);
  };
  try {
    at(rest);
    const topicName = 'orval-client';
    const topic = await orval.createKafkaTopic(clusterId, { topic_name: topicName, partitions_count: 1 });
    const sent = await orval.produceRecord(clusterId, topicName, { value: { type: 'JSON', data: { a: 1 } } });
    const read = await orval.consumeRecords(
      clusterId, topicName, { offset: 'earliest', max_records: 1 }, { headers: { Accept: 'application/json' } });
    at(registry);
    const schema = await orval.register(topicName, { schema: '"string"' });
    const { topic_name } = topic.data as { topic_name: string };
    const { offset } = sent.data as { offset: number };
    const { data } = read.data as unknown as { data: { value: { data: unknown } }[] };
    return { topic: topic_name, offset, read: data[0]?.value.data, schema: (schema.data as { id: number }).id };
  } finally {
    globalThis.fetch = plain;
  }
}

export async function scenario(rest: string, registry: string): Promise<Record<string, Outcome>> {
  const clusters = await createTypedClient<paths>({ baseUrl: rest }).GET('/v3/clusters');
  const clusterId = clusters.data!.data[0]!.cluster_id;
  return {
    openapiTypescript: await openapiTypescript(rest, registry, clusterId),
    heyApi: await heyApi(rest, registry, clusterId),
    orval: await orvalClient(rest, registry, clusterId),
  };
}
