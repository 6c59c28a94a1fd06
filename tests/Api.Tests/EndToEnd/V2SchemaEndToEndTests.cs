using System.Text.Json;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>The formats of v2 that need a schema, through a running broker and the registry beside it.</summary>
public sealed class V2SchemaEndToEndTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string V2 = "application/vnd.kafka.v2+json";

    private static string Type(string format) => $"application/vnd.kafka.{format}.v2+json";

    [Theory]
    [InlineData("avro", """{"type":"record","name":"R","fields":[{"name":"a","type":["null","int"]}]}""",
        """{"a":{"int":7}}""")]
    [InlineData("jsonschema", """{"type":"object","required":["a"]}""", """{"a":7}""")]
    [InlineData("protobuf", "syntax = \"proto3\"; message R { int32 a = 1; }", """{"a":7}""")]
    public async Task Records_with_a_schema_are_written_with_its_id_and_read_back(
        string format, string schema, string value)
    {
        var topic = "schema-" + format;
        await cluster.CreateTopicAsync(topic, 1);

        var sent = await cluster.PostAsync("/topics/" + topic, $$"""
            {"value_schema":{{JsonSerializer.Serialize(schema)}},"records":[{"value":{{value}}},{"value":null}]}
            """, Type(format));
        var id = sent.Body.GetProperty("value_schema_id").GetInt32();
        var again = await cluster.PostAsync("/topics/" + topic,
            $$"""{"value_schema_id":{{id}},"records":[{"value":{{value}}}]}""", Type(format));
        var records = await ReadAsync(topic, format);

        Assert.Equal((200, 200), (sent.Status, again.Status));
        Assert.Equal(200, (await cluster.Registry.CallAsync(
            HttpMethod.Get, $"/subjects/{topic}-value/versions/1")).Status);
        Assert.Equal([value, "null", value], records.EnumerateArray()
            .Select(record => record.GetProperty("value").GetRawText()));
    }

    [Theory]
    [InlineData("""{"records":[{"value":1}]}""", 42202)]
    [InlineData("""{"value_schema_id":999,"records":[{"value":1}]}""", 42205)]
    [InlineData("""{"value_schema":"\"strin\"","records":[{"value":1}]}""", 42205)]
    [InlineData("""{"value_schema":"\"string\"","records":[{"value":1}]}""", 42203)]
    [InlineData("""{"value_schema":"\"int\"","records":[{"key":1,"value":1}]}""", 42201)]
    public async Task What_does_not_fit_its_schema_is_refused(string body, int code)
    {
        if ((await cluster.GetAsync("/topics/schema-refused")).Status == 404)
            await cluster.CreateTopicAsync("schema-refused", 1);
        await cluster.Registry.CallAsync(HttpMethod.Put, "/config", """{"compatibility":"NONE"}""");

        var refused = await cluster.PostAsync("/topics/schema-refused", body, Type("avro"));

        Assert.Equal((422, code), (refused.Status, refused.ErrorCode()));
    }

    [Fact]
    public async Task A_schema_that_is_named_by_its_guid_in_a_header_or_in_front_of_the_data_is_found()
    {
        await cluster.CreateTopicAsync("by-guid", 1);
        var registered = await cluster.Registry.CallAsync(
            HttpMethod.Post, "/subjects/by-guid-value/versions", """{"schema":"\"int\""}""");
        byte[] tag = [1, .. registered.Body.GetProperty("guid").GetGuid().ToByteArray(bigEndian: true)];
        const byte seven = 14;      // as Avro writes it
        foreach (var (data, header) in new[] { ((byte[])[seven], tag), ([.. tag, seven], []) })
            await cluster.PostAsync($"{cluster.Cluster}/topics/by-guid/records", $$"""
                {"headers":[{"name":"__value_schema_id","value":"{{Convert.ToBase64String(header)}}"}],
                 "value":{"type":"BINARY","data":"{{Convert.ToBase64String(data)}}"} }
                """);

        var v2 = await ReadAsync("by-guid", "avro");
        var v3 = await cluster.GetAsync($"{cluster.Cluster}/topics/by-guid/partitions/0/records?max_records=2");

        Assert.Equal([7, 7], v2.EnumerateArray().Select(record => record.GetProperty("value").GetInt32()));
        Assert.Equal(["AVRO 7", "AVRO 7"], v3.Body.GetProperty("data").EnumerateArray()
            .Select(record => record.GetProperty("value"))
            .Select(value => $"{value.GetProperty("type").GetString()} {value.GetProperty("data").GetInt32()}"));
    }

    private async Task<JsonElement> ReadAsync(string topic, string format)
    {
        var created = await cluster.PostAsync("/consumers/" + topic,
            $$"""{"name":"c","format":"{{format}}","auto.offset.reset":"earliest","fetch.min.bytes":20}""", V2);
        var consumer = new Uri(created.Body.GetProperty("base_uri").GetString()!).AbsolutePath;
        await cluster.PostAsync(consumer + "/assignments",
            $$"""{"partitions":[{"topic":"{{topic}}","partition":0}]}""", V2);
        var read = await cluster.GetAsync(consumer + "/records?timeout=2000");
        Assert.True(read.Status == 200, read.Body.Text());
        return read.Body;
    }
}
