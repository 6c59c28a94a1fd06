using Microsoft.Extensions.Logging;
using Platform.Cluster.Configuration;
using Platform.Cluster.Coordination;
using Platform.Cluster.Groups;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Coordination;

/// <summary>
/// The groups whose partition of <c>__consumer_offsets</c> this broker leads: what the handlers call, and what the
/// metadata publisher tells of elections and deleted topics. Thread-safe; answers never fault.
/// </summary>
internal sealed partial class GroupCoordinator
{
    /// <summary>The topic that holds groups and their offsets.</summary>
    public const string Topic = "__consumer_offsets";

    private readonly CoordinatorRuntime _runtime;
    private readonly ICoordinatorLog _log;
    private readonly Func<int> _partitionCount;

    /// <summary>A coordinator that leads nothing yet.</summary>
    /// <param name="config">The node's settings.</param>
    /// <param name="log">The log of <see cref="Topic"/>.</param>
    /// <param name="partitionCount">Partitions of the topic as it is; the setting's value until it exists.</param>
    /// <param name="newId">Source of random ids, from which member ids are made.</param>
    /// <param name="time">The clock.</param>
    /// <param name="runLater">Runs the loading of partitions; see <see cref="CoordinatorSettings.RunLater"/>.</param>
    /// <param name="logger">Where problems are told.</param>
    public GroupCoordinator(
        BrokerConfig config,
        ICoordinatorLog log,
        Func<int> partitionCount,
        Func<Uuid> newId,
        TimeProvider time,
        Action<Action> runLater,
        ILogger<GroupCoordinator> logger)
    {
        var options = GroupCoordinatorOptions.From(config);
        (_log, _partitionCount) = (log, partitionCount);
        _runtime = new CoordinatorRuntime(
            new CoordinatorSettings
            {
                Topic = Topic,
                Log = log,
                Codec = GroupRecordTypes.Codec,
                NewShard = () => new GroupCoordinatorShard(options, newId),
                Logger = logger,
                RunLater = runLater,
                CommitTimeoutMs = config[BrokerConfigs.OffsetsCommitTimeoutMs],
                LoadBufferBytes = config[BrokerConfigs.OffsetsLoadBufferSize],
            },
            time);
    }

    /// <summary>How often <see cref="OnTick"/> wants to be called.</summary>
    public static TimeSpan TickInterval { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The partition of <see cref="Topic"/> whose leader coordinates a group.</summary>
    public int PartitionFor(string groupId) => JavaHash.PartitionFor(groupId, _partitionCount());

    /// <summary>This broker leads a partition of <see cref="Topic"/> in an epoch.</summary>
    public void OnElection(int partition, int leaderEpoch) => _runtime.OnElection(partition, leaderEpoch);

    /// <summary>This broker no longer leads a partition of <see cref="Topic"/>.</summary>
    public void OnResignation(int partition) => _runtime.OnResignation(partition);

    /// <summary>A partition is committed up to an offset. Call it without holding a lock.</summary>
    public void OnHighWatermark(int partition, long highWatermark) =>
        _runtime.OnHighWatermark(partition, highWatermark);

    /// <summary>Topics were deleted; their offsets go.</summary>
    public void OnTopicsDeleted(IReadOnlyCollection<string> topics) => _runtime.OnTopicsDeleted(topics);

    /// <summary>Fires what is due: the end of sessions and of rebalances, the expiry of offsets.</summary>
    public void OnTick() => _runtime.OnTick();

    /// <summary>JoinGroup; the answer may take as long as a rebalance.</summary>
    public ValueTask<JoinGroupResponse> JoinGroupAsync(JoinGroupRequest request, CoordinatorRequestContext client) =>
        Handle(request.GroupId, request, client, error => GroupErrors.Join(request, error));

    /// <summary>SyncGroup; the answer may take until the leader has assigned.</summary>
    public ValueTask<SyncGroupResponse> SyncGroupAsync(SyncGroupRequest request, CoordinatorRequestContext client) =>
        Handle(request.GroupId, request, client, GroupErrors.Sync);

    /// <summary>Heartbeat.</summary>
    public ValueTask<HeartbeatResponse> HeartbeatAsync(HeartbeatRequest request, CoordinatorRequestContext client) =>
        Handle(request.GroupId, request, client, GroupErrors.Heartbeat);

    /// <summary>LeaveGroup.</summary>
    public ValueTask<LeaveGroupResponse> LeaveGroupAsync(LeaveGroupRequest request, CoordinatorRequestContext client) =>
        Handle(request.GroupId, request, client, GroupErrors.Leave);

    /// <summary>OffsetCommit. Topics have their names; ids are passed on, for the log and the answer.</summary>
    public ValueTask<OffsetCommitResponse> CommitOffsetsAsync(
        OffsetCommitRequest request, CoordinatorRequestContext client) =>
        Send(request.GroupId, request, client, error => GroupErrors.OffsetCommit(request, error));

    /// <summary>OffsetDelete.</summary>
    public ValueTask<OffsetDeleteResponse> DeleteOffsetsAsync(
        OffsetDeleteRequest request, CoordinatorRequestContext client) =>
        Send(request.GroupId, request, client, GroupErrors.OffsetDelete);

    /// <summary>TxnOffsetCommit. The offsets count once the transaction is committed.</summary>
    /// <param name="request">Topics have their names; ids are passed on.</param>
    /// <param name="client">Version and client.</param>
    /// <param name="transaction">The coordinator's word that the transaction is open and has the group's
    /// partition.</param>
    public Task<TxnOffsetCommitResponse> CommitTransactionalOffsetsAsync(
        TxnOffsetCommitRequest request, CoordinatorRequestContext client, TransactionAppend transaction) =>
        _runtime.HandleAsync(PartitionFor(request.GroupId), request, client,
            error => TransactionErrors.OffsetCommit(request, error), transaction);

    /// <summary>Begins to ask whether a transaction has a group's partition; null when nobody need be asked.</summary>
    public VerificationGuard? StartVerification(string groupId, long producerId, short epoch) =>
        _log.StartVerification(new TopicPartition(Topic, PartitionFor(groupId)), producerId, epoch);

    /// <summary>Appends the marker of a transaction that has offsets in a partition of <see cref="Topic"/>.</summary>
    public (ErrorCode Error, long EndOffset) EndTransaction(
        int partition, ProducerIdAndEpoch producer, bool isCommitted, byte[] marker, TransactionAppend transaction) =>
        _runtime.EndTransaction(partition, producer, isCommitted, marker, transaction);

    // Members need a group with a name. Offsets may be stored, seen and deleted without one, as old clients did.
    private ValueTask<TResponse> Handle<TResponse>(
        string groupId,
        IRequest<TResponse> request,
        CoordinatorRequestContext client,
        Func<ErrorCode, TResponse> onError)
        where TResponse : class, IResponse, new() =>
        groupId.Length == 0
            ? ValueTask.FromResult(onError(ErrorCode.InvalidGroupId))
            : Send(groupId, request, client, onError);

    private ValueTask<TResponse> Send<TResponse>(
        string groupId,
        IRequest<TResponse> request,
        CoordinatorRequestContext client,
        Func<ErrorCode, TResponse> onError)
        where TResponse : class, IResponse, new() =>
        new(_runtime.HandleAsync(PartitionFor(groupId), request, client, onError));
}
