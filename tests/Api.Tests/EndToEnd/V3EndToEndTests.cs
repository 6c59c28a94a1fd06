using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Api.RestProxy.V3.Records;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>v3 in front of a running broker.</summary>
public sealed partial class V3EndToEndTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private string Cluster => cluster.Cluster;

    [Fact]
    public async Task The_cluster_and_its_broker_are_described_with_links()
    {
        var clusters = await cluster.GetAsync("/v3/clusters");
        var broker = await cluster.GetAsync(Cluster + "/brokers/1");
        var under = await cluster.GetAsync("/kafka" + Cluster);

        Assert.Equal("KafkaClusterList", clusters.Body.GetProperty("kind").GetString());
        Assert.Equal(cluster.ClusterId, clusters.Body.GetProperty("data")[0].GetProperty("cluster_id").GetString());
        Assert.Equal("KafkaBroker", broker.Body.GetProperty("kind").GetString());
        Assert.Equal($"crn:///kafka={cluster.ClusterId}/broker=1",
            broker.Body.GetProperty("metadata").GetProperty("resource_name").GetString());
        Assert.Contains("/kafka/v3/", under.Body.GetProperty("topics").GetProperty("related").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(200, (await cluster.GetAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task A_topic_is_created_described_changed_and_deleted()
    {
        var body = """{"topic_name":"life","partitions_count":2,"configs":[{"name":"retention.ms","value":"1000"}]}""";

        var created = await cluster.PostAsync(Cluster + "/topics", body);
        var again = await cluster.PostAsync(Cluster + "/topics", body);
        var config = await cluster.GetAsync(Cluster + "/topics/life/configs/retention.ms");
        var partition = await cluster.GetAsync(Cluster + "/topics/life/partitions/1");
        var deleted = await cluster.Rest.CallAsync(HttpMethod.Delete, Cluster + "/topics/life");

        Assert.Equal((201, 2), (created.Status, created.Body.GetProperty("partitions_count").GetInt32()));
        Assert.Equal((400, 40002), (again.Status, again.ErrorCode()));
        Assert.Equal("1000", config.Body.GetProperty("value").GetString());
        Assert.Equal("DYNAMIC_TOPIC_CONFIG", config.Body.GetProperty("source").GetString());
        Assert.Equal(1, partition.Body.GetProperty("partition_id").GetInt32());
        Assert.Equal(204, deleted.Status);
        Assert.Equal(40403, (await cluster.GetAsync(Cluster + "/topics/life")).ErrorCode());
    }

    [Fact]
    public async Task Settings_of_a_topic_are_changed_together_or_not_at_all()
    {
        await cluster.CreateTopicAsync("settings", 1);
        const string alter = "/topics/settings/configs:alter";

        var done = await cluster.PostAsync(Cluster + alter,
            """{"data":[{"name":"retention.ms","value":"5"},{"name":"segment.bytes","value":"2000000"}]}""");
        var unknown = await cluster.PostAsync(Cluster + alter,
            """{"data":[{"name":"retention.ms","value":"6"},{"name":"no.such","value":"1"}]}""");
        var reset = await cluster.Rest.CallAsync(
            HttpMethod.Delete, Cluster + "/topics/settings/configs/segment.bytes");
        var listed = await cluster.GetAsync(Cluster + "/topics/settings/configs");

        Assert.Equal((204, 404, 204), (done.Status, unknown.Status, reset.Status));
        Assert.Equal("5", Config(listed.Body, "retention.ms").GetProperty("value").GetString());
        Assert.True(Config(listed.Body, "segment.bytes").GetProperty("is_default").GetBoolean());
    }

    [Fact]
    public async Task Large_records_of_one_stream_are_answered_in_order_though_few_of_them_fit_at_once()
    {
        await cluster.CreateTopicAsync("large", 1);
        const int records = 40;
        var text = new string('x', 600_000);
        var body = string.Concat(Enumerable.Range(0, records).Select(
            i => $$$"""{"value":{"type":"STRING","data":"{{{i}}} {{{text}}}"}}"""));
        Assert.True(body.Length > 4 * RecordStream.MaxUnansweredBytes);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await cluster.Rest.PostAsync(
            new Uri(Cluster + "/topics/large/records", UriKind.Relative), content);
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(Enumerable.Range(0, records), lines.Select(line => Int(JsonElement.Parse(line), "offset")));
        Assert.Equal(600_002, JsonElement.Parse(lines[0]).GetProperty("value").GetProperty("size").GetInt32());
    }

    [Fact]
    public async Task Large_records_that_are_refused_do_not_use_up_what_a_stream_may_have_under_way()
    {
        await cluster.CreateTopicAsync("refused", 1);
        const int refused = 12;
        var text = new string('x', 600_000);
        var body = string.Concat(Enumerable.Repeat(
            $$$"""{"partition_id":7,"value":{"type":"STRING","data":"{{{text}}}"}}""", refused))
            + """{"value":{"type":"STRING","data":"good"}}""";
        Assert.True(body.Length > RecordStream.MaxUnansweredBytes);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await cluster.Rest.PostAsync(
            new Uri(Cluster + "/topics/refused/records", UriKind.Relative), content);
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal([.. Enumerable.Repeat(40402, refused), 200],
            lines.Select(line => Int(JsonElement.Parse(line), "error_code")));
    }

    [Fact]
    public async Task A_record_is_produced_and_answered_with_its_offset()
    {
        await cluster.CreateTopicAsync("single", 2);
        const string record = """
            {"partition_id":1,"timestamp":"2026-01-01T00:00:00Z","headers":[{"name":"h","value":"eA=="}],
             "key":{"type":"STRING","data":"k"},"value":{"type":"JSON","data":{"a":1}}}
            """;

        var first = await cluster.PostAsync(Cluster + "/topics/single/records", record);
        var second = await cluster.PostAsync(Cluster + "/topics/single/records", record);

        Assert.Equal((200, 200), (first.Status, first.ErrorCode()));
        Assert.Equal((1, 0), (Int(first.Body, "partition_id"), Int(first.Body, "offset")));
        Assert.Equal(1, Int(second.Body, "offset"));
        Assert.Equal("2026-01-01T00:00:00.000Z", first.Body.GetProperty("timestamp").GetString());
        Assert.Equal("""{"type":"JSON","size":7}""", first.Body.GetProperty("value").Text());
    }

    [Fact]
    public async Task A_stream_is_answered_record_by_record_and_a_bad_one_does_not_stop_it()
    {
        await cluster.CreateTopicAsync("stream", 1);
        const string body = """
            {"value":{"type":"STRING","data":"a"}}
            {"value":{"type":"STRING","data":7}}{"partition_id":9,"value":null}
            {"value":{"type":"STRING","data":"b"}} {oops
            """;

        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await cluster.Rest.PostAsync(
            new Uri(Cluster + "/topics/stream/records", UriKind.Relative), content);
        var lines = (await response.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([200, 422, 40402, 200, 400], lines.Select(line => Int(JsonElement.Parse(line), "error_code")));
        Assert.Equal(1, Int(JsonElement.Parse(lines[3]), "offset"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Each_result_ends_with_CR_LF_and_nothing_else_lies_between_them(int records)
    {
        await cluster.CreateTopicAsync($"lines-{records}", 1);
        using var content = new StringContent(string.Concat(Enumerable.Repeat(
            """{"value":{"type":"STRING","data":"a"}}""", records)), Encoding.UTF8, "application/json");

        using var response = await cluster.Rest.PostAsync(
            new Uri($"{Cluster}/topics/lines-{records}/records", UriKind.Relative), content);
        var body = await response.Content.ReadAsByteArrayAsync();

        var expected = Enumerable.Range(0, records).Select(offset => "{\"error_code\":200,\"cluster_id\":\"" + cluster.ClusterId
            + $"\",\"topic_name\":\"lines-{records}\",\"partition_id\":0,\"offset\":{offset},\"timestamp\":\"T\","
            + "\"value\":{\"type\":\"STRING\",\"size\":1}}\r\n");
        Assert.Equal(string.Concat(expected), Timestamps().Replace(Encoding.UTF8.GetString(body), "\"timestamp\":\"T\""));
    }

    [Fact]
    public async Task What_is_wrong_before_the_first_record_is_the_status_of_the_answer()
    {
        await cluster.CreateTopicAsync("wrong", 1);
        const string record = """{"value":{"type":"STRING","data":"a"}}""";

        Assert.Equal(404, (await cluster.PostAsync("/v3/clusters/other/topics/wrong/records", record)).ErrorCode());
        Assert.Equal(422, (await cluster.PostAsync(Cluster + "/topics/wrong/records", "")).ErrorCode());
        Assert.Equal(400, (await cluster.PostAsync(Cluster + "/topics/wrong/records", "{oops")).ErrorCode());
        Assert.Equal(40002, (await cluster.PostAsync(Cluster + "/topics/not%20a%20topic/records", record)).ErrorCode());
    }

    [GeneratedRegex("\"timestamp\":\"[0-9TZ:.-]+\"")]
    private static partial Regex Timestamps();

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static JsonElement Config(JsonElement list, string name) => list.GetProperty("data").EnumerateArray()
        .Single(one => one.GetProperty("name").GetString() == name);
}
