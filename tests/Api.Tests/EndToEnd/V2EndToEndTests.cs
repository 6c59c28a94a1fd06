using System.Text.Json;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>v2 in front of a running broker.</summary>
public sealed class V2EndToEndTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string V2 = "application/vnd.kafka.v2+json";
    private const string Json = "application/vnd.kafka.json.v2+json";
    private const string Binary = "application/vnd.kafka.binary.v2+json";

    // Joining a group takes a moment; the read returns as soon as there is something.
    private const string Records = "/records?timeout=20000";

    private async Task<string> ConsumerAsync(string name, string settings)
    {
        var created = await cluster.PostAsync("/consumers/" + name, $$"""{"name":"{{name}}",{{settings}}}""", V2);
        Assert.True(created.Status == 200, created.Body.Text());
        return new Uri(created.Body.GetProperty("base_uri").GetString()!).AbsolutePath;
    }

    private async Task ProduceAsync(string topic, params int[] values) => await cluster.PostAsync("/topics/" + topic,
        $$"""{"records":[{{string.Join(',', values.Select(value => $$"""{"value":{{value}}}"""))}}]}""", Json);

    private async Task<IReadOnlyList<int>> ReadAsync(string consumer, string query = Records)
    {
        var answer = await cluster.GetAsync(consumer + query);
        Assert.True(answer.Status == 200, answer.Body.Text());
        return [.. answer.Body.EnumerateArray().Select(record => record.GetProperty("value").GetInt32())];
    }

    [Fact]
    public async Task Topics_and_partitions_are_described()
    {
        await cluster.CreateTopicAsync("described", 2);

        var topic = await cluster.GetAsync("/topics/described");

        Assert.Equal("""{"brokers":[1]}""", (await cluster.GetAsync("/brokers")).Body.Text());
        Assert.Contains("described", (await cluster.GetAsync("/topics")).Body.Text(), StringComparison.Ordinal);
        Assert.Equal("delete", topic.Body.GetProperty("configs").GetProperty("cleanup.policy").GetString());
        Assert.Equal("""{"partition":1,"leader":1,"replicas":[{"broker":1,"leader":true,"in_sync":true}]}""",
            topic.Body.GetProperty("partitions")[1].Text());
        Assert.Equal("""{"beginning_offset":0,"end_offset":0}""",
            (await cluster.GetAsync("/topics/described/partitions/0/offsets")).Body.Text());
        Assert.Equal(40401, (await cluster.GetAsync("/topics/nothing")).ErrorCode());
        Assert.Equal(40402, (await cluster.GetAsync("/topics/described/partitions/7")).ErrorCode());
    }

    [Fact]
    public async Task Records_are_answered_in_order_with_nulls_written_out()
    {
        await cluster.CreateTopicAsync("ordered", 2);

        var answer = await cluster.PostAsync("/topics/ordered",
            """{"records":[{"partition":1,"value":{"a":1}},{"partition":0,"key":"k","value":null}]}""", Json);

        Assert.Equal("""
            {"offsets":[{"partition":1,"offset":0,"error_code":null,"error":null},
            """.Trim() + """{"partition":0,"offset":0,"error_code":null,"error":null}],"""
            + """ "key_schema_id":null,"value_schema_id":null}""".TrimStart(), answer.Body.Text());
        Assert.Equal(40402, (await cluster.PostAsync(
            "/topics/ordered/partitions/2", """{"records":[{"value":1}]}""", Json)).ErrorCode());
    }

    [Fact]
    public async Task The_first_read_of_a_subscription_finds_the_records()
    {
        await cluster.CreateTopicAsync("subscribed", 1);
        await ProduceAsync("subscribed", 1, 2, 3);
        var consumer = await ConsumerAsync("subscriber", """ "format":"json","auto.offset.reset":"earliest" """);

        await cluster.PostAsync(consumer + "/subscription", """{"topics":["subscribed"]}""", V2);

        Assert.Equal([1, 2, 3], await ReadAsync(consumer));
        Assert.Equal("""{"partitions":[{"topic":"subscribed","partition":0}]}""",
            (await cluster.GetAsync(consumer + "/assignments")).Body.Text());
        Assert.Equal(204, (await cluster.Rest.CallAsync(HttpMethod.Delete, consumer)).Status);
    }

    [Fact]
    public async Task Only_what_was_delivered_is_committed()
    {
        await cluster.CreateTopicAsync("committed", 1);
        await ProduceAsync("committed", 1, 2, 3);
        var consumer = await ConsumerAsync("committer",
            """ "format":"json","auto.offset.reset":"earliest","auto.commit.enable":false """);
        await cluster.PostAsync(consumer + "/subscription", """{"topics":["committed"]}""", V2);
        const string partitions = """{"partitions":[{"topic":"committed","partition":0}]}""";

        // One byte of value each: the limit lets one record through at a time.
        Assert.Equal([1], await ReadAsync(consumer, Records + "&max_bytes=1"));
        Assert.Equal(200, (await cluster.PostAsync(consumer + "/offsets", null)).Status);
        var committed = await cluster.Rest.CallAsync(HttpMethod.Get, consumer + "/offsets", partitions, V2);

        Assert.Equal("""{"offsets":[{"topic":"committed","partition":0,"offset":1,"metadata":""}]}""",
            committed.Body.Text());
        await cluster.PostAsync(consumer + "/offsets",
            """{"offsets":[{"topic":"committed","partition":0,"offset":1}]}""", V2);
        var later = await cluster.GetAsync(consumer + "/offsets?topic=committed&partition=0");
        Assert.Equal(2, later.Body.GetProperty("offsets")[0].GetProperty("offset").GetInt32());
        var lag = await cluster.GetAsync(cluster.Cluster + "/consumer-groups/committer/lag-summary");
        Assert.Equal(1, lag.Body.GetProperty("total_lag").GetInt32());
    }

    [Fact]
    public async Task An_assigned_instance_reads_from_where_it_is_told()
    {
        await cluster.CreateTopicAsync("sought", 1);
        await ProduceAsync("sought", 1, 2, 3);
        var consumer = await ConsumerAsync("seeker", """ "format":"json" """);
        const string partition = """{"partitions":[{"topic":"sought","partition":0}]}""";
        await cluster.PostAsync(consumer + "/assignments", partition, V2);

        await cluster.PostAsync(consumer + "/positions/beginning", partition, V2);
        Assert.Equal([1, 2, 3], await ReadAsync(consumer));
        await cluster.PostAsync(consumer + "/positions",
            """{"offsets":[{"topic":"sought","partition":0,"offset":2}]}""", V2);
        Assert.Equal([3], await ReadAsync(consumer));
        await cluster.PostAsync(consumer + "/positions/end", partition, V2);
        Assert.Empty(await ReadAsync(consumer, "/records?timeout=100"));
    }

    [Fact]
    public async Task A_partition_is_read_from_an_offset_without_a_group()
    {
        await cluster.CreateTopicAsync("stateless", 1);
        await ProduceAsync("stateless", 1, 2, 3);
        const string path = "/topics/stateless/partitions/0/records?timeout=20000";

        var binary = await cluster.GetAsync(path + "&offset=1");
        var json = await ReadPageAsync(path + "&offset=0&max_bytes=2&fields=timestamp", Json);
        var beyond = await cluster.GetAsync(path + "&offset=4");

        Assert.Equal(["Mg==", "Mw=="], binary.Body.EnumerateArray().Select(one => one.GetProperty("value").GetString()));
        Assert.Equal([1, 2], json.EnumerateArray().Select(one => one.GetProperty("value").GetInt32()));
        Assert.True(json[0].TryGetProperty("timestamp", out _));
        Assert.Equal(40002, beyond.ErrorCode());
        Assert.Equal(422, (await cluster.GetAsync(path + "&offset=-1")).ErrorCode());
        Assert.Equal(400, (await cluster.GetAsync(path)).Status);
        Assert.Equal(40402, (await cluster.GetAsync("/topics/stateless/partitions/1/records?offset=0")).ErrorCode());
        Assert.Equal("[]", (await cluster.GetAsync("/topics/stateless/partitions/0/records?offset=3&timeout=1")).Body.Text());
    }

    private async Task<JsonElement> ReadPageAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        using var answer = await cluster.Rest.SendAsync(request);
        Assert.Equal(accept, answer.Content.Headers.ContentType!.MediaType);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Bytes_that_are_not_json_are_an_error_entry_of_a_json_instance_and_read_by_a_binary_one()
    {
        await cluster.CreateTopicAsync("bytes", 1);
        await cluster.PostAsync("/topics/bytes", """{"records":[{"value":"/w=="}]}""", Binary);
        var json = await ConsumerAsync("json", """ "format":"json","auto.offset.reset":"earliest" """);
        var binary = await ConsumerAsync("binary", """ "auto.offset.reset":"earliest" """);
        await cluster.PostAsync(json + "/subscription", """{"topics":["bytes"]}""", V2);
        await cluster.PostAsync(binary + "/subscription", """{"topic_pattern":"byt.*"}""", V2);

        var undecodable = await cluster.GetAsync(json + Records);
        var read = await cluster.GetAsync(binary + Records);

        Assert.Equal((200, 40801), (undecodable.Status, undecodable.Body[0].GetProperty("error_code").GetInt32()));
        Assert.Equal("/w==", undecodable.Body[0].GetProperty("raw_value").GetString());
        Assert.Equal("/w==", read.Body[0].GetProperty("value").GetString());
    }

    [Fact]
    public async Task Headers_and_timestamps_are_written_and_shown_to_who_asks_for_them()
    {
        await cluster.CreateTopicAsync("headed", 1);
        await cluster.PostAsync("/topics/headed",
            """{"records":[{"value":1,"timestamp":1700000000000,"headers":[{"key":"h","value":"eA=="},{"key":"n"}]}]}""", Json);
        var consumer = await ConsumerAsync("headed", """ "format":"json","auto.offset.reset":"earliest" """);
        var plain = await ConsumerAsync("unheaded", """ "format":"json","auto.offset.reset":"earliest" """);
        await cluster.PostAsync(consumer + "/subscription", """{"topics":["headed"]}""", V2);
        await cluster.PostAsync(plain + "/subscription", """{"topics":["headed"]}""", V2);

        var shown = await cluster.GetAsync(consumer + Records + "&fields=headers,timestamp");
        var unknown = await cluster.GetAsync(consumer + "/records?fields=colour");
        var same = await cluster.GetAsync(plain + Records);

        Assert.Equal(1700000000000, shown.Body[0].GetProperty("timestamp").GetInt64());
        Assert.Equal("""[{"key":"h","value":"eA=="},{"key":"n","value":null}]""", shown.Body[0].GetProperty("headers").GetRawText());
        Assert.Equal(422, unknown.Status);
        Assert.Equal("""{"topic":"headed","key":null,"value":1,"partition":0,"offset":0}""", same.Body[0].GetRawText());
    }
}
