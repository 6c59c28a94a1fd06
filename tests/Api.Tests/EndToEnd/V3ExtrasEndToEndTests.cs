using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>Pages and filters of lists, keys of idempotence, and the document that is typed by topic.</summary>
public sealed class V3ExtrasEndToEndTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private string Cluster => cluster.Cluster;

    [Fact]
    public async Task A_list_is_read_page_by_page_and_filtered()
    {
        foreach (var name in new[] { "page-a", "page-b", "page-c", "other" })
            await cluster.CreateTopicAsync(name, 1);

        var first = await cluster.GetAsync(Cluster + "/topics?prefix=page-&page_size=2");
        var next = first.Body.GetProperty("metadata").GetProperty("next").GetString()!;
        var second = await cluster.GetAsync(new Uri(next).PathAndQuery);
        var whole = await cluster.GetAsync(Cluster + "/topics?contains=page");

        Assert.Equal("page-a,page-b", Names(first.Body));
        Assert.Equal("page-c", Names(second.Body));
        Assert.Equal(JsonValueKind.Null, second.Body.GetProperty("metadata").GetProperty("next").ValueKind);
        Assert.Equal("page-a,page-b,page-c", Names(whole.Body));
    }

    [Theory]
    [InlineData("page_size=0")]
    [InlineData("page_size=many")]
    [InlineData("page_token=%25%25")]
    public async Task A_page_that_makes_no_sense_is_refused(string query) =>
        Assert.Equal(400, (await cluster.GetAsync($"{Cluster}/brokers?{query}")).Status);

    [Fact]
    public async Task A_request_with_an_idempotency_key_is_carried_out_once()
    {
        await cluster.CreateTopicAsync("once", 1);
        const string record = """{"value":{"type":"STRING","data":"a"}}""";

        var first = await PostAsync("/topics/once/records", record, "key-1");
        var again = await PostAsync("/topics/once/records", record, "key-1");
        var other = await PostAsync("/topics/once/records", record, "key-2");
        var changed = await PostAsync("/topics/once/records", """{"value":{"type":"STRING","data":"b"}}""", "key-1");

        Assert.Equal(first.Text, again.Text);
        Assert.True(again.IsReplayed);
        Assert.Equal((0, 1), (Offset(first.Text), Offset(other.Text)));
        Assert.Equal(422, changed.Status);
    }

    [Fact]
    public async Task Requests_with_one_key_at_the_same_time_write_one_record()
    {
        await cluster.CreateTopicAsync("at-once", 1);
        const string record = """{"value":{"type":"STRING","data":"a"}}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync("/topics/at-once/records", record, "one")));

        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        var offsets = await cluster.GetAsync(Cluster + "/topics/at-once/partitions/0/offset");
        Assert.Equal(1, offsets.Body.GetProperty("latest_offset").GetInt64());
    }

    [Fact]
    public async Task The_document_of_topics_has_the_schema_of_each()
    {
        await cluster.CreateTopicAsync("typed-avro", 1);
        await cluster.CreateTopicAsync("typed.json", 1);
        await cluster.CreateTopicAsync("typed_proto", 1);
        await RegisterAsync("typed-avro-value", "AVRO", """
            {"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"long"},
             {"name":"next","type":["null","Order"]},{"name":"state","type":{"type":"enum","name":"S","symbols":["A"]}}]}
            """);
        await RegisterAsync("typed.json-value", "JSON", """
            {"type":"object","properties":{"a":{"$ref":"#/definitions/n"}},"definitions":{"n":{"type":"integer"}}}
            """);
        await RegisterAsync("typed_proto-value", "PROTOBUF",
            "syntax = \"proto3\"; message M { int32 user_id = 1; repeated M more = 2; map<string, int64> counts = 3; }");

        var document = (await cluster.GetAsync("/openapi/topics.json")).Body;

        var schemas = document.GetProperty("components").GetProperty("schemas");
        var order = schemas.GetProperty("TypedAvroValueShopOrder").GetProperty("properties");
        Assert.Equal("integer", order.GetProperty("id").GetProperty("type").GetString());
        Assert.Equal("#/components/schemas/TypedAvroValueShopOrder", order.GetProperty("next").GetProperty("anyOf")[1]
            .GetProperty("properties").GetProperty("shop.Order").GetProperty("$ref").GetString());
        Assert.Equal("#/components/schemas/TypedJsonValueJson/definitions/n", schemas.GetProperty("TypedJsonValueJson")
            .GetProperty("properties").GetProperty("a").GetProperty("$ref").GetString());
        var proto = schemas.GetProperty("TypedProtoValueM").GetProperty("properties");
        Assert.Equal("integer", proto.GetProperty("userId").GetProperty("type").GetString());
        Assert.Equal("array", proto.GetProperty("more").GetProperty("type").GetString());
        var path = document.GetProperty("paths").GetProperty($"{Cluster}/topics/typed-avro/records");
        Assert.Equal("produceTypedAvro", path.GetProperty("post").GetProperty("operationId").GetString());
    }

    [Fact]
    public async Task A_record_as_the_document_of_topics_describes_it_is_taken()
    {
        await cluster.CreateTopicAsync("described", 1);
        await RegisterAsync("described-value", "AVRO",
            """{"type":"record","name":"D","fields":[{"name":"id","type":"long"}]}""");

        var sent = await cluster.PostAsync(Cluster + "/topics/described/records", """{"value":{"data":{"id":7}}}""");
        var read = await cluster.GetAsync(Cluster + "/topics/described/records?offset=earliest");

        Assert.Equal(200, sent.ErrorCode());
        Assert.Equal("""{"id":7}""", read.Body.GetProperty("data")[0].GetProperty("value").GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_web_socket_streams_records_and_resumes_by_position()
    {
        await cluster.CreateTopicAsync("socketed", 1);
        foreach (var value in new[] { "a", "b" })
            await PostAsync("/topics/socketed/records", $$$"""{"value":{"type":"STRING","data":"{{{value}}}"}}""", value);

        var first = await MessageAsync("/topics/socketed/records?offset=earliest");
        var second = await MessageAsync(
            $"/topics/socketed/records?position={first.GetProperty("position").GetString()}");

        Assert.Equal("0:1", first.GetProperty("position").GetString());
        Assert.Equal("b", second.GetProperty("record").GetProperty("value").GetProperty("data").GetString());
    }

    [Fact]
    public async Task A_stream_with_a_group_goes_on_where_the_group_has_committed()
    {
        await cluster.CreateTopicAsync("grouped", 1);
        foreach (var value in new[] { "a", "b" })
            await PostAsync("/topics/grouped/records", $$$"""{"value":{"type":"STRING","data":"{{{value}}}"}}""", "g" + value);
        const string stream = "/topics/grouped/records?group=streaming&offset=earliest";

        var before = await MessageAsync(stream);
        await CommittedAsync("streaming", "grouped", 2);
        await PostAsync("/topics/grouped/records", """{"value":{"type":"STRING","data":"c"}}""", "gc");
        var after = await MessageAsync(stream);
        var page = await cluster.GetAsync(Cluster + stream);

        Assert.Equal("a", before.GetProperty("record").GetProperty("value").GetProperty("data").GetString());
        Assert.Equal("c", after.GetProperty("record").GetProperty("value").GetProperty("data").GetString());
        Assert.Equal(422, page.Status);
    }

    private async Task<JsonElement> MessageAsync(string path)
    {
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        var address = new UriBuilder(new Uri(cluster.Rest.BaseAddress!, Cluster + path)) { Scheme = "ws" }.Uri;
        await socket.ConnectAsync(address, CancellationToken.None);
        var buffer = new byte[64 * 1024];
        var read = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        var message = JsonElement.Parse(buffer.AsSpan(0, read.Count));
        // What the group was handed is committed by the time it says goodbye or earlier: both records came in one poll.
        if (path.Contains("group=", StringComparison.Ordinal) && message.GetProperty("position").GetString() == "0:1")
            await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        await WhenLagIsGoneAsync(path);
        await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        return message;
    }

    private async Task WhenLagIsGoneAsync(string path)
    {
        if (!path.Contains("group=", StringComparison.Ordinal))
            return;
        while ((await cluster.GetAsync(Cluster + "/consumer-groups/streaming/lag-summary")) is not (200, var summary)
            || summary.GetProperty("total_lag").GetInt64() != 0)
            continue;
    }

    private async Task CommittedAsync(string group, string topic, long offset)
    {
        var lag = await cluster.GetAsync($"{Cluster}/consumer-groups/{group}/lags/{topic}/partitions/0");
        Assert.Equal(offset, lag.Body.GetProperty("current_offset").GetInt64());
    }

    private static string Names(JsonElement list) => string.Join(',',
        list.GetProperty("data").EnumerateArray().Select(topic => topic.GetProperty("topic_name").GetString()));

    private static long Offset(string answer) => JsonElement.Parse(answer).GetProperty("offset").GetInt64();

    private async Task<(int Status, string Text, bool IsReplayed)> PostAsync(string path, string body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Cluster + path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await cluster.Rest.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(),
            response.Headers.Contains("Idempotency-Replayed"));
    }

    private async Task RegisterAsync(string subject, string type, string schema)
    {
        var registered = await cluster.Registry.CallAsync(HttpMethod.Post, $"/subjects/{subject}/versions",
            $$"""{"schemaType":"{{type}}","schema":{{JsonSerializer.Serialize(schema)}}}""");
        Assert.True(registered.Status == 200, registered.Body.Text());
    }
}
