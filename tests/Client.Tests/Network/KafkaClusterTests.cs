using Platform.Client.Network;
using Platform.Client.Tests.Fakes;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Tests.Network;

/// <summary>Finding brokers, leaders and coordinators, and getting over their absence.</summary>
public sealed class KafkaClusterTests
{
    private static KafkaCluster Client(string bootstrap) => new(new ClientOptions
    {
        BootstrapServers = bootstrap, RetryBackoffMs = 1, RetryBackoffMaxMs = 5, ReconnectBackoffMs = 1,
            ReconnectBackoffMaxMs = 5,
    });

    [Fact]
    public async Task A_bootstrap_server_that_is_down_is_passed_over()
    {
        await using var cluster = new FakeCluster(brokers: 2).WithTopic("orders");
        cluster.Brokers[0].Dispose();
        await using var client = Client(cluster.BootstrapServers);

        var metadata = await client.GetMetadataAsync(["orders"]);

        Assert.Equal("fake", metadata.ClusterId);
    }

    [Fact]
    public async Task All_brokers_down_is_one_error_that_names_them()
    {
        var cluster = new FakeCluster(brokers: 2);
        await cluster.DisposeAsync();
        await using var client = Client(cluster.BootstrapServers);

        var failure = await Assert.ThrowsAsync<KafkaException>(() => client.GetMetadataAsync().AsTask());

        Assert.All(cluster.Brokers, broker => Assert.Contains($":{broker.Port}", failure.Message));
    }

    [Fact]
    public async Task A_lost_connection_is_replaced()
    {
        await using var cluster = new FakeCluster();
        await using var client = Client(cluster.BootstrapServers);
        await client.GetMetadataAsync();
        cluster.Interfere<MetadataRequest>(1, _ => new Reaction.Disconnect());

        await Assert.ThrowsAsync<KafkaException>(() => client.RefreshMetadataAsync());
        await client.RefreshMetadataAsync();

        Assert.Equal(2, cluster.Brokers[0].ConnectionCount);
    }

    [Fact]
    public async Task Requests_for_a_broker_go_to_that_broker()
    {
        await using var cluster = new FakeCluster(brokers: 3);
        await using var client = Client(cluster.BootstrapServers);

        await client.SendAsync(new MetadataRequest(), Destination.Node(3));

        Assert.Equal(3, cluster.Requests.Last().Broker.Id);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public async Task Coordinators_are_found_with_old_and_new_versions(short newest)
    {
        await using var cluster = new FakeCluster(
            brokers: 2) { Versions = new() { [ApiKey.FindCoordinator] = (0, newest) } };
        await using var client = Client(cluster.BootstrapServers);

        await client.SendAsync(new HeartbeatRequest { GroupId = "g" }, Destination.GroupCoordinator("g"));

        Assert.Equal(1, cluster.Requests.Last().Broker.Id);
    }

    [Fact]
    public async Task A_broker_that_lags_cannot_take_a_partition_back_to_an_older_leader()
    {
        await using var cluster = new FakeCluster(brokers: 2).WithTopic("orders", leader: 2);
        cluster["orders"].LeaderEpoch = 7;
        await using var client = Client(cluster.BootstrapServers);
        await client.GetMetadataAsync(["orders"]);

        (cluster["orders"].LeaderId, cluster["orders"].LeaderEpoch) = (1, 6);
        var metadata = await client.RefreshMetadataAsync(["orders"]);

        Assert.Equal(2, metadata.LeaderOf(new TopicPartition("orders", 0))!.Id);
    }

    [Theory]
    [InlineData("localhost", "host:port expected")]
    [InlineData("localhost:0", "host:port expected")]
    [InlineData(" , ", "bootstrap.servers is empty")]
    public void A_wrong_address_is_refused_at_once(string bootstrap, string expected)
    {
        var failure = Assert.Throws<FormatException>(() => Client(bootstrap));

        Assert.Contains(expected, failure.Message);
    }

    [Theory]
    [InlineData("PLAINTEXT://a:1", "a", 1)]
    [InlineData("[::1]:9092", "::1", 9092)]
    [InlineData("kafka.example:9092", "kafka.example", 9092)]
    public void Addresses_are_understood_in_their_usual_forms(string text, string host, int port)
    {
        Assert.Equal(new BrokerEndpoint(host, port), BrokerEndpoint.Parse(text));
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_is_not_asked_for_again_and_again()
    {
        await using var cluster = new FakeCluster().WithTopic("orders");
        await using var client = Client(cluster.BootstrapServers);
        await client.GetMetadataAsync(["orders", "typo"]);

        var metadata = await client.RefreshMetadataAsync();

        Assert.Equal(["orders"], cluster.Received<MetadataRequest>().Last().Topics!.Select(topic => topic.Name));
        Assert.Equal(["orders"], metadata.Topics.Keys);
    }
}
