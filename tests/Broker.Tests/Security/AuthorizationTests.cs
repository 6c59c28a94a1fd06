using Platform.Broker.Tests.Hosting;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Security;

/// <summary>A real broker with an authorizer. Everybody is User:ANONYMOUS; what belongs to User:bob is closed to them, what no
/// rule is about is open.</summary>
public sealed class AuthorizationTests : IAsyncLifetime
{
    private const string Secret = "secret", Open = "open";
    private TestCluster _cluster = null!;
    private AdminClient _admin = null!;
    private Uuid _secretId;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(["broker,controller"], new()
        {
            ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            ["allow.everyone.if.no.acl.found"] = "true",
        });
        _admin = _cluster.Admin();
        await _admin.CreateTopicsAsync([new NewTopic(Secret, 1, 1), new NewTopic(Open, 1, 1)]).ThrowIfAnyFailed();
        _secretId = (await _admin.DescribeTopicAsync(Secret)).Id;
        await _admin.CreateAclsAsync(
        [
            Bobs(AclResourceType.Topic), Bobs(AclResourceType.Group), Bobs(AclResourceType.TransactionalId),
        ]);
    }

    public async Task DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Rules_are_listed_and_removed_and_then_nothing_is_refused()
    {
        var found = await _admin.DescribeAclsAsync(new AclBindingFilter(AclResourceType.Topic, Secret, AclPatternType.Match));
        var deleted = await _admin.DeleteAclsAsync([new AclBindingFilter(ResourceName: Secret)]);

        Assert.Equal([Bobs(AclResourceType.Topic)], found);
        Assert.Equal(3, deleted.Count);
        Assert.Empty(await _admin.DescribeAclsAsync(new AclBindingFilter()));
        Assert.Equal(_secretId, (await _admin.DescribeTopicAsync(Secret)).Id);
    }

    [Fact]
    public async Task Refusals_are_counted()
    {
        var before = _cluster.Running[1].Access;
        var (allowed, denied) = (before.Allowed, before.Denied);

        await AskAsync(new MetadataRequest { Topics = [new() { Name = Secret }], AllowAutoTopicCreation = false });
        await AskAsync(new MetadataRequest { Topics = [new() { Name = Open }], AllowAutoTopicCreation = false });

        Assert.InRange(_cluster.Running[1].Access.Denied, denied + 1, long.MaxValue);
        Assert.InRange(_cluster.Running[1].Access.Allowed, allowed + 1, long.MaxValue);
    }

    [Fact]
    public async Task Metadata_leaves_out_what_is_closed_or_refuses_what_is_named()
    {
        var all = await AskAsync(new MetadataRequest { Topics = null, AllowAutoTopicCreation = false });
        var named = await AskAsync(new MetadataRequest { Topics = [new() { Name = Secret }, new() { Name = Open }], AllowAutoTopicCreation = false });
        var byId = await AskAsync(new MetadataRequest { Topics = [new() { TopicId = _secretId }], AllowAutoTopicCreation = false });

        Assert.Equal([Open], all.Topics.Select(topic => topic.Name));
        Assert.Equal([(Open, ErrorCode.None), (Secret, ErrorCode.TopicAuthorizationFailed)],
            named.Topics.Select(topic => (topic.Name, topic.ErrorCode)).Order());
        Assert.Equal(Uuid.Zero, named.Topics.Single(topic => topic.Name == Secret).TopicId);
        Assert.Equal((null, _secretId, ErrorCode.TopicAuthorizationFailed), (byId.Topics[0].Name, byId.Topics[0].TopicId, byId.Topics[0].ErrorCode));
    }

    [Fact]
    public async Task A_topic_that_would_be_created_needs_a_right_to_that()
    {
        await _admin.CreateAclsAsync(
        [
            Rule(AclResourceType.Topic, "new", "User:ANONYMOUS", AclOperation.Describe),
            Rule(AclResourceType.Cluster, AclBinding.ClusterName, "User:ANONYMOUS", AclOperation.Alter),
        ]);
        var request = new MetadataRequest { Topics = [new() { Name = "new" }], AllowAutoTopicCreation = true };
        var refused = await AskAsync(request);
        await _admin.CreateAclsAsync([Rule(AclResourceType.Topic, "new", "User:ANONYMOUS", AclOperation.Create)]);

        var created = await AskAsync(new MetadataRequest { Topics = [new() { Name = "new" }], AllowAutoTopicCreation = true });

        Assert.Equal(ErrorCode.TopicAuthorizationFailed, refused.Topics[0].ErrorCode);
        Assert.NotEqual(ErrorCode.TopicAuthorizationFailed, created.Topics[0].ErrorCode);
        Assert.NotEqual(Uuid.Zero, (await _admin.DescribeTopicAsync("new")).Id);
    }

    [Fact]
    public async Task Produce_and_fetch_refuse_closed_topics_and_serve_open_ones()
    {
        var openId = (await _admin.DescribeTopicAsync(Open)).Id;
        var produced = await AskAsync(new ProduceRequest
        {
            Acks = -1, TimeoutMs = 10_000,
            TopicData = [Records(Secret, _secretId), Records(Open, openId)],
        });
        var transactional = await AskAsync(new ProduceRequest
        {
            Acks = -1, TimeoutMs = 10_000, TransactionalId = Secret, TopicData = [Records(Open, openId)],
        });
        var fetched = await AskAsync(new FetchRequest
        {
            MaxBytes = 1 << 20, SessionEpoch = -1, Topics = [Fetch(Secret, _secretId), Fetch(Open, openId)],
        });

        Assert.Equal(ErrorCode.TopicAuthorizationFailed,
            produced.Responses.Single(topic => topic.TopicId == _secretId).PartitionResponses[0].ErrorCode);
        Assert.Equal(ErrorCode.None, produced.Responses.Single(topic => topic.TopicId == openId).PartitionResponses[0].ErrorCode);
        Assert.Equal(ErrorCode.TransactionalIdAuthorizationFailed, transactional.Responses[0].PartitionResponses[0].ErrorCode);
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, fetched.Responses.Single(topic => topic.TopicId == _secretId).Partitions[0].ErrorCode);
        var served = fetched.Responses.Single(topic => topic.TopicId == openId).Partitions[0];
        Assert.Equal(ErrorCode.None, served.ErrorCode);
        Assert.True(served.Records.SizeInBytes > 0);
    }

    [Fact]
    public async Task A_fetch_session_refuses_a_topic_once_a_rule_closes_it()
    {
        var openId = (await _admin.DescribeTopicAsync(Open)).Id;
        var first = await AskAsync(new FetchRequest { MaxBytes = 1 << 20, SessionEpoch = 0, Topics = [Fetch(Open, openId)] });
        await _admin.CreateAclsAsync([Rule(AclResourceType.Topic, Open, "User:bob", AclOperation.Read)]);

        var second = await AskAsync(new FetchRequest { MaxBytes = 1 << 20, SessionId = first.SessionId, SessionEpoch = 1 });

        Assert.Equal(ErrorCode.None, first.Responses.Count == 0 ? ErrorCode.None : first.Responses[0].Partitions[0].ErrorCode);
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, second.Responses[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public async Task Requests_about_topics_are_refused_topic_by_topic()
    {
        var offsets = await AskAsync(new ListOffsetsRequest { Topics = [Offsets(Secret), Offsets(Open)] });
        var epochs = await AskAsync(
            new OffsetForLeaderEpochRequest { Topics = [new() { Topic = Secret, Partitions = [new() { LeaderEpoch = 0 }] }] });
        var records = await AskAsync(
            new DeleteRecordsRequest { TimeoutMs = 10_000, Topics = [new() { Name = Secret, Partitions = [new() { Offset = 0 }] }] });
        var growth = await AskAsync(
            new CreatePartitionsRequest { TimeoutMs = 10_000, Topics = [new() { Name = Secret, Count = 2, Assignments = null }] });
        var byId = await AskAsync(new DeleteTopicsRequest { TimeoutMs = 10_000, Topics = [new() { TopicId = _secretId }] });
        var producers = await AskAsync(new DescribeProducersRequest { Topics = [new() { Name = Secret, PartitionIndexes = [0] }] });
        var pages = await AskAsync(new DescribeTopicPartitionsRequest { Topics = [new() { Name = Secret }] });
        var allPages = await AskAsync(new DescribeTopicPartitionsRequest());

        const ErrorCode Refused = ErrorCode.TopicAuthorizationFailed;
        Assert.Equal([ErrorCode.None, Refused], offsets.Topics.OrderBy(topic => topic.Name).Select(topic => topic.Partitions[0].ErrorCode));
        Assert.Equal(Refused, epochs.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(Refused, records.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(Refused, growth.Results[0].ErrorCode);
        Assert.Equal(Refused, byId.Responses[0].ErrorCode);
        Assert.Equal(Refused, producers.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal((Secret, Refused), (pages.Topics[0].Name, pages.Topics[0].ErrorCode));
        Assert.Equal([Open], allPages.Topics.Select(topic => topic.Name));
    }

    [Fact]
    public async Task Settings_are_refused_by_what_they_belong_to()
    {
        var described = await AskAsync(
            new DescribeConfigsRequest { Resources = [new() { ResourceType = 2, ResourceName = Secret, ConfigurationKeys = null }] });
        var altered = await AskAsync(new IncrementalAlterConfigsRequest
        {
            Resources = [new() { ResourceType = 2, ResourceName = Secret, Configs = [new() { Name = "retention.ms", Value = "1" }] }],
        });
        await _admin.CreateAclsAsync([Rule(AclResourceType.Cluster, AclBinding.ClusterName, "User:bob", AclOperation.DescribeConfigs)]);
        var broker = await AskAsync(
            new DescribeConfigsRequest { Resources = [new() { ResourceType = 4, ResourceName = "1", ConfigurationKeys = null }] });
        var quotas = await AskAsync(new DescribeClientQuotasRequest());

        Assert.Equal(ErrorCode.TopicAuthorizationFailed, described.Results[0].ErrorCode);
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, altered.Responses[0].ErrorCode);
        Assert.Equal(ErrorCode.ClusterAuthorizationFailed, broker.Results[0].ErrorCode);
        Assert.Equal(ErrorCode.ClusterAuthorizationFailed, quotas.ErrorCode);
    }

    [Fact]
    public async Task Groups_are_refused_as_a_whole_and_their_topics_one_by_one()
    {
        var joined = await AskAsync(
            new JoinGroupRequest { GroupId = Secret, SessionTimeoutMs = 10_000, RebalanceTimeoutMs = 10_000, ProtocolType = "consumer" });
        var committed = await AskAsync(new OffsetCommitRequest { GroupId = Open, Topics = [Commit(Secret, _secretId)] });
        var ofSecret = await AskAsync(new OffsetCommitRequest { GroupId = Secret, Topics = [Commit(Secret, _secretId)] });
        var fetched = await AskCoordinatorAsync(() => new OffsetFetchRequest
        {
            Groups = [new() { GroupId = Secret, Topics = null },
                new() { GroupId = Open, Topics = [new() { Name = Secret, TopicId = _secretId, PartitionIndexes = [0] }] }],
        });
        var found = await AskAsync(new FindCoordinatorRequest { KeyType = 0, CoordinatorKeys = [Secret, Open] });
        var described = await AskAsync(new DescribeGroupsRequest { Groups = [Secret] });
        var deleted = await AskAsync(new DeleteGroupsRequest { GroupsNames = [Secret] });

        const ErrorCode Refused = ErrorCode.GroupAuthorizationFailed;
        Assert.Equal(Refused, joined.ErrorCode);
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, committed.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(Refused, ofSecret.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(Refused, fetched.Groups.Single(group => group.GroupId == Secret).ErrorCode);
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, fetched.Groups.Single(group => group.GroupId == Open).Topics[0].Partitions[0].ErrorCode);
        Assert.Equal([ErrorCode.None, Refused], found.Coordinators.OrderBy(one => one.Key).Select(one => one.ErrorCode));
        Assert.Equal(Refused, described.Groups[0].ErrorCode);
        Assert.Equal(Refused, deleted.Results[0].ErrorCode);
    }

    [Fact]
    public async Task Transactions_are_refused_by_their_ids()
    {
        var started = await AskAsync(new InitProducerIdRequest { TransactionalId = Secret, TransactionTimeoutMs = 10_000 });
        var idempotent = await AskAsync(new InitProducerIdRequest { TransactionalId = null });
        var ended = await AskAsync(new EndTxnRequest { TransactionalId = Secret });
        var offsets = await AskAsync(new AddOffsetsToTxnRequest { TransactionalId = Open, GroupId = Secret });
        var described = await AskAsync(new DescribeTransactionsRequest { TransactionalIds = [Secret] });
        var committed = await AskAsync(new TxnOffsetCommitRequest
        {
            TransactionalId = Secret, GroupId = Open,
            Topics = [new() { Name = Open, Partitions = [new() { CommittedMetadata = "" }] }],
        });

        const ErrorCode Refused = ErrorCode.TransactionalIdAuthorizationFailed;
        Assert.Equal(Refused, started.ErrorCode);
        Assert.Equal(ErrorCode.None, idempotent.ErrorCode);
        Assert.Equal(Refused, ended.ErrorCode);
        Assert.Equal(ErrorCode.GroupAuthorizationFailed, offsets.ErrorCode);
        Assert.Equal(Refused, described.TransactionStates[0].ErrorCode);
        Assert.Equal(Refused, committed.Topics[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public async Task What_the_whole_cluster_is_about_is_refused_as_a_whole()
    {
        // From here on nobody but bob may do anything with the cluster, not even change the rules.
        await _admin.CreateAclsAsync([Rule(AclResourceType.Cluster, AclBinding.ClusterName, "User:bob", AclOperation.All)]);

        var quorum = await Assert.ThrowsAsync<KafkaException>(() => _admin.DescribeQuorumAsync());
        var rules = await Assert.ThrowsAsync<KafkaException>(() => _admin.DescribeAclsAsync(new AclBindingFilter()));
        var creation = await Assert.ThrowsAsync<KafkaException>(() => _admin.CreateAclsAsync([Bobs(AclResourceType.Topic)]));
        var users = await AskAsync(new DescribeUserScramCredentialsRequest());
        var features = await AskAsync(new UpdateFeaturesRequest { TimeoutMs = 10_000 });
        var cluster = await AskAsync(new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true });
        var open = await AskAsync(
            new CreateTopicsRequest { TimeoutMs = 10_000, Topics = [new() { Name = "mine", NumPartitions = 1, ReplicationFactor = 1 }] });

        Assert.All([quorum, rules, creation], error => Assert.Equal(ErrorCode.ClusterAuthorizationFailed, error.Code));
        Assert.Equal(ErrorCode.ClusterAuthorizationFailed, users.ErrorCode);
        Assert.Equal(ErrorCode.ClusterAuthorizationFailed, features.ErrorCode);
        Assert.Equal((ErrorCode.None, 0), (cluster.ErrorCode, cluster.ClusterAuthorizedOperations));
        Assert.Equal(ErrorCode.None, open.Topics[0].ErrorCode);
    }

    [Fact]
    public async Task Clients_are_told_what_they_may_do_where_they_ask()
    {
        await _admin.CreateAclsAsync([Rule(AclResourceType.Topic, Open, "User:ANONYMOUS", AclOperation.Read)]);

        var told = await AskAsync(new MetadataRequest
        {
            Topics = [new() { Name = Open }], AllowAutoTopicCreation = false, IncludeTopicAuthorizedOperations = true,
        });
        var untold = await AskAsync(new MetadataRequest { Topics = [new() { Name = Open }], AllowAutoTopicCreation = false });

        Assert.Equal((1 << (int)AclOperation.Read) | (1 << (int)AclOperation.Describe), told.Topics[0].TopicAuthorizedOperations);
        Assert.Equal(int.MinValue, untold.Topics[0].TopicAuthorizedOperations);
    }

    private static AclBinding Bobs(AclResourceType type) => Rule(type, Secret, "User:bob", AclOperation.All);

    private static AclBinding Rule(AclResourceType type, string name, string principal, AclOperation operation) =>
        new(type, name, AclPatternType.Literal, principal, AclBinding.Wildcard, operation, AclPermission.Allow);

    private static ProduceRequest.TopicProduceData Records(string topic, Uuid id)
    {
        using var batch = new Protocol.Records.RecordBatchBuilder();
        batch.Append(1, null, [1, 2, 3]);
        return new() { Name = topic, TopicId = id, PartitionData = [new() { Records = new RecordsData(batch.Build()) }] };
    }

    private static FetchRequest.FetchTopic Fetch(string topic, Uuid id) =>
        new() { Topic = topic, TopicId = id, Partitions = [new() { PartitionMaxBytes = 1 << 20 }] };

    private static ListOffsetsRequest.ListOffsetsTopic Offsets(string topic) =>
        new() { Name = topic, Partitions = [new() { Timestamp = -1 }] };

    private static OffsetCommitRequest.OffsetCommitRequestTopic Commit(string topic, Uuid id) =>
        new() { Name = topic, TopicId = id, Partitions = [new() { CommittedOffset = 1, CommittedMetadata = "" }] };

    // The coordinator of the first group takes a moment to be there.
    private async Task<OffsetFetchResponse> AskCoordinatorAsync(Func<OffsetFetchRequest> request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await AskAsync(new FindCoordinatorRequest { KeyType = 0, CoordinatorKeys = [Open] });
        while (true)
        {
            var response = await AskAsync(request());
            if (response.Groups.TrueForAll(group => !group.ErrorCode.IsRetriable()))
                return response;
            await Task.Delay(20, limit.Token);
        }
    }

    private async Task<TResponse> AskAsync<TResponse>(IRequest<TResponse> request)
        where TResponse : IResponse, new()
    {
        await using var client = new KafkaCluster(new ClientOptions { BootstrapServers = _cluster.BootstrapServers, ClientId = "anybody" });
        return await client.SendAsync(request, Destination.Node(1), default, default);
    }
}
