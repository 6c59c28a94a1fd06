using Platform.Cluster.Coordination;
using Platform.Cluster.Groups.Classic;
using Platform.Cluster.Groups.Offsets;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups;

/// <summary>
/// The groups of one partition of <c>__consumer_offsets</c>: a list of what it serves, each in a file of its own.
/// </summary>
public sealed class GroupCoordinatorShard : ICoordinatorShard
{
    private readonly GroupShardState _state;
    private bool _isLoading = true;

    /// <summary>An empty shard, to be filled from its log.</summary>
    /// <param name="options">Limits and times.</param>
    /// <param name="newId">Source of random ids, from which member ids are made.</param>
    public GroupCoordinatorShard(GroupCoordinatorOptions options, Func<Uuid> newId) =>
        _state = new GroupShardState(options, newId);

    internal GroupShardState State => _state;

    /// <inheritdoc/>
    public void Apply(CoordinatorRecord record) => GroupReplay.Apply(_state, record, _isLoading);

    /// <inheritdoc/>
    public void ApplyTransactional(CoordinatorRecord record, ProducerIdAndEpoch producer) =>
        GroupReplay.ApplyTransactional(_state, record, producer);

    /// <inheritdoc/>
    public void ApplyEndTransaction(ProducerIdAndEpoch producer, bool isCommitted) =>
        GroupReplay.ApplyEndTransaction(_state, producer, isCommitted);

    /// <inheritdoc/>
    public CoordinatorResult OnLoaded(long nowMs)
    {
        _isLoading = false;
        var call = new CoordinatorCall(nowMs);
        OffsetExpiration.Schedule(_state, call);
        foreach (var group in _state.Groups)
            Resume(group, call);
        return call.ToResult();
    }

    // Members need time to find their new coordinator. A group that is larger than allowed must begin anew.
    private void Resume(ClassicGroup group, CoordinatorCall call)
    {
        foreach (var member in group.Members)
            MemberSessions.Renew(group, member, call);
        if (group.MemberCount > _state.Options.MaxSize)
            JoinPhase.Prepare(_state, group, call);
    }

    /// <inheritdoc/>
    public CoordinatorResult Handle(IRequest request, CoordinatorRequestContext context, long nowMs)
    {
        var call = new CoordinatorCall(context, nowMs);
        switch (request)
        {
            case HeartbeatRequest heartbeat: Heartbeat.Handle(_state, heartbeat, call); break;
            case OffsetCommitRequest commit: OffsetCommit.Handle(_state, commit, call); break;
            case TxnOffsetCommitRequest commit: TxnOffsetCommit.Handle(_state, commit, call); break;
            case OffsetFetchRequest fetch: OffsetFetch.Handle(_state, fetch, call); break;
            case JoinGroupRequest join: JoinGroup.Handle(_state, join, call); break;
            case SyncGroupRequest sync: SyncGroup.Handle(_state, sync, call); break;
            case LeaveGroupRequest leave: LeaveGroup.Handle(_state, leave, call); break;
            case DescribeGroupsRequest describe: DescribeGroups.Handle(_state, describe, call); break;
            case ListGroupsRequest list: ListGroups.Handle(_state, list, call); break;
            case DeleteGroupsRequest delete: DeleteGroups.Handle(_state, delete, call); break;
            case OffsetDeleteRequest delete: OffsetDelete.Handle(_state, delete, call); break;
            default: throw new NotSupportedException($"group coordinators do not serve {request.ApiKey}");
        }
        return call.ToResult();
    }

    /// <inheritdoc/>
    public CoordinatorResult OnTimer(CoordinatorTimerKey key, long nowMs)
    {
        var call = new CoordinatorCall(nowMs);
        if (key.Kind == GroupTimers.OffsetExpirationKind)
            OffsetExpiration.OnTimer(_state, call);
        else if (_state.Find(key.Id) is { } group)
            OnGroupTimer(key, group, call);
        return call.ToResult();
    }

    private void OnGroupTimer(CoordinatorTimerKey key, ClassicGroup group, CoordinatorCall call)
    {
        switch (key.Kind)
        {
            case GroupTimers.SessionKind: MemberSessions.OnTimer(_state, group, key.MemberId, call); break;
            case GroupTimers.JoinKind: JoinPhase.OnTimer(_state, group, call); break;
            case GroupTimers.SyncKind: SyncPhase.OnTimer(_state, group, call); break;
        }
    }

    /// <inheritdoc/>
    public CoordinatorResult OnTopicsDeleted(IReadOnlyCollection<string> topics, long nowMs)
    {
        var call = new CoordinatorCall(nowMs);
        TopicDeletion.Handle(_state, topics, call);
        return call.ToResult();
    }
}
