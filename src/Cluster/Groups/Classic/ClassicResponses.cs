using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Groups.Classic;

/// <summary>The answers that several operations give.</summary>
internal static class ClassicResponses
{
    public static JoinGroupResponse JoinError(string memberId, ErrorCode error) =>
        new() { MemberId = memberId, ErrorCode = error };

    public static SyncGroupResponse SyncError(ErrorCode error) => new() { ErrorCode = error };

    /// <summary>The current generation, as the member sees it: only the leader learns of the others.</summary>
    public static JoinGroupResponse Joined(ClassicGroup group, ClassicGroupMember member, bool withMembers) => new()
    {
        MemberId = member.MemberId,
        GenerationId = group.GenerationId,
        ProtocolType = group.ProtocolType,
        ProtocolName = group.ProtocolName,
        Leader = group.LeaderId ?? "",
        Members = withMembers ? MembersOf(group) : [],
    };

    public static SyncGroupResponse Assigned(ClassicGroup group, ClassicGroupMember member) => new()
    {
        ProtocolType = group.ProtocolType,
        ProtocolName = group.ProtocolName,
        Assignment = member.Assignment,
    };

    private static List<JoinGroupResponse.JoinGroupResponseMember> MembersOf(ClassicGroup group) =>
        [.. group.Members.Select(member => new JoinGroupResponse.JoinGroupResponseMember
        {
            MemberId = member.MemberId,
            GroupInstanceId = member.GroupInstanceId,
            Metadata = member.MetadataFor(group.ProtocolName),
        })];
}
