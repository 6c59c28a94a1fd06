using System.Text.Json;

namespace Platform.Api.Tests.Hosting;

/// <summary>The OpenAPI documents: one of everything, one of each surface, each in two versions.</summary>
public sealed class OpenApiTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("v1", "3.1", "/subjects", "/v3/clusters", "/topics")]
    [InlineData("registry", "3.1", "/subjects", null, null)]
    [InlineData("rest-v3", "3.1", null, "/v3/clusters", null)]
    [InlineData("rest-v2", "3.1", null, null, "/topics")]
    [InlineData("v1-3.0", "3.0", "/subjects", "/v3/clusters", "/topics")]
    [InlineData("registry-3.0", "3.0", "/subjects", null, null)]
    [InlineData("rest-v3-3.0", "3.0", null, "/v3/clusters", null)]
    [InlineData("rest-v2-3.0", "3.0", null, null, "/topics")]
    public async Task Every_surface_has_a_document(string name, string version, params string?[] paths)
    {
        var document = await DocumentAsync(name);

        Assert.StartsWith(version, document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        string[] all = ["/subjects", "/v3/clusters", "/topics"];
        foreach (var path in all)
            Assert.Equal(paths.Contains(path), document.GetProperty("paths").TryGetProperty(path, out _));
    }

    [Fact]
    public async Task Every_operation_has_an_id_of_its_own_a_summary_and_an_error_body()
    {
        var ids = new HashSet<string>();
        foreach (var (path, operation) in Operations(await DocumentAsync("v1")))
        {
            Assert.True(operation.TryGetProperty("operationId", out var id), path);
            Assert.True(ids.Add(id.GetString()!), $"{id} is there twice");
            Assert.True(operation.TryGetProperty("summary", out _), $"{id} has no summary");
            if (path.StartsWith("/health", StringComparison.Ordinal) || path is "/" or "/metrics")
                continue;
            Assert.True(operation.GetProperty("responses").TryGetProperty("404", out var refused), $"{id} cannot fail");
            var error = refused.GetProperty("content").EnumerateObject().First().Value;
            Assert.EndsWith("/ErrorResponse", error.GetProperty("schema").GetProperty("$ref").GetString(), StringComparison.Ordinal);
            Assert.True(error.TryGetProperty("example", out _), $"{id} has no example of an error");
        }
        Assert.True(ids.Count > 120, $"{ids.Count} operations");
    }

    [Theory]
    [InlineData("listKafkaClusters getKafkaCluster getKafkaAcls createKafkaAcls deleteKafkaAcls batchCreateKafkaAcls")]
    [InlineData("listKafkaTopics createKafkaTopic getKafkaTopic updatePartitionCountKafkaTopic deleteKafkaTopic")]
    [InlineData("listKafkaTopicConfigs updateKafkaTopicConfigBatch getKafkaTopicConfig updateKafkaTopicConfig deleteKafkaTopicConfig")]
    [InlineData("listKafkaConsumerGroups getKafkaConsumerGroup listKafkaConsumers getKafkaConsumer listKafkaConsumerAssignment")]
    [InlineData("getKafkaConsumerGroupLagSummary listKafkaConsumerLags getKafkaConsumerLag listKafkaPartitions getKafkaPartition")]
    [InlineData("produceRecord produceRecordsBatch register lookUpSchemaUnderSubject getSchemaByVersion getSchemaOnly listVersions")]
    [InlineData("list deleteSubject deleteSchemaVersion getReferencedBy getSchemaTypes testCompatibilityBySubjectName getClusterId")]
    public async Task Operations_have_the_ids_that_generated_clients_of_the_reference_know(string expected)
    {
        var ids = Operations(await DocumentAsync("v1")).Select(one => one.Operation.GetProperty("operationId").GetString());

        Assert.Empty(expected.Split(' ').Except(ids));
    }

    [Fact]
    public async Task Ways_to_authenticate_are_described()
    {
        var schemes = (await DocumentAsync("v1")).GetProperty("components").GetProperty("securitySchemes");

        Assert.Equal(["basic", "bearer"], schemes.EnumerateObject().Select(scheme => scheme.Value.GetProperty("scheme").GetString()));
    }

    private static IEnumerable<(string Path, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where operation.Name is "get" or "put" or "post" or "delete" or "patch"
        select (path.Name, operation.Value);

    private async Task<JsonElement> DocumentAsync(string name)
    {
        var (status, body) = await api.Rest.CallAsync(HttpMethod.Get, $"/openapi/{name}.json");
        Assert.Equal(200, status);
        return body;
    }
}
