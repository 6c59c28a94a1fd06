using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>What v3 has beyond the reference product: reading, batches, offsets, deleting.</summary>
public sealed class V3ConsumeEndToEndTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private string Cluster => cluster.Cluster;

    private async Task<string> TopicAsync(string name, int partitions, params string[] values)
    {
        await cluster.CreateTopicAsync(name, partitions);
        foreach (var value in values)
        {
            var sent = await cluster.PostAsync($"{Cluster}/topics/{name}/records",
                $$"""{"partition_id":0,"headers":[{"name":"h","value":"eA=="}],"value":{"type":"STRING","data":"{{value}}"} }""");
            Assert.Equal(200, sent.Body.GetProperty("error_code").GetInt32());
        }
        return $"{Cluster}/topics/{name}";
    }

    private static string Values(JsonElement page) => string.Join(',', page.GetProperty("data").EnumerateArray()
        .Select(record => record.GetProperty("value").GetProperty("data").ToString()));

    [Fact]
    public async Task A_partition_is_read_page_by_page_without_a_group()
    {
        var topic = await TopicAsync("paged", 1, "a", "b", "c");

        var first = await cluster.GetAsync($"{topic}/partitions/0/records?max_records=2");
        var next = first.Body.GetProperty("metadata").GetProperty("next").GetString()!;
        var second = await cluster.GetAsync(new Uri(next).PathAndQuery);
        var fromOffset = await cluster.GetAsync($"{topic}/partitions/0/records?offset=2&wait_ms=0");
        var atEnd = await cluster.GetAsync($"{topic}/partitions/0/records?offset=latest&wait_ms=0");
        var fromTime = await cluster.GetAsync($"{topic}/records?timestamp=2020-01-01T00:00:00Z");

        Assert.Equal("a,b", Values(first.Body));
        Assert.Equal("c", Values(second.Body));
        Assert.Equal("c", Values(fromOffset.Body));
        Assert.Equal("", Values(atEnd.Body));
        Assert.Equal("a,b,c", Values(fromTime.Body));
        var record = first.Body.GetProperty("data")[0];
        Assert.Equal("eA==", record.GetProperty("headers")[0].GetProperty("value").GetString());
        Assert.Equal("STRING", record.GetProperty("value").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("/partitions/0/records?offset=99", 40002)]
    [InlineData("/partitions/9/records", 404)]
    [InlineData("/partitions/0/records?offset=soon", 422)]
    [InlineData("/partitions/0/records?timestamp=soon", 422)]
    [InlineData("/records?position=0-1", 422)]
    [InlineData("/records?value_format=XML", 422)]
    public async Task A_read_that_makes_no_sense_says_why(string path, int code)
    {
        if ((await cluster.GetAsync(Cluster + "/topics/senseless")).Status == 404)
            await cluster.CreateTopicAsync("senseless", 1);

        Assert.Equal(code, (await cluster.GetAsync($"{Cluster}/topics/senseless{path}")).ErrorCode());
    }

    [Fact]
    public async Task An_event_stream_resumes_after_the_last_event_without_loss_or_repetition()
    {
        var topic = await TopicAsync("streamed", 1, "a", "b");
        var (firstId, firstData) = await FirstEventAsync($"{topic}/records?offset=earliest", lastEventId: null);

        var (_, secondData) = await FirstEventAsync($"{topic}/records", firstId);

        Assert.Equal("0:1", firstId);
        Assert.Contains("\"data\":\"a\"", firstData, StringComparison.Ordinal);
        Assert.Contains("\"data\":\"b\"", secondData, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_of_JSON_are_streamed_to_who_accepts_them()
    {
        var topic = await TopicAsync("lined", 1, "a");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{topic}/records?offset=earliest");
        request.Headers.TryAddWithoutValidation("Accept", "application/x-ndjson");
        using var response = await cluster.Rest.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        var line = JsonElement.Parse((await reader.ReadLineAsync())!);

        Assert.Equal(0, line.GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task A_batch_answers_each_entry_and_refuses_what_is_no_batch()
    {
        var topic = await TopicAsync("batched", 1);

        var mixed = await cluster.PostAsync(topic + "/records:batch", """
            {"entries":[{"id":"1","value":{"type":"JSON","data":{"a":1}}},
                        {"id":"2","partition_id":7,"value":{"type":"JSON","data":1}},
                        {"id":"3","value":{"type":"WISH","data":1}}]}
            """);
        var twice = await cluster.PostAsync(topic + "/records:batch", """{"entries":[{"id":"1"},{"id":"1"}]}""");
        var empty = await cluster.PostAsync(topic + "/records:batch", """{"entries":[]}""");

        Assert.Equal(207, mixed.Status);
        Assert.Equal("1", mixed.Body.GetProperty("successes")[0].GetProperty("id").GetString());
        Assert.Equal([40402, 422], mixed.Body.GetProperty("failures").EnumerateArray()
            .Select(failure => failure.GetProperty("error_code").GetInt32()));
        Assert.Equal((42208, 42208), (twice.ErrorCode(), empty.ErrorCode()));
    }

    [Fact]
    public async Task Offsets_of_a_group_are_reset_and_the_group_is_deleted()
    {
        var topic = await TopicAsync("resettable", 1, "a", "b", "c");
        var group = Cluster + "/consumer-groups/resetting";

        var set = await cluster.PostAsync(group + "/offsets:reset", """{"topic_name":"resettable","to":"LATEST"}""");
        var would = await cluster.PostAsync(group + "/offsets:reset",
            """{"topic_name":"resettable","to":"OFFSET","offset":1,"validate_only":true}""");
        var wrong = await cluster.PostAsync(group + "/offsets:reset", """{"topic_name":"resettable","to":"THERE"}""");
        var deleted = await cluster.Rest.CallAsync(HttpMethod.Delete, group);

        Assert.Equal(3, set.Body.GetProperty("data")[0].GetProperty("offset").GetInt64());
        Assert.Equal((3, 1), (would.Body.GetProperty("data")[0].GetProperty("previous_offset").GetInt64(),
            would.Body.GetProperty("data")[0].GetProperty("offset").GetInt64()));
        Assert.Equal(422, wrong.ErrorCode());
        Assert.Equal(204, deleted.Status);
        Assert.Equal(404, (await cluster.Rest.CallAsync(HttpMethod.Delete, group)).Status);
        Assert.NotEmpty(topic);
    }

    [Fact]
    public async Task Records_are_deleted_from_the_start_of_a_partition()
    {
        var topic = await TopicAsync("shortened", 1, "a", "b", "c");

        var deleted = await cluster.PostAsync(topic + "/records:delete", """{"data":[{"partition_id":0,"offset":2}]}""");
        var read = await cluster.GetAsync(topic + "/partitions/0/records");

        Assert.Equal(2, deleted.Body.GetProperty("data")[0].GetProperty("low_watermark").GetInt64());
        Assert.Equal("c", Values(read.Body));
    }

    [Fact]
    public async Task Settings_of_several_topics_are_changed_and_failures_are_named()
    {
        await TopicAsync("several", 1);

        var done = await cluster.PostAsync(Cluster + "/topics/-/configs:alter",
            """{"data":[{"topic_name":"several","configs":[{"name":"retention.ms","value":"7"}]}]}""");
        var mixed = await cluster.PostAsync(Cluster + "/topics/-/configs:alter",
            """{"data":[{"topic_name":"nowhere","configs":[{"name":"retention.ms","value":"7"}]}]}""");

        Assert.Equal((204, 207), (done.Status, mixed.Status));
        Assert.Equal("nowhere", mixed.Body.GetProperty("failures")[0].GetProperty("topic_name").GetString());
    }

    [Fact]
    public async Task Moves_are_listed_and_rules_of_a_cluster_without_security_are_refused_clearly()
    {
        await TopicAsync("settled", 1);

        var moves = await cluster.GetAsync(Cluster + "/topics/-/partitions/-/reassignment");
        var move = await cluster.GetAsync(Cluster + "/topics/settled/partitions/0/reassignment");
        var cancelled = await cluster.Rest.CallAsync(
            HttpMethod.Delete, Cluster + "/topics/settled/partitions/0/reassignment");
        var acls = await cluster.GetAsync(Cluster + "/acls");

        Assert.Equal("KafkaReassignmentList", moves.Body.GetProperty("kind").GetString());
        Assert.Equal(404, move.Status);
        Assert.True(cancelled.Status >= 400, cancelled.Body.Text());
        Assert.Equal((400, 40002), (acls.Status, acls.ErrorCode()));
    }

    private async Task<(string Id, string Data)> FirstEventAsync(string path, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        using var response = await cluster.Rest.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
        var id = await reader.ReadLineAsync();
        while (id?.StartsWith("id: ", StringComparison.Ordinal) == false)
            id = await reader.ReadLineAsync();
        return (id![4..], (await reader.ReadLineAsync())!);
    }

    [Theory]
    [InlineData("""{"value":{"type":"JSON","data":{"\ud800":"\ud800"}}}""")]
    [InlineData("""{"value":{"type":"STRING","data":"\ud800"}}""")]
    [InlineData("""{"headers":[{"name":"\ud800","value":"eA=="}],"value":{"type":"JSON","data":1}}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"timestamp":"\ud800","value":{"type":"JSON","data":1}}""")]
    public async Task Half_of_a_surrogate_pair_is_refused_and_the_records_behind_it_go_on(string record)
    {
        await cluster.CreateTopicAsync("surrogates-" + record.Length, 1);
        var path = $"{cluster.Cluster}/topics/surrogates-{record.Length}/records";
        using var content = new StringContent(
            record + """{"value":{"type":"JSON","data":2}}""", System.Text.Encoding.UTF8, "application/json");

        using var answer = await cluster.Rest.PostAsync(new Uri(path, UriKind.Relative), content);
        var results = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var batch = await cluster.PostAsync(path + ":batch", $$"""{"entries":[{"id":"1",{{record[1..]}}]}""");
        var v2 = await cluster.PostAsync(
            $"/topics/surrogates-{record.Length}", """{"records":[{"value":"\ud800"}]}""", "application/vnd.kafka.json.v2+json");

        Assert.Equal(["422", "200"], results.Select(one => JsonElement.Parse(one).GetProperty("error_code").GetRawText()));
        // Where even its fields cannot be told apart, the batch is refused before anything of it is written.
        Assert.Equal(record.StartsWith("{\"\\u") ? 400 : 422, batch.Status == 400 ? batch.ErrorCode()
            : batch.Body.GetProperty("failures")[0].GetProperty("error_code").GetInt32());
        Assert.Equal(400, v2.ErrorCode());
    }
}
