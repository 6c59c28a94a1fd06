using System.Text.Json;
using Platform.Api.Tests.Hosting;

namespace Platform.Api.Tests.EndToEnd;

/// <summary>Every endpoint of v3 that only tells or sets something: its status, its kind, and that it links itself.</summary>
public sealed class V3EndpointTableTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string Topic = "tabled";

    [Theory]
    [InlineData("", "KafkaClusterList", 1)]
    [InlineData("/{c}", "KafkaCluster", null)]
    [InlineData("/{c}/brokers", "KafkaBrokerList", 1)]
    [InlineData("/{c}/brokers/1", "KafkaBroker", null)]
    [InlineData("/{c}/brokers/1/configs", "KafkaBrokerConfigList", 50)]
    [InlineData("/{c}/brokers/-/configs", "KafkaBrokerConfigList", 50)]
    [InlineData("/{c}/brokers/1/configs/num.io.threads", "KafkaBrokerConfig", null)]
    [InlineData("/{c}/brokers/1/partition-replicas", "KafkaReplicaList", 1)]
    [InlineData("/{c}/broker-configs", "KafkaClusterConfigList", 0)]
    [InlineData("/{c}/topics", "KafkaTopicList", 1)]
    [InlineData("/{c}/topics/tabled", "KafkaTopic", null)]
    [InlineData("/{c}/topics/-/configs", "KafkaTopicConfigList", 20)]
    [InlineData("/{c}/topics/tabled/configs", "KafkaTopicConfigList", 20)]
    [InlineData("/{c}/topics/tabled/configs/retention.ms", "KafkaTopicConfig", null)]
    [InlineData("/{c}/topics/tabled/partitions", "KafkaPartitionList", 2)]
    [InlineData("/{c}/topics/tabled/partitions/1", "KafkaPartition", null)]
    [InlineData("/{c}/topics/tabled/partitions/1/offset", "KafkaPartitionOffset", null)]
    [InlineData("/{c}/topics/tabled/partitions/1/replicas", "KafkaReplicaList", 1)]
    [InlineData("/{c}/topics/tabled/partitions/1/replicas/1", "KafkaReplica", null)]
    [InlineData("/{c}/topics/tabled/partitions/-/reassignment", "KafkaReassignmentList", 0)]
    [InlineData("/{c}/topics/-/partitions/-/reassignment", "KafkaReassignmentList", 0)]
    [InlineData("/{c}/consumer-groups", "KafkaConsumerGroupList", 1)]
    [InlineData("/{c}/consumer-groups/tabled", "KafkaConsumerGroup", null)]
    [InlineData("/{c}/consumer-groups/tabled/consumers", "KafkaConsumerList", 0)]
    [InlineData("/{c}/consumer-groups/tabled/lags", "KafkaConsumerLagList", 2)]
    [InlineData("/{c}/consumer-groups/tabled/lags/tabled/partitions/0", "KafkaConsumerLag", null)]
    [InlineData("/{c}/consumer-groups/tabled/lag-summary", "KafkaConsumerGroupLagSummary", null)]
    public async Task What_there_is_is_told_under_its_kind(string path, string kind, int? atLeast)
    {
        await PrepareAsync();

        var (status, body) = await cluster.GetAsync("/v3/clusters" + Here(path));

        Assert.True(status == 200, body.Text());
        Assert.Equal(kind, body.GetProperty("kind").GetString());
        Assert.EndsWith("/v3/clusters" + Here(path).Split('?')[0],
            Uri.UnescapeDataString(body.GetProperty("metadata").GetProperty("self").GetString()!), StringComparison.Ordinal);
        if (atLeast is { } least)
            Assert.InRange(body.GetProperty("data").GetArrayLength(), least, int.MaxValue);
    }

    [Theory]
    [InlineData("/other")]
    [InlineData("/{c}/brokers/99")]
    [InlineData("/{c}/brokers/99/configs")]
    [InlineData("/{c}/brokers/1/configs/no.such.setting")]
    [InlineData("/{c}/topics/nowhere")]
    [InlineData("/{c}/topics/nowhere/configs")]
    [InlineData("/{c}/topics/tabled/configs/no.such.setting")]
    [InlineData("/{c}/topics/nowhere/partitions")]
    [InlineData("/{c}/topics/tabled/partitions/99")]
    [InlineData("/{c}/topics/tabled/partitions/99/offset")]
    [InlineData("/{c}/topics/tabled/partitions/0/replicas/99")]
    [InlineData("/{c}/topics/tabled/partitions/0/reassignment")]
    [InlineData("/{c}/consumer-groups/nobody")]
    [InlineData("/{c}/consumer-groups/nobody/consumers")]
    [InlineData("/{c}/consumer-groups/tabled/consumers/nobody")]
    [InlineData("/{c}/consumer-groups/tabled/consumers/nobody/assignments")]
    [InlineData("/{c}/consumer-groups/tabled/consumers/nobody/assignments/tabled/partitions/0")]
    [InlineData("/{c}/consumer-groups/nobody/lags")]
    [InlineData("/{c}/consumer-groups/nobody/lag-summary")]
    [InlineData("/{c}/no-such-thing")]
    public async Task What_there_is_not_is_404_in_json(string path)
    {
        await PrepareAsync();

        var (status, body) = await cluster.GetAsync("/v3/clusters" + Here(path));

        Assert.Equal(404, status);
        Assert.StartsWith("404", $"{body.GetProperty("error_code").GetInt32()}", StringComparison.Ordinal);
        Assert.NotEqual("", body.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("/{c}/broker-configs", "log.cleaner.threads", "2")]
    [InlineData("/{c}/brokers/1/configs", "log.cleaner.threads", "3")]
    [InlineData("/{c}/topics/tabled/configs", "retention.ms", "1000000")]
    public async Task A_setting_is_set_read_reset_and_changed_with_others(string configs, string name, string value)
    {
        await PrepareAsync();
        var path = "/v3/clusters" + Here(configs);

        var set = await cluster.Rest.CallAsync(HttpMethod.Put, $"{path}/{name}", $$"""{"value":"{{value}}"}""");
        var read = await cluster.GetAsync($"{path}/{name}");
        var reset = await cluster.Rest.CallAsync(HttpMethod.Delete, $"{path}/{name}");
        var altered = await cluster.PostAsync($"{path}:alter", $$"""{"data":[{"name":"{{name}}","value":"{{value}}"}]}""");
        await cluster.PostAsync($"{path}:alter", $$"""{"data":[{"name":"{{name}}","operation":"DELETE"}]}""");

        Assert.True(set.Status == 204, set.Body.Text());
        Assert.Equal(value, read.Body.GetProperty("value").GetString());
        Assert.Equal((204, 204), (reset.Status, altered.Status));
    }

    private string Here(string path) => path.Replace("{c}", cluster.ClusterId, StringComparison.Ordinal);

    // A topic with two partitions, and a group that has committed in it.
    private async Task PrepareAsync()
    {
        if ((await cluster.GetAsync($"{cluster.Cluster}/topics/{Topic}")).Status == 404)
            await cluster.CreateTopicAsync(Topic, 2);
        var reset = await cluster.PostAsync($"{cluster.Cluster}/consumer-groups/{Topic}/offsets:reset",
            $$"""{"topic_name":"{{Topic}}","to":"EARLIEST"}""");
        Assert.True(reset.Status == 200, reset.Body.Text());
    }
}
