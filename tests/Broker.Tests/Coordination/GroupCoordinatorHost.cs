using Microsoft.Extensions.Logging.Abstractions;
using Platform.Broker.Coordination;
using Platform.Cluster.Configuration;
using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Tests.Coordination;

/// <summary>A group coordinator on a log in memory, with one partition that a test elects and loads by hand.</summary>
internal sealed class GroupCoordinatorHost
{
    private readonly Queue<Action> _later = new();
    private long _nextId;

    public GroupCoordinatorHost(FakeCoordinatorLog? log = null, bool elected = true)
    {
        Log = log ?? new FakeCoordinatorLog();
        Coordinator = new GroupCoordinator(
            BrokerConfig.Default,
            Log,
            () => 1,
            () => new Uuid(0, ++_nextId),
            Clock,
            _later.Enqueue,
            NullLogger<GroupCoordinator>.Instance);
        if (!elected)
            return;
        Coordinator.OnElection(0, leaderEpoch: 1);
        Load();
    }

    public FakeCoordinatorLog Log { get; }

    public CoordinatorClock Clock { get; } = new();

    public GroupCoordinator Coordinator { get; }

    public static CoordinatorRequestContext Speaking(short version) => new(version, "client", "/127.0.0.1", 0);

    /// <summary>Does what was to be done later.</summary>
    public void Load()
    {
        while (_later.TryDequeue(out var action))
            action();
    }

    public void Advance(long milliseconds)
    {
        Clock.Advance(milliseconds);
        Coordinator.OnTick();
    }

    public void Commit(long offset)
    {
        Log.CommittedOffset = offset;
        Coordinator.OnHighWatermark(0, offset);
    }

    public Task<OffsetCommitResponse> CommitOffsetAsync(long offset, string groupId = "g")
    {
        var partition = new OffsetCommitRequest.OffsetCommitRequestPartition { CommittedOffset = offset };
        var topic = new OffsetCommitRequest.OffsetCommitRequestTopic { Name = "t", Partitions = [partition] };
        var request = new OffsetCommitRequest { GroupId = groupId, Topics = [topic] };
        return Coordinator.CommitOffsetsAsync(request, Speaking(8)).AsTask();
    }

    public Task<OffsetFetchResponse> FetchOffsetAsync(string groupId = "g")
    {
        var topic = new OffsetFetchRequest.OffsetFetchRequestTopics { Name = "t", PartitionIndexes = [0] };
        var group = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = groupId, Topics = [topic] };
        return Coordinator.FetchOffsetsAsync(new OffsetFetchRequest { Groups = [group] }, Speaking(8)).AsTask();
    }

    public Task<JoinGroupResponse> JoinAsync()
    {
        var protocol = new JoinGroupRequest.JoinGroupRequestProtocol { Name = "range" };
        var request = new JoinGroupRequest
        {
            GroupId = "g",
            SessionTimeoutMs = 10_000,
            RebalanceTimeoutMs = 60_000,
            ProtocolType = "consumer",
            Protocols = [protocol],
        };
        return Coordinator.JoinGroupAsync(request, Speaking(3)).AsTask();
    }

    public static ErrorCode ErrorOf(Task<OffsetCommitResponse> commit) =>
        Assert.Single(Assert.Single(Answer(commit).Topics).Partitions).ErrorCode;

    public static long OffsetOf(Task<OffsetFetchResponse> fetch) =>
        Assert.Single(Assert.Single(Assert.Single(Answer(fetch).Groups).Topics).Partitions).CommittedOffset;

    /// <summary>The answer, which must be there: the coordinator answers on the thread that made it possible.</summary>
    public static TResponse Answer<TResponse>(Task<TResponse> task)
    {
        Assert.True(task.IsCompletedSuccessfully, "the request still waits");
        return task.GetAwaiter().GetResult();
    }
}
