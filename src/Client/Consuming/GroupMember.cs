using Platform.Client.Consuming.Assignors;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Consuming;

/// <summary>What a member learnt when it joined.</summary>
/// <param name="Generation">Generation of the group.</param>
/// <param name="MemberId">The member's id.</param>
/// <param name="Assignor">How partitions were divided.</param>
/// <param name="Partitions">The member's partitions.</param>
/// <param name="PartitionCounts">What the leader divided; null for others.</param>
internal sealed record JoinedGroup(
    int Generation, string MemberId, IPartitionAssignor Assignor, IReadOnlyList<TopicPartition> Partitions,
    IReadOnlyDictionary<string, int>? PartitionCounts);

/// <summary>
/// The requests of a member of a classic group: join, sync, heartbeat, leave. Holds its id and generation, and nothing
/// about partitions.
/// </summary>
internal sealed class GroupMember(ConsumerOptions options, KafkaCluster cluster)
{
    private const string ProtocolType = "consumer";
    private const int JoinGraceMs = 5_000;

    private readonly Destination _coordinator = Destination.GroupCoordinator(options.GroupId!);
    private volatile string _memberId = "";
    private volatile int _generation = -1;

    public string MemberId => _memberId;

    /// <summary>The generation it is a member of, or -1.</summary>
    public int Generation => _generation;

    /// <summary>Forgets the generation, as the coordinator has, and the id, when the coordinator does not know
    /// it.</summary>
    public void Reset(bool keepMemberId)
    {
        _generation = -1;
        if (!keepMemberId)
            _memberId = "";
    }

