using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Platform.Api.Hosting;

/// <summary>Examples of bodies, which tell more than their schemas; and one of the error body for every error.</summary>
internal static class OperationExamples
{
    private static readonly FrozenDictionary<string, string> Requests = new Dictionary<string, string>
    {
        ["register"] = """{"schemaType":"AVRO","schema":"{\"type\":\"record\",\"name\":\"Order\",\"fields\":[]}"}""",
        ["lookUpSchemaUnderSubject"] = """{"schema":"\"string\""}""",
        ["testCompatibilityBySubjectName"] = """{"schema":"\"string\""}""",
        ["testCompatibilityForSubject"] = """{"schema":"\"string\""}""",
        ["updateTopLevelConfig"] = """{"compatibility":"FULL_TRANSITIVE"}""",
        ["updateSubjectLevelConfig"] = """{"compatibility":"NONE"}""",
        ["updateTopLevelMode"] = """{"mode":"READONLY"}""",
        ["updateMode"] = """{"mode":"IMPORT"}""",
        ["createKafkaTopic"] = """
            {"topic_name":"orders","partitions_count":6,"configs":[{"name":"retention.ms","value":"86400000"}]}
            """,
        ["updatePartitionCountKafkaTopic"] = """{"partitions_count":12}""",
        ["updateKafkaTopicConfigBatch"] = """{"data":[{"name":"retention.ms","value":"1000"},{"name":"segment.ms","operation":"DELETE"}]}""",
        ["produceRecord"] = """{"key":{"type":"STRING","data":"a"},"value":{"type":"JSON","data":{"amount":7}}}""",
        ["produceRecordsBatch"] = """{"entries":[{"id":"1","value":{"type":"JSON","data":{"amount":7}}}]}""",
        ["produceToTopicV2"] = """{"records":[{"key":"a","value":{"amount":7}},{"value":null,"partition":1}]}""",
        ["produceToPartitionV2"] = """{"records":[{"value":{"amount":7}}]}""",
        ["createConsumerV2"] = """{"name":"reader","format":"json","auto.offset.reset":"earliest"}""",
        ["subscribeV2"] = """{"topics":["orders"]}""",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private const string Error = """{"error_code":40403,"message":"This server does not host this topic-partition."}""";

    public static void AddTo(OpenApiOperation operation)
    {
        if (operation.OperationId is { } id && Requests.TryGetValue(id, out var request))
        {
            foreach (var content in operation.RequestBody?.Content?.Values ?? [])
                content.Example = JsonNode.Parse(request);
        }
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (status[0] is not ('4' or '5') || response.Content is null)
                continue;
            foreach (var content in response.Content.Values)
                content.Example = JsonNode.Parse(Error);
        }
    }
}
