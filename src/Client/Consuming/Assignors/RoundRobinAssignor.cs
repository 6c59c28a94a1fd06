using Platform.Protocol;

namespace Platform.Client.Consuming.Assignors;

/// <summary>Deals all partitions of all topics out one by one, passing over members that do not subscribe.</summary>
internal sealed class RoundRobinAssignor : IPartitionAssignor
{
    public string Name => "roundrobin";

    public bool IsCooperative => false;

    public IReadOnlyDictionary<string, IReadOnlyList<TopicPartition>> Assign(
        IReadOnlyDictionary<string, int> partitionCounts, IReadOnlyList<AssignorMember> members)
    {
        var assigned = members.ToDictionary(member => member.MemberId, _ => new List<TopicPartition>());
        var circle = MemberOrder.Sorted(members);
        var next = 0;
        foreach (var (topic, count) in partitionCounts.OrderBy(topic => topic.Key, StringComparer.Ordinal))
        {
            if (!circle.Exists(member => member.Topics.Contains(topic)))
                continue;
            for (var partition = 0; partition < count; partition++)
            {
                while (!circle[next % circle.Count].Topics.Contains(topic))
                    next++;
                assigned[circle[next++ % circle.Count].MemberId].Add(new TopicPartition(topic, partition));
            }
        }
        return assigned.ToDictionary(member => member.Key, member => (IReadOnlyList<TopicPartition>)member.Value);
    }
}