    /// <summary>Joins the group, as often as rebalances of others make it necessary.</summary>
    /// <exception cref="KafkaException">The group refuses the member for good.</exception>
    public async Task<JoinedGroup> JoinAsync(
        IReadOnlyCollection<string> topics, IReadOnlyCollection<TopicPartition> owned, CancellationToken cancellation)
    {
        var backoff = new Backoff(options.RetryBackoffMs, options.RetryBackoffMaxMs);
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await JoinOnceAsync(topics, owned, cancellation);
            }
            catch (KafkaException e) when (MayJoinAgain(e.Code))
            {
                OnFailedJoin(e.Code);
                var wait = e.Code == ErrorCode.RebalanceInProgress ? 0 : backoff.AfterFailures(failures);
                await Task.Delay(TimeSpan.FromMilliseconds(wait), options.TimeProvider, cancellation);
            }
        }
    }

    private static bool MayJoinAgain(ErrorCode error) => error.IsRetriable()
        || error is ErrorCode.RebalanceInProgress or ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration;

    private void OnFailedJoin(ErrorCode error)
    {
        if (error is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration)
            Reset(keepMemberId: error == ErrorCode.IllegalGeneration);
        else if (error != ErrorCode.RebalanceInProgress)
            cluster.ForgetCoordinator(_coordinator);
    }

    private async Task<JoinedGroup> JoinOnceAsync(
        IReadOnlyCollection<string> topics, IReadOnlyCollection<TopicPartition> owned, CancellationToken cancellation)
    {
        var joined = await SendJoinAsync(topics, owned, cancellation);
        if (joined.ErrorCode == ErrorCode.MemberIdRequired)
        {
            _memberId = joined.MemberId;
            joined = await SendJoinAsync(topics, owned, cancellation);
        }
        KafkaException.ThrowIfError(joined.ErrorCode, $"join group {options.GroupId}");
        (_memberId, _generation) = (joined.MemberId, joined.GenerationId);
        var assignor = options.PartitionAssignmentStrategy.FirstOrDefault(one => one.Name == joined.ProtocolName)
            ?? throw new KafkaException(ErrorCode.InconsistentGroupProtocol,
                $"the group chose assignor '{joined.ProtocolName}'");
        var isLeader = joined.Leader == joined.MemberId && !joined.SkipAssignment;
        var counts = isLeader ? await CountPartitionsAsync(joined, assignor, cancellation) : null;
        var assignments = counts is null ? [] : Assign(joined, assignor, counts);
        var partitions = await SyncAsync(joined, assignments, cancellation);
        return new JoinedGroup(joined.GenerationId, joined.MemberId, assignor, partitions, counts);
    }

    private async Task<JoinGroupResponse> SendJoinAsync(
        IReadOnlyCollection<string> topics, IReadOnlyCollection<TopicPartition> owned, CancellationToken cancellation)
    {
        var request = new JoinGroupRequest
        {
            GroupId = options.GroupId!,
            SessionTimeoutMs = options.SessionTimeoutMs,
            RebalanceTimeoutMs = options.MaxPollIntervalMs,
            MemberId = _memberId,
            GroupInstanceId = options.GroupInstanceId,
            ProtocolType = ProtocolType,
            Protocols = [.. options.PartitionAssignmentStrategy.Select(
                assignor => new JoinGroupRequest.JoinGroupRequestProtocol
            {
                Name = assignor.Name,
                Metadata = SubscriptionCodec.EncodeSubscription(topics, options.IsCooperative ? owned : [], _generation,
                    options.ClientRack, assignor.UserData(owned, _generation)),
            })],
        };
        var connection = await cluster.ConnectAsync(_coordinator, ConnectionUse.Coordinator, cancellation);
        var settings = new RequestSettings(TimeoutMs: options.MaxPollIntervalMs + JoinGraceMs);
        return await connection.SendAsync(request, settings, cancellation);
    }

    private async Task<IReadOnlyDictionary<string, int>> CountPartitionsAsync(
        JoinGroupResponse joined, IPartitionAssignor assignor, CancellationToken cancellation)
    {
        var topics = joined.Members.SelectMany(member => SubscriptionCodec.DecodeMember(member, assignor).Topics)
            .ToHashSet();
        var metadata = await cluster.RefreshMetadataAsync(topics, cancellation);
        return PartitionCounts.Of(metadata, topics);
    }

    private static List<SyncGroupRequest.SyncGroupRequestAssignment> Assign(
        JoinGroupResponse joined, IPartitionAssignor assignor, IReadOnlyDictionary<string, int> counts)
    {
        var members = joined.Members.ConvertAll(member => SubscriptionCodec.DecodeMember(member, assignor));
        return [.. assignor.Assign(counts, members).Select(member => new SyncGroupRequest.SyncGroupRequestAssignment
        {
            MemberId = member.Key,
            Assignment = SubscriptionCodec.EncodeAssignment(member.Value),
        })];
    }

    private async Task<IReadOnlyList<TopicPartition>> SyncAsync(
        JoinGroupResponse joined, List<SyncGroupRequest.SyncGroupRequestAssignment> assignments,
        CancellationToken cancellation)
    {
        var request = new SyncGroupRequest
        {
            GroupId = options.GroupId!,
            GenerationId = joined.GenerationId,
            MemberId = joined.MemberId,
            GroupInstanceId = options.GroupInstanceId,
            ProtocolType = ProtocolType,
            ProtocolName = joined.ProtocolName,
            Assignments = assignments,
        };
        var connection = await cluster.ConnectAsync(_coordinator, ConnectionUse.Coordinator, cancellation);
        var settings = new RequestSettings(TimeoutMs: options.MaxPollIntervalMs + JoinGraceMs);
        var response = await connection.SendAsync(request, settings, cancellation);
        KafkaException.ThrowIfError(response.ErrorCode, $"sync group {options.GroupId}");
        return SubscriptionCodec.DecodeAssignment(response.Assignment);
    }

    /// <summary>Tells the coordinator that the member is alive; its answer may ask to join again.</summary>
    public async Task<ErrorCode> HeartbeatAsync(CancellationToken cancellation)
    {
        var request = new HeartbeatRequest
        {
            GroupId = options.GroupId!,
            GenerationId = _generation,
            MemberId = _memberId,
            GroupInstanceId = options.GroupInstanceId,
        };
        var connection = await cluster.ConnectAsync(_coordinator, ConnectionUse.Coordinator, cancellation);
        var settings = new RequestSettings(TimeoutMs: Math.Min(options.RequestTimeoutMs, options.SessionTimeoutMs));
        return (await connection.SendAsync(request, settings, cancellation)).ErrorCode;
    }

    /// <summary>Forgets who coordinates, so that the next request asks again.</summary>
    public void ForgetCoordinator() => cluster.ForgetCoordinator(_coordinator);

    /// <summary>Leaves, so that others get the partitions at once. Unless told otherwise a static member stays until its
    /// session ends.</summary>
    public async Task LeaveAsync(string reason, GroupMembershipOperation operation, CancellationToken cancellation)
    {
        var memberId = _memberId;
        Reset(keepMemberId: false);
        // The group knows a static member by its instance id, even one that has not joined in this process yet.
        var leaves = options.GroupInstanceId is null ? memberId.Length > 0 : operation == GroupMembershipOperation.LeaveGroup;
        if (!leaves || operation == GroupMembershipOperation.RemainInGroup)
            return;
        await cluster.SendAsync<LeaveGroupResponse>(ApiKey.LeaveGroup, version => version < 3
            ? new LeaveGroupRequest { GroupId = options.GroupId!, MemberId = memberId }
            : new LeaveGroupRequest
            {
                GroupId = options.GroupId!,
                Members = [new LeaveGroupRequest.MemberIdentity
                {
                    MemberId = memberId, GroupInstanceId = options.GroupInstanceId, Reason = reason,
                }],
            }, _coordinator, default, cancellation);
    }
}
