using Platform.Broker.Tests.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Apis.Quotas;

/// <summary>Quotas of a real broker: who uses too much is told how long to wait.</summary>
public sealed class ClientQuotaTests
{
    private const int BatchBytes = 20_000;

    [Fact]
    public async Task A_producer_over_its_quota_is_told_to_wait_and_others_are_not()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await using var admin = cluster.Admin();
        var topic = await CreateAsync(admin);
        await admin.AlterClientQuotasAsync(Entity("client-id", "greedy"), Rate("producer_byte_rate", 10_000));

        var greedy = await ProduceAsync(cluster, topic, "greedy");
        var modest = await ProduceAsync(cluster, topic, "modest");

        // 20,000 bytes at 10,000 a second, of which one second's worth is free.
        Assert.Equal(ErrorCode.None, greedy.Responses[0].PartitionResponses[0].ErrorCode);
        Assert.InRange(greedy.ThrottleTimeMs, 900, 1_200);
        Assert.Equal(0, modest.ThrottleTimeMs);
    }

    [Fact]
    public async Task A_consumer_over_its_quota_is_told_to_wait()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await using var admin = cluster.Admin();
        var topic = await CreateAsync(admin);
        await ProduceAsync(cluster, topic, "writer");
        await admin.AlterClientQuotasAsync(Entity("user", null), Rate("consumer_byte_rate", 10_000));

        var fetched = await FetchAsync(cluster, topic, "reader");

        Assert.True(fetched.Responses[0].Partitions[0].Records.SizeInBytes >= BatchBytes);
        Assert.InRange(fetched.ThrottleTimeMs, 900, 1_300);
    }

    [Fact]
    public async Task A_client_that_takes_too_much_time_is_told_to_wait()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await using var admin = cluster.Admin();
        // A millionth of a thread: whatever is asked takes longer.
        await admin.AlterClientQuotasAsync(Entity("client-id", "busy"), Rate("request_percentage", 0.0001));
        await using var busy = Client(cluster, "busy");
        await using var idle = Client(cluster, "idle");

        var slowed = await busy.SendAsync(new ListOffsetsRequest(), Destination.Node(1), default, default);
        var free = await idle.SendAsync(new ListOffsetsRequest(), Destination.Node(1), default, default);

        Assert.InRange(slowed.ThrottleTimeMs, 1, 1_000);
        Assert.Equal(0, free.ThrottleTimeMs);
    }

    [Theory]
    [InlineData("broker,controller")]
    [InlineData("controller", "broker")]
    public async Task A_client_that_creates_too_much_is_refused_by_the_controller(params string[] nodes)
    {
        await using var cluster = await TestCluster.StartAsync(nodes);
        await using var admin = cluster.Admin();
        await admin.AlterClientQuotasAsync(Entity("client-id", "greedy"), Rate("controller_mutation_rate", 0.1));
        await using var greedy = new AdminClient(Client(cluster, "greedy"));

        var first = await greedy.CreateTopicsAsync([new NewTopic("a", 3, 1)]);
        var second = await greedy.CreateTopicsAsync([new NewTopic("b", 1, 1)]);
        var other = await admin.CreateTopicsAsync([new NewTopic("c", 1, 1)]);

        Assert.Equal(ErrorCode.None, first[0].Error);
        Assert.Equal(ErrorCode.ThrottlingQuotaExceeded, second[0].Error);
        Assert.Equal(ErrorCode.None, other[0].Error);
    }

    [Fact]
    public async Task An_address_that_connects_too_often_is_turned_away()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await using var admin = cluster.Admin();
        await admin.ListTopicsAsync();
        // A connection in a hundred seconds, and none saved up; the client that is connected stays so.
        await admin.AlterClientQuotasAsync(Entity("ip", "127.0.0.1"), Rate("connection_creation_rate", 0.01));
        var port = int.Parse(cluster.BootstrapServers.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync("127.0.0.1", port);

        var read = await socket.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, read);
        Assert.NotEmpty(await admin.DescribeClientQuotasAsync());
    }

    [Fact]
    public async Task Quotas_are_described_and_removed()
    {
        await using var cluster = await TestCluster.StartAsync(["broker,controller"]);
        await using var admin = cluster.Admin();
        await admin.AlterClientQuotasAsync(Entity("client-id", "app"), Rate("producer_byte_rate", 5));
        await admin.AlterClientQuotasAsync(Entity("user", null), Rate("consumer_byte_rate", 6));

        var all = await admin.DescribeClientQuotasAsync();
        var ofUsers = await admin.DescribeClientQuotasAsync("user");
        await admin.AlterClientQuotasAsync(Entity("user", null), Rate("consumer_byte_rate", null));

        Assert.Equal(2, all.Count);
        Assert.Equal((null, 6.0), (ofUsers.Single().Entity["user"], ofUsers.Single().Values["consumer_byte_rate"]));
        Assert.Equal("app", (await admin.DescribeClientQuotasAsync()).Single().Entity["client-id"]);
        var refused = await Assert.ThrowsAsync<KafkaException>(() =>
            admin.AlterClientQuotasAsync(Entity("user", "ann"), Rate("producer_byte_rate", -1)));
        Assert.Equal(ErrorCode.InvalidRequest, refused.Code);
    }

    private static Dictionary<string, string?> Entity(string type, string? name) => new() { [type] = name };

    private static Dictionary<string, double?> Rate(string key, double? value) => new() { [key] = value };

    private static async Task<Uuid> CreateAsync(AdminClient admin)
    {
        await admin.CreateTopicsAsync([new NewTopic("orders", 1, 1)]).ThrowIfAnyFailed();
        return (await admin.DescribeTopicAsync("orders")).Id;
    }

    private static async Task<ProduceResponse> ProduceAsync(TestCluster cluster, Uuid topic, string clientId)
    {
        using var batch = new Protocol.Records.RecordBatchBuilder();
        batch.Append(1, null, new byte[BatchBytes]);
        await using var client = Client(cluster, clientId);
        return await client.SendAsync(new ProduceRequest
        {
            Acks = -1, TimeoutMs = 10_000,
            TopicData =
            [
                new()
                {
                    Name = "orders", TopicId = topic,
                    PartitionData = [new() { Records = new RecordsData(batch.Build()) }],
                },
            ],
        }, Destination.Node(1), default, default);
    }

    private static async Task<FetchResponse> FetchAsync(TestCluster cluster, Uuid topic, string clientId)
    {
        await using var client = Client(cluster, clientId);
        return await client.SendAsync(new FetchRequest
        {
            MaxWaitMs = 0, MaxBytes = 1 << 20, SessionEpoch = -1,
            Topics =
                [new() { TopicId = topic, Topic = "orders", Partitions = [new() { PartitionMaxBytes = 1 << 20 }] }],
        }, Destination.Node(1), default, default);
    }

    private static KafkaCluster Client(TestCluster cluster, string clientId) =>
        new(new ClientOptions { BootstrapServers = cluster.BootstrapServers, ClientId = clientId });
}
