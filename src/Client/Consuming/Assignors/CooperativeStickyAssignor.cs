using Platform.Protocol;

namespace Platform.Client.Consuming.Assignors;

/// <summary>
/// Sticky under the cooperative protocol (KIP-429): a partition that moves is given to nobody in this round. Its owner
/// revokes it and rejoins; the next round gives it to the new owner.
/// </summary>
internal sealed class CooperativeStickyAssignor : IPartitionAssignor
{
    public string Name => "cooperative-sticky";

    public bool IsCooperative => true;

    public IReadOnlyDictionary<string, IReadOnlyList<TopicPartition>> Assign(
        IReadOnlyDictionary<string, int> partitionCounts, IReadOnlyList<AssignorMember> members)
    {
        var balanced = StickyBalance.Assign(partitionCounts, members);
        var owners = StickyBalance.PreviousOwners(members);
        return balanced.ToDictionary(member => member.Key, member => (IReadOnlyList<TopicPartition>)[.. member.Value
            .Where(partition => !owners.TryGetValue(partition, out var owner) || owner == member.Key)]);
    }

    public byte[]? UserData(IReadOnlyCollection<TopicPartition> owned, int generation)
    {
        using var writer = new ProtocolWriter();
        writer.WriteInt32(generation);
        return writer.Written.ToArray();
    }
}
