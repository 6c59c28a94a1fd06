using System.Text.Json;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>Records of v3 with a schema of the registry, produced in every way of naming it, and read back.</summary>
public sealed class V3SchemaEndToEndTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string Avro = """{"type":"record","name":"ns.R","fields":[{"name":"a","type":"int"}]}""";

    private async Task<JsonElement> ProduceAsync(string topic, string value) => (await cluster.PostAsync(
        $"{cluster.Cluster}/topics/{topic}/records", $$"""{"value":{{value}} }""")).Body;

    [Fact]
    public async Task A_schema_is_named_as_text_by_id_by_version_or_not_at_all()
    {
        await cluster.CreateTopicAsync("v3-schemas", 1);

        var asText = await ProduceAsync("v3-schemas",
            $$"""{"type":"AVRO","schema":{{JsonSerializer.Serialize(Avro)}},"data":{"a":1} }""");
        var id = asText.GetProperty("value").GetProperty("schema_id").GetInt32();
        var byId = await ProduceAsync("v3-schemas", $$"""{"schema_id":{{id}},"data":{"a":2} }""");
        var byVersion = await ProduceAsync("v3-schemas", """{"schema_version":1,"data":{"a":3}}""");
        var latest = await ProduceAsync("v3-schemas", """{"data":{"a":4}}""");
        var byName = await ProduceAsync("v3-schemas", $$"""
            {"type":"AVRO","schema":{{JsonSerializer.Serialize(Avro)}},"subject_name_strategy":"RECORD_NAME",
             "data":{"a":5} }
            """);
        var read = await cluster.GetAsync($"{cluster.Cluster}/topics/v3-schemas/partitions/0/records?max_records=5");

        Assert.Equal("v3-schemas-value", asText.GetProperty("value").GetProperty("subject").GetString());
        Assert.All((JsonElement[])[byId, byVersion, latest], answer =>
            Assert.Equal(id, answer.GetProperty("value").GetProperty("schema_id").GetInt32()));
        Assert.Equal("ns.R", byName.GetProperty("value").GetProperty("subject").GetString());
        Assert.Equal([1, 2, 3, 4, 5], read.Body.GetProperty("data").EnumerateArray().Select(
            record => record.GetProperty("value").GetProperty("data").GetProperty("a").GetInt32()));
        Assert.Equal("AVRO", read.Body.GetProperty("data")[0].GetProperty("value").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("""{"type":"AVRO","data":1}""", 422)]
    [InlineData("""{"type":"BINARY","schema_id":1,"data":"AA=="}""", 422)]
    [InlineData("""{"schema_id":1,"schema_version":1,"data":1}""", 422)]
    [InlineData("""{"subject":"s","subject_name_strategy":"TOPIC_NAME","data":1}""", 422)]
    [InlineData("""{"type":"CSV","data":1}""", 422)]
    [InlineData("""{"schema_id":99999,"data":1}""", 42205)]
    [InlineData("""{"subject":"nowhere","data":1}""", 42205)]
    [InlineData("""{"type":"AVRO","schema":"\"int\"","data":"x"}""", 42203)]
    public async Task A_choice_that_makes_no_sense_is_refused(string value, int code)
    {
        if ((await cluster.GetAsync(cluster.Cluster + "/topics/v3-choices")).Status == 404)
            await cluster.CreateTopicAsync("v3-choices", 1);

        Assert.Equal(code, (await ProduceAsync("v3-choices", value)).GetProperty("error_code").GetInt32());
    }
}
