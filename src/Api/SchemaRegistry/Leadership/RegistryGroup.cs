using Platform.Client;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>A registry that was found in the group.</summary>
internal sealed record RegistryMember(string MemberId, RegistryIdentity Identity);

/// <summary>
/// The requests of a member of the registries' group: Kafka's classic group protocol with the protocol type "sr", so
/// that the group coordinator of any Kafka cluster runs the election.
/// </summary>
internal sealed class RegistryGroup(KafkaCluster cluster, string groupId)
{
    /// <summary>
    /// After how long without a heartbeat the coordinator drops a member: the least that brokers allow by default.
    /// </summary>
    public const int SessionTimeoutMs = 6_000;

    private const string ProtocolType = "sr";
    private const string ProtocolName = "v0";
    private const int GraceMs = 5_000;
    private const int ShortTimeoutMs = 2_000;

    private readonly Destination _coordinator = Destination.GroupCoordinator(groupId);
    private string _memberId = "";
    private int _generation = -1;

    public string MemberId => _memberId;

    /// <summary>Joins, elects when the coordinator asks for it, and returns who was elected.</summary>
    /// <exception cref="KafkaException">The group is in motion, or its coordinator is; to be tried again.</exception>
    public async Task<RegistryAssignment> JoinAsync(RegistryIdentity me, CancellationToken cancellation)
    {
        var joined = await SendJoinAsync(me, cancellation);
        if (joined.ErrorCode == ErrorCode.MemberIdRequired)
        {
            _memberId = joined.MemberId;
            joined = await SendJoinAsync(me, cancellation);
        }
        Check(joined.ErrorCode, "join");
        (_memberId, _generation) = (joined.MemberId, joined.GenerationId);
        var elected = joined.Leader == joined.MemberId ? Elect(joined) : null;
        var synced = await SendAsync(new SyncGroupRequest
        {
            GroupId = groupId,
            GenerationId = _generation,
            MemberId = _memberId,
            ProtocolType = ProtocolType,
            ProtocolName = ProtocolName,
            Assignments = elected is null ? [] : [.. joined.Members.Select(
                member => new SyncGroupRequest.SyncGroupRequestAssignment
                {
                    MemberId = member.MemberId,
                    Assignment = elected,
                })],
        }, SessionTimeoutMs + GraceMs, cancellation);
        Check(synced.ErrorCode, "sync");
        return RegistryAssignment.Decode(synced.Assignment)
            ?? throw new KafkaException(ErrorCode.InconsistentGroupProtocol,
                $"group {groupId}: the assignment is not one of a schema registry");
    }

    /// <summary>Tells the coordinator that the member is alive.</summary>
    public async Task<ErrorCode> HeartbeatAsync(CancellationToken cancellation)
    {
        var request = new HeartbeatRequest { GroupId = groupId, GenerationId = _generation, MemberId = _memberId };
        var error = (await SendAsync(request, ShortTimeoutMs, cancellation)).ErrorCode;
        Forget(error);
        return error;
    }

    /// <summary>The members of the group as its coordinator knows them.</summary>
    public async Task<IReadOnlyList<RegistryMember>> MembersAsync(CancellationToken cancellation)
    {
        var answer = await SendAsync(
            new DescribeGroupsRequest { Groups = [groupId] }, ShortTimeoutMs, cancellation, ConnectionUse.General);
        Check(answer.Groups[0].ErrorCode == ErrorCode.GroupIdNotFound ? ErrorCode.None : answer.Groups[0].ErrorCode,
            "describe");
        return [.. answer.Groups[0].Members
            .Select(member => (member.MemberId, Identity: RegistryIdentity.Decode(member.MemberMetadata)))
            .Where(member => member.Identity is not null)
            .Select(member => new RegistryMember(member.MemberId, member.Identity!))];
    }

    /// <summary>Removes members, itself or ones that are known to be gone (KIP-345 lets anybody do it).</summary>
    public async Task RemoveAsync(IReadOnlyList<string> memberIds, string reason, CancellationToken cancellation)
    {
        var answer = await SendAsync(new LeaveGroupRequest
        {
            GroupId = groupId,
            Members = [.. memberIds.Select(
                id => new LeaveGroupRequest.MemberIdentity { MemberId = id, Reason = reason })],
        }, ShortTimeoutMs, cancellation, ConnectionUse.General);
        Check(answer.ErrorCode, "leave");
    }

    private static byte[] Elect(JoinGroupResponse joined) => RegistryAssignment.Elect(joined.Members
        .Select(member => (member.MemberId, RegistryIdentity.Decode(member.Metadata)))
        .Where(member => member.Item2 is not null).Select(member => (member.MemberId, member.Item2!))).Encode();

    private Task<JoinGroupResponse> SendJoinAsync(RegistryIdentity me, CancellationToken cancellation) =>
        SendAsync(new JoinGroupRequest
        {
            GroupId = groupId,
            SessionTimeoutMs = SessionTimeoutMs,
            RebalanceTimeoutMs = SessionTimeoutMs,
            MemberId = _memberId,
            ProtocolType = ProtocolType,
            Protocols =
                [new JoinGroupRequest.JoinGroupRequestProtocol { Name = ProtocolName, Metadata = me.Encode() }],
        }, SessionTimeoutMs + GraceMs, cancellation);

    private async Task<TResponse> SendAsync<TResponse>(IRequest<TResponse> request, int timeoutMs,
        CancellationToken cancellation, ConnectionUse use = ConnectionUse.Coordinator) where TResponse : IResponse, new()
    {
        try
        {
            var connection = await cluster.ConnectAsync(_coordinator, use, cancellation);
            return await connection.SendAsync(request, new RequestSettings(timeoutMs), cancellation);
        }
        catch (KafkaException)
        {
            cluster.ForgetCoordinator(_coordinator);
            throw;
        }
    }

    private void Check(ErrorCode error, string what)
    {
        Forget(error);
        KafkaException.ThrowIfError(error, $"{what} group {groupId}");
    }

    private void Forget(ErrorCode error)
    {
        switch (error)
        {
            case ErrorCode.None or ErrorCode.RebalanceInProgress or ErrorCode.MemberIdRequired:
                break;
            case ErrorCode.UnknownMemberId:
                _memberId = "";
                break;
            default:
                cluster.ForgetCoordinator(_coordinator);
                break;
        }
    }
}
