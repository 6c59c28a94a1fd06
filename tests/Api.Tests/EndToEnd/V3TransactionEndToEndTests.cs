using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>A request that writes records and commits offsets as one transaction.</summary>
public sealed class V3TransactionEndToEndTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private string Path => cluster.Cluster + "/transactions";

    private static string Record(string topic, string value, int partition = 0) =>
        $$"""{"topic_name":"{{topic}}","partition_id":{{partition}},"value":{"type":"STRING","data":"{{value}}"} }""";

    private async Task<string> CommittedAsync(string topic, int expected)
    {
        await using var consumer = new KafkaConsumer(new ConsumerOptions
        {
            BootstrapServers = cluster.BootstrapServers, IsolationLevel = IsolationLevel.ReadCommitted,
        });
        var partition = new TopicPartition(topic, 0);
        consumer.Assign([partition]);
        consumer.SeekToBeginning([partition]);
        var values = new List<string>();
        while (values.Count < expected)
            values.AddRange((await consumer.PollAsync(TimeSpan.FromSeconds(10))).Select(
                record => Encoding.UTF8.GetString(record.Value!.Value.Span)));
        return string.Join(' ', values);
    }

    [Fact]
    public async Task Records_and_offsets_are_committed_together()
    {
        await cluster.CreateTopicAsync("in", 1);
        await cluster.CreateTopicAsync("out-a", 1);
        await cluster.CreateTopicAsync("out-b", 1);

        var done = await cluster.PostAsync(Path, $$"""
            {"records":[{{Record("out-a", "1")}},{{Record("out-b", "2")}},{{Record("out-a", "3")}}],
             "offsets":[{"consumer_group_id":"mover","topic_name":"in","partition_id":0,"offset":7,"metadata":"m"}]}
            """);
        var again = await cluster.PostAsync(Path, $$"""{"records":[{{Record("out-b", "4")}}]}""");

        Assert.True(done.Status == 200, done.Body.GetRawText());
        Assert.Equal(["out-a 0", "out-b 0", "out-a 1"], done.Body.GetProperty("records").EnumerateArray().Select(record =>
            $"{record.GetProperty("topic_name").GetString()} {record.GetProperty("offset").GetInt64()}"));
        Assert.Equal("1 3", await CommittedAsync("out-a", 2));
        Assert.Equal("2 4", await CommittedAsync("out-b", 2));
        Assert.Equal(200, again.Status);
        await using var admin = new AdminClient(new ClientOptions { BootstrapServers = cluster.BootstrapServers });
        var committed = (await admin.ListGroupOffsetsAsync("mover"))[new TopicPartition("in", 0)];
        Assert.Equal((7L, "m"), (committed.Offset, committed.Metadata));
    }

    [Fact]
    public async Task Nothing_of_a_transaction_that_fails_is_seen()
    {
        await cluster.CreateTopicAsync("whole", 1);
        await using (var admin = new AdminClient(new ClientOptions { BootstrapServers = cluster.BootstrapServers }))
            await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>>
            {
                [ConfigResource.Topic("whole")] = [AlterConfig.Set("max.message.bytes", "1000")],
            });

        var failed = await cluster.PostAsync(
            Path, $$"""{"records":[{{Record("whole", "small")}},{{Record("whole", new string('x', 2000))}}]}""");
        var sound = await cluster.PostAsync(Path, $$"""{"records":[{{Record("whole", "after")}}]}""");

        Assert.True(failed.Status == 413, failed.Body.GetRawText());
        Assert.Equal(200, sound.Status);
        Assert.Equal("after", await CommittedAsync("whole", 1));
    }

    [Theory]
    [InlineData("[]", 422)]
    [InlineData("{}", 422)]
    [InlineData("{", 400)]
    [InlineData("""{"records":[1]}""", 422)]
    [InlineData("""{"records":[{"value":{"type":"STRING","data":"x"}}]}""", 422)]
    [InlineData("""{"records":[{"topic_name":"refusing","colour":"red"}]}""", 422)]
    [InlineData("""{"records":[{"topic_name":"refusing","partition_id":9,"value":{"type":"STRING","data":"x"}}]}""", 40402)]
    [InlineData("""{"offsets":[{"consumer_group_id":"g","topic_name":"refusing","partition_id":0}]}""", 422)]
    [InlineData("""{"offsets":[{"consumer_group_id":"g","topic_name":"refusing","partition_id":99999999999,"offset":1}]}""", 422)]
    public async Task What_makes_no_transaction_is_refused_before_anything_is_written(string body, int code)
    {
        if ((await cluster.GetAsync(cluster.Cluster + "/topics/refusing")).Status == 404)
            await cluster.CreateTopicAsync("refusing", 1);

        var refused = await cluster.PostAsync(Path, body);

        Assert.True(code == refused.ErrorCode(), refused.Body.GetRawText());
        var offsets = await cluster.GetAsync(cluster.Cluster + "/topics/refusing/partitions/0/offset");
        Assert.Equal(0, offsets.Body.GetProperty("latest_offset").GetInt64());
    }

    [Fact]
    public async Task A_transaction_with_an_idempotency_key_is_committed_once()
    {
        await cluster.CreateTopicAsync("once", 1);
        var answers = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Path)
            {
                Content = new StringContent($$"""{"records":[{{Record("once", "only")}}]}""", Encoding.UTF8, "application/json"),
                Headers = { { "Idempotency-Key", "once-and-only" } },
            };
            using var response = await cluster.Rest.SendAsync(request);
            answers.Add((await response.Content.ReadFromJsonAsync<JsonElement>()).GetRawText());
        }

        Assert.Single(answers.Distinct());
        Assert.Equal("only", await CommittedAsync("once", 1));
        var offsets = await cluster.GetAsync(cluster.Cluster + "/topics/once/partitions/0/offset");
        Assert.Equal(2, offsets.Body.GetProperty("latest_offset").GetInt64());      // the record and its marker
    }

    [Fact]
    public async Task Many_transactions_at_once_are_all_committed()
    {
        await cluster.CreateTopicAsync("many", 1);

        var all = await Task.WhenAll(Enumerable.Range(0, 60).Select(
            number => cluster.PostAsync(Path, $$"""{"records":[{{Record("many", $"v{number}")}}]}""")));

        Assert.All(all, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(60, (await CommittedAsync("many", 60)).Split(' ').Distinct().Count());
    }
}
