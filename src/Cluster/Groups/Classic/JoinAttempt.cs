using Platform.Cluster.Coordination;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>A JoinGroup that passed the first checks, with what it works on.</summary>
internal sealed record JoinAttempt(
    GroupShardState Shard, ClassicGroup Group, JoinGroupRequest Request, CoordinatorCall Call)
{
    public ClassicProtocol[] Protocols { get; } = ClassicProtocol.From(Request);

    public ClassicGroupMember NewMember(string memberId) => new()
    {
        MemberId = memberId,
        GroupInstanceId = Request.GroupInstanceId,
        ClientId = Call.Context.ClientId,
        ClientHost = Call.Context.ClientHost,
        ProtocolType = Request.ProtocolType,
        RebalanceTimeoutMs = Request.RebalanceTimeoutMs,
        SessionTimeoutMs = Request.SessionTimeoutMs,
        Protocols = Protocols,
        IsNew = true,
    };

    /// <summary>Takes over what the member says about itself now.</summary>
    public void Update(ClassicGroupMember member)
    {
        member.Protocols = Protocols;
        member.RebalanceTimeoutMs = Request.RebalanceTimeoutMs;
        member.SessionTimeoutMs = Request.SessionTimeoutMs;
    }
}
