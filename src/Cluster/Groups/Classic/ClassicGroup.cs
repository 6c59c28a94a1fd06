using Platform.Cluster.Coordination;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>
/// A group whose members assign partitions among themselves. Its state lives in memory; the log holds what a new
/// coordinator needs to go on: the members of the last finished generation and their assignments.
/// </summary>
internal sealed partial class ClassicGroup(string groupId)
{
    // Insertion order: the first to join is the leader, and answers must not depend on hashes.
    private readonly OrderedDictionary<string, ClassicGroupMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _staticMembers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pendingJoin = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pendingSync = new(StringComparer.Ordinal);
    private int _awaitingJoin;

    public string GroupId { get; } = groupId;

    public ClassicGroupState State { get; private set; } = ClassicGroupState.Empty;

    public ClassicGroupState PreviousState { get; private set; } = ClassicGroupState.Dead;

    /// <summary>When the group entered its state, or null when an old record did not say.</summary>
    public long? StateTimestampMs { get; set; }

    /// <summary>Null for a simple group: one that only stores offsets.</summary>
    public string? ProtocolType { get; set; }

    public string? ProtocolName { get; set; }

    public int GenerationId { get; set; }

    public string? LeaderId { get; set; }

    /// <summary>Topics of the current generation, or null when unknown.</summary>
    public IReadOnlySet<string>? SubscribedTopics { get; private set; }

    /// <summary>Someone joined since the first rebalance last looked.</summary>
    public bool NewMemberAdded { get; set; }

    /// <summary>Milliseconds left to extend the first rebalance by, or null in any other rebalance.</summary>
    public int? InitialRebalanceRemainingMs { get; set; }

    public IList<ClassicGroupMember> Members => _members.Values;

    public int MemberCount => _members.Count;

    public int AwaitingJoinCount => _awaitingJoin;

    public bool HasPendingMembers => _pendingJoin.Count > 0;

    public IReadOnlyCollection<string> PendingSyncMembers => _pendingSync;

    public bool HasAllMembersJoined => _awaitingJoin == _members.Count && _pendingJoin.Count == 0;

    public bool UsesConsumerProtocol => ProtocolType == ConsumerSubscriptions.ProtocolType;

    /// <summary>How long the group waits for its slowest member to rejoin, milliseconds.</summary>
    public int RebalanceTimeoutMs => _members.Count == 0 ? 0 : _members.Values.Max(member => member.RebalanceTimeoutMs);

    public bool CanRebalance => State is ClassicGroupState.Empty or ClassicGroupState.Stable
        or ClassicGroupState.CompletingRebalance;

    public bool IsLeader(string memberId) => LeaderId == memberId;

    public bool HasMember(string memberId) => _members.ContainsKey(memberId);

    public ClassicGroupMember? Member(string memberId) => _members.GetValueOrDefault(memberId);

    public string? StaticMemberId(string instanceId) => _staticMembers.GetValueOrDefault(instanceId);

    public bool IsPendingMember(string memberId) => _pendingJoin.Contains(memberId);

    public void AddPendingMember(string memberId) => _pendingJoin.Add(memberId);

    public bool IsSubscribedTo(string topic) => SubscribedTopics?.Contains(topic) ?? UsesConsumerProtocol;

    public void TransitionTo(ClassicGroupState next, long nowMs)
    {
        if (!IsAllowed(State, next))
            throw new InvalidOperationException($"group {GroupId} cannot go from {State} to {next}");
        PreviousState = State;
        State = next;
        StateTimestampMs = nowMs;
    }

    private static bool IsAllowed(ClassicGroupState from, ClassicGroupState to) => to switch
    {
        ClassicGroupState.Empty => from is ClassicGroupState.PreparingRebalance,
        ClassicGroupState.PreparingRebalance =>
            from is ClassicGroupState.Empty or ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance,
        ClassicGroupState.CompletingRebalance => from is ClassicGroupState.PreparingRebalance,
        ClassicGroupState.Stable => from is ClassicGroupState.CompletingRebalance,
        _ => true,
    };

    /// <summary>Says whether a member is who it claims to be; static members are fenced by their newest id.</summary>
    public ErrorCode Validate(string memberId, string? instanceId)
    {
        if (instanceId is not null && _staticMembers.TryGetValue(instanceId, out var current) && current != memberId)
            return ErrorCode.FencedInstanceId;
        if (instanceId is not null && !_staticMembers.ContainsKey(instanceId))
            return ErrorCode.UnknownMemberId;
        return _members.ContainsKey(memberId) ? ErrorCode.None : ErrorCode.UnknownMemberId;
    }

