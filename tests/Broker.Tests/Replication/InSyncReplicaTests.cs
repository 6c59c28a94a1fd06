using Platform.Broker.Tests.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Network;
using Platform.Client.Producing;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Protocol.Records;
using Platform.Testing;

namespace Platform.Broker.Tests.Replication;

/// <summary>What clients are told while followers are missing. The controller is a node of its own, so that brokers can
/// die without it.</summary>
public sealed class InSyncReplicaTests
{
    private const short AcksAll = -1;
    private const short AcksLeader = 1;
    private static readonly string[] Nodes = ["controller", "broker", "broker"];

    [Fact]
    public async Task Acks_all_is_not_answered_before_every_member_of_the_isr_has_the_record()
    {
        await using var cluster = await StartAsync(new() { ["broker.session.timeout.ms"] = "600000" });
        var topic = await CreateAsync(cluster, minIsr: 1);
        var leader = (await topic.WhenAllInSyncAsync()).LeaderId;
        await cluster.KillAsync(Other(leader));
        using var connection = await ConnectAsync(cluster, leader);

        var all = await ProduceAsync(connection, topic, AcksAll, timeoutMs: 300);
        var one = await ProduceAsync(connection, topic, AcksLeader, timeoutMs: 300);

        Assert.Equal(ErrorCode.RequestTimedOut, all.ErrorCode);
        Assert.Equal(ErrorCode.None, one.ErrorCode);
    }

