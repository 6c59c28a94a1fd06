using Platform.Protocol;

namespace Platform.Client.Consuming.Assignors;

/// <summary>Divides each topic into consecutive ranges, the larger ones first.</summary>
internal sealed class RangeAssignor : IPartitionAssignor
{
    public string Name => "range";

    public bool IsCooperative => false;

    public IReadOnlyDictionary<string, IReadOnlyList<TopicPartition>> Assign(
        IReadOnlyDictionary<string, int> partitionCounts, IReadOnlyList<AssignorMember> members)
    {
        var assigned = members.ToDictionary(member => member.MemberId, _ => new List<TopicPartition>());
        foreach (var (topic, count) in partitionCounts.OrderBy(topic => topic.Key, StringComparer.Ordinal))
            AssignTopic(topic, count, MemberOrder.Sorted(members.Where(member => member.Topics.Contains(topic))),
                assigned);
        return assigned.ToDictionary(member => member.Key, member => (IReadOnlyList<TopicPartition>)member.Value);
    }

    private static void AssignTopic(
        string topic, int count, List<AssignorMember> members, Dictionary<string, List<TopicPartition>> assigned)
    {
        var next = 0;
        for (var i = 0; i < members.Count; i++)
        {
            var share = (count / members.Count) + (i < count % members.Count ? 1 : 0);
            for (; share > 0; share--)
                assigned[members[i].MemberId].Add(new TopicPartition(topic, next++));
        }
    }
}