    public void Add(ClassicGroupMember member)
    {
        if (_members.Count == 0)
            ProtocolType = member.ProtocolType;
        LeaderId ??= member.MemberId;
        _members.Add(member.MemberId, member);
        if (member.GroupInstanceId is { } instanceId)
            _staticMembers.Add(instanceId, member.MemberId);
        _pendingJoin.Remove(member.MemberId);
        if (member.IsAwaitingJoin)
            _awaitingJoin++;
    }

    /// <summary>Takes a member out. Requests of it that wait must have been answered before.</summary>
    public void Remove(string memberId)
    {
        _pendingJoin.Remove(memberId);
        _pendingSync.Remove(memberId);
        if (!_members.Remove(memberId, out var member))
            return;
        if (member.GroupInstanceId is { } instanceId)
            _staticMembers.Remove(instanceId);
        if (member.IsAwaitingJoin)
            _awaitingJoin--;
        if (IsLeader(memberId))
            LeaderId = _members.Count == 0 ? null : _members.GetAt(0).Key;
    }

    /// <summary>Gives a static member a new id with everything else kept, in its old place.</summary>
    public ClassicGroupMember ReplaceStaticMember(ClassicGroupMember old, string newMemberId)
    {
        var replacement = new ClassicGroupMember
        {
            MemberId = newMemberId,
            GroupInstanceId = old.GroupInstanceId,
            ClientId = old.ClientId,
            ClientHost = old.ClientHost,
            ProtocolType = old.ProtocolType,
            RebalanceTimeoutMs = old.RebalanceTimeoutMs,
            SessionTimeoutMs = old.SessionTimeoutMs,
            Protocols = old.Protocols,
            Assignment = old.Assignment,
        };
        var place = _members.IndexOf(old.MemberId);
        _members.RemoveAt(place);
        _members.Insert(place, newMemberId, replacement);
        _staticMembers[old.GroupInstanceId!] = newMemberId;
        if (_pendingSync.Remove(old.MemberId))
            _pendingSync.Add(newMemberId);
        if (IsLeader(old.MemberId))
            LeaderId = newMemberId;
        return replacement;
    }

    /// <summary>True when a leader is among those who rejoined; elects the first of them if need be.</summary>
    public bool MaybeElectNewJoinedLeader()
    {
        if (LeaderId is null)
            return false;
        if (_members[LeaderId].IsAwaitingJoin)
            return true;
        var joined = _members.Values.FirstOrDefault(member => member.IsAwaitingJoin);
        if (joined is null)
            return false;
        LeaderId = joined.MemberId;
        return true;
    }

    /// <summary>Ends the join phase: a new generation, with members or without.</summary>
    public void InitNextGeneration(long nowMs)
    {
        GenerationId++;
        InitialRebalanceRemainingMs = null;
        NewMemberAdded = false;
        ProtocolName = _members.Count == 0 ? null : SelectProtocol();
        UpdateSubscribedTopics();
        TransitionTo(
            _members.Count == 0 ? ClassicGroupState.Empty : ClassicGroupState.CompletingRebalance,
            nowMs);
    }

    public void UpdateSubscribedTopics() => SubscribedTopics = ConsumerSubscriptions.TopicsOf(this);

    /// <summary>Takes over the state that a record describes: finished generations only.</summary>
    public void Restore(ClassicGroupState state)
    {
        State = state;
        UpdateSubscribedTopics();
    }

    public void AddPendingSync(string memberId) => _pendingSync.Add(memberId);

    /// <summary>True when everybody has synced now.</summary>
    public bool RemovePendingSync(string memberId) => _pendingSync.Remove(memberId) && _pendingSync.Count == 0;

    public void ClearPendingSync() => _pendingSync.Clear();

    /// <summary>Lets a JoinGroup wait. An older one of the same member lost its client and is sent away.</summary>
    public void AwaitJoin(ClassicGroupMember member, CoordinatorCall call)
    {
        CompleteJoin(member, ClassicResponses.JoinError(member.MemberId, ErrorCode.RebalanceInProgress), call);
        member.JoinRequestId = call.Context.RequestId;
        _awaitingJoin++;
    }

    /// <summary>Answers the JoinGroup of a member, if one waits.</summary>
    public void CompleteJoin(ClassicGroupMember member, JoinGroupResponse response, CoordinatorCall call)
    {
        if (member.JoinRequestId is not { } requestId)
            return;
        member.JoinRequestId = null;
        _awaitingJoin--;
        call.Complete(requestId, response);
    }

    /// <summary>Answers the SyncGroup of a member, if one waits.</summary>
    public static void CompleteSync(ClassicGroupMember member, SyncGroupResponse response, CoordinatorCall call)
    {
        if (member.SyncRequestId is not { } requestId)
            return;
        member.SyncRequestId = null;
        call.Complete(requestId, response);
    }
}