    [Fact]
    public async Task Records_are_deleted_once_every_replica_that_is_there_has()
    {
        await using var cluster = await StartAsync(new() { ["broker.session.timeout.ms"] = "600000" });
        var topic = await CreateAsync(cluster, minIsr: 1);
        var leader = (await topic.WhenAllInSyncAsync()).LeaderId;
        await using (var producer = cluster.Producer())
            await topic.SendAsync(producer, first: 0, count: 10);
        await using var admin = new AdminClient(
            new ClientOptions { BootstrapServers = cluster.Running[leader].BootstrapServers, RequestTimeoutMs = 60_000 });
        var partition = new TopicPartition(topic.Name, 0);

        var deleted = await admin.DeleteRecordsAsync(new Dictionary<TopicPartition, long> { [partition] = 4 });

        Assert.Equal((ErrorCode.None, 4), deleted[partition]);
        Assert.Equal(4, cluster.Running[Other(leader)].Logs.Get(partition)!.LogStartOffset);
        await cluster.KillAsync(Other(leader));
        using var connection = await ConnectAsync(cluster, leader);
        var waited = await connection.SendAsync(new DeleteRecordsRequest
        {
            TimeoutMs = 300,
            Topics = [new() { Name = topic.Name, Partitions = [new() { PartitionIndex = 0, Offset = 6 }] }],
        });
        Assert.Equal(ErrorCode.RequestTimedOut, waited.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(6, cluster.Running[leader].Logs.Get(partition)!.LogStartOffset);
    }

    [Fact]
    public async Task A_broker_that_ends_does_not_wait_for_writes_that_wait_for_followers()
    {
        await using var cluster = await StartAsync(new() { ["broker.session.timeout.ms"] = "600000" });
        var topic = await CreateAsync(cluster, minIsr: 1);
        var leader = (await topic.WhenAllInSyncAsync()).LeaderId;
        await cluster.KillAsync(Other(leader));
        using var connection = await ConnectAsync(cluster, leader);
        var waiting = ProduceAsync(connection, topic, AcksAll, timeoutMs: 600_000);
        using var another = await ConnectAsync(cluster, leader);
        await ProduceAsync(another, topic, AcksLeader, timeoutMs: 1000);

        await cluster.KillAsync(leader).WaitAsync(TimeSpan.FromSeconds(60));

        // A lost connection or an error, but no acknowledgement.
        Assert.NotNull(await Xunit.Record.ExceptionAsync(async () => Assert.Equal(ErrorCode.None, (await waiting).ErrorCode)));
    }

    [Fact]
    public async Task With_fewer_replicas_in_sync_than_wanted_acks_all_is_refused_and_other_writes_stay_invisible()
    {
        await using var cluster = await StartAsync(new() { ["broker.session.timeout.ms"] = "2000" });
        var topic = await CreateAsync(cluster, minIsr: 2);
        var leader = (await topic.WhenAllInSyncAsync()).LeaderId;
        await cluster.KillAsync(Other(leader));
        await topic.WhenAsync(partition => partition.InSyncReplicas.Count == 1 && partition.LeaderId == leader);
        using var connection = await ConnectAsync(cluster, leader);

        var all = await ProduceAsync(connection, topic, AcksAll, timeoutMs: 1000);
        var one = await ProduceAsync(connection, topic, AcksLeader, timeoutMs: 1000);
        var before = await HighWatermarkAsync(connection, topic);
        await cluster.StartAsync(Other(leader));
        await topic.WhenAllInSyncAsync();

        Assert.Equal(ErrorCode.NotEnoughReplicas, all.ErrorCode);
        Assert.Equal((ErrorCode.None, 0L), (one.ErrorCode, one.BaseOffset));
        Assert.Equal(0, before);
        Assert.Equal([(0, 7)], await topic.ReadAsync(1));
    }

    [Fact]
    public async Task What_stands_behind_a_batch_that_too_few_replicas_refused_does_not_overtake_it()
    {
        await using var cluster = await StartAsync(new() { ["broker.session.timeout.ms"] = "2000" });
        var topic = await CreateAsync(cluster, minIsr: 2);
        var leader = (await topic.WhenAllInSyncAsync()).LeaderId;
        await cluster.KillAsync(Other(leader));
        await topic.WhenAsync(partition => partition.InSyncReplicas.Count == 1 && partition.LeaderId == leader);
        using var connection = await ConnectAsync(cluster, leader);
        Task<ProduceResponse.PartitionProduceResponse> SendAsync(int sequence, short acks) => ProduceAsync(
            connection, topic, acks, timeoutMs: 1000, TestBatches.Idempotent(producerId: 4711, 0, sequence));

        var refused = await SendAsync(sequence: 0, AcksAll);
        // Nothing but the batch before it speaks against this one.
        var behind = await SendAsync(sequence: 1, AcksLeader);
        var (again, behindAgain) = (await SendAsync(sequence: 0, AcksLeader), await SendAsync(sequence: 1, AcksLeader));

        Assert.Equal([ErrorCode.NotEnoughReplicas, ErrorCode.NotEnoughReplicas], [refused.ErrorCode, behind.ErrorCode]);
        Assert.Equal([ErrorCode.None, ErrorCode.None], [again.ErrorCode, behindAgain.ErrorCode]);
        Assert.Equal((0, 1), (again.BaseOffset, behindAgain.BaseOffset));
    }

    [Fact]
    public async Task A_follower_that_lags_leaves_the_isr_and_acks_all_goes_on_without_it()
    {
        await using var cluster = await StartAsync(new()
        {
            ["broker.session.timeout.ms"] = "600000",
            ["replica.lag.time.max.ms"] = "1000",
        });
        var topic = await CreateAsync(cluster, minIsr: 1);
        var leader = (await topic.WhenAllInSyncAsync()).LeaderId;
        await using var producer = cluster.Producer();

        await cluster.KillAsync(Other(leader));
        await topic.SendAsync(producer, 0, 1);

        // The leader hears of it before its metadata does.
        var after = await topic.WhenAsync(partition => partition.InSyncReplicas.Count == 1);
        Assert.Equal([leader], after.InSyncReplicas);
    }

    [Fact]
    public async Task A_producer_that_comes_to_the_wrong_broker_is_told_the_leader_and_its_address()
    {
        await using var cluster = await StartAsync([]);
        var topic = await CreateAsync(cluster, minIsr: 1);
        var leader = (await topic.WhenAllInSyncAsync()).LeaderId;
        using var connection = await ConnectAsync(cluster, Other(leader));

        var produced = await connection.SendAsync(await RequestAsync(cluster, topic, AcksAll, timeoutMs: 1000));

        var refused = produced.Responses[0].PartitionResponses[0];
        Assert.Equal((ErrorCode.NotLeaderOrFollower, leader), (refused.ErrorCode, refused.CurrentLeader.LeaderId));
        var told = Assert.Single(produced.NodeEndpoints);
        Assert.Equal(AddressOf(cluster, leader), (told.Host, told.Port));
    }

    [Fact]
    public async Task A_consumer_that_believes_in_an_older_epoch_is_told_the_leader_and_its_address()
    {
        await using var cluster = await StartAsync([]);
        var topic = await CreateAsync(cluster, minIsr: 1);
        var old = (await topic.WhenAllInSyncAsync()).LeaderId;
        await cluster.StopAsync(old);
        var leader = (await topic.WhenAsync(partition => partition.LeaderId == Other(old))).LeaderId;
        using var connection = await ConnectAsync(cluster, leader);

        var fetched = await connection.SendAsync(new FetchRequest
        {
            SessionEpoch = -1,
            Topics = [new()
            {
                TopicId = await TopicIdAsync(cluster, topic),
                Partitions = [new() { Partition = 0, PartitionMaxBytes = 1000, CurrentLeaderEpoch = 0 }],
            }],
        });

        var refused = fetched.Responses[0].Partitions[0];
        Assert.Equal((ErrorCode.FencedLeaderEpoch, leader), (refused.ErrorCode, refused.CurrentLeader.LeaderId));
        var told = Assert.Single(fetched.NodeEndpoints);
        Assert.Equal(AddressOf(cluster, leader), (told.Host, told.Port));
    }

    private static (string Host, int Port) AddressOf(TestCluster cluster, int broker) =>
        (cluster.Running[broker].EndPoints[0].Host, cluster.Running[broker].EndPoints[0].Port);

    private static int Other(int broker) => broker == 2 ? 3 : 2;

    private static Task<TestCluster> StartAsync(Dictionary<string, string> settings) =>
        TestCluster.StartAsync(Nodes, settings);

    private static Task<ReplicatedTopic> CreateAsync(TestCluster cluster, int minIsr) => ReplicatedTopic.CreateAsync(
        cluster, "orders", replicas: 2, configs: new() { ["min.insync.replicas"] = $"{minIsr}" });

    private static Task<BrokerConnection> ConnectAsync(TestCluster cluster, int broker) =>
        BrokerConnection.ConnectAsync(
            BrokerEndpoint.Parse(cluster.Running[broker].BootstrapServers), new Platform.Client.ClientOptions());

    private static async Task<ProduceResponse.PartitionProduceResponse> ProduceAsync(
        BrokerConnection connection, ReplicatedTopic topic, short acks, int timeoutMs, byte[]? batch = null)
    {
        var request = Request(topic, acks, timeoutMs, batch);
        var response = await connection.SendAsync(request, new RequestSettings(MaxVersion: 12));
        return response.Responses[0].PartitionResponses[0];
    }

    private static async Task<ProduceRequest> RequestAsync(TestCluster cluster, ReplicatedTopic topic, short acks, int timeoutMs)
    {
        var request = Request(topic, acks, timeoutMs);
        request.TopicData[0].TopicId = await TopicIdAsync(cluster, topic);
        return request;
    }

    private static ProduceRequest Request(
        ReplicatedTopic topic, short acks, int timeoutMs, byte[]? batch = null) => new()
    {
        Acks = acks,
        TimeoutMs = timeoutMs,
        TopicData = [new()
        {
            Name = topic.Name,
            PartitionData = [new() { Index = 0, Records = new RecordsData(batch ?? TestBatches.Of("7")) }],
        }],
    };

    private static async Task<Uuid> TopicIdAsync(TestCluster cluster, ReplicatedTopic topic)
    {
        await using var admin = cluster.Admin();
        return (await admin.DescribeTopicAsync(topic.Name)).Id;
    }

    private static async Task<long> HighWatermarkAsync(BrokerConnection connection, ReplicatedTopic topic)
    {
        var response = await connection.SendAsync(new FetchRequest
        {
            SessionEpoch = -1,
            Topics = [new() { Topic = topic.Name, Partitions = [new() { Partition = 0, PartitionMaxBytes = 1000 }] }],
        }, new RequestSettings(MaxVersion: 12));
        return response.Responses[0].Partitions[0].HighWatermark;
    }
}
