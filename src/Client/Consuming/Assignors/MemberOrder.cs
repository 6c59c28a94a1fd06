namespace Platform.Client.Consuming.Assignors;

/// <summary>The order in which members are served: static ones first, by a name that outlives their restarts.</summary>
internal static class MemberOrder
{
    public static List<AssignorMember> Sorted(IEnumerable<AssignorMember> members) =>
        [.. members.OrderBy(member => member.InstanceId is null)
            .ThenBy(member => member.InstanceId ?? member.MemberId, StringComparer.Ordinal)];
}
