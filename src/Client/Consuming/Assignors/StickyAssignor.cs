using Platform.Protocol;

namespace Platform.Client.Consuming.Assignors;

/// <summary>
/// Sticky under the eager protocol (KIP-54): members give everything up before they join, so each tells the leader in
/// its user data what it had. The form of the bytes is the one that other Kafka clients use.
/// </summary>
internal sealed class StickyAssignor : IPartitionAssignor
{
    public string Name => "sticky";

    public bool IsCooperative => false;

    public IReadOnlyDictionary<string, IReadOnlyList<TopicPartition>> Assign(
        IReadOnlyDictionary<string, int> partitionCounts, IReadOnlyList<AssignorMember> members) =>
        StickyBalance.Assign(partitionCounts, members);

    public byte[]? UserData(IReadOnlyCollection<TopicPartition> owned, int generation)
    {
        using var writer = new ProtocolWriter();
        var topics = owned.GroupBy(partition => partition.Topic).ToList();
        writer.WriteArrayLength(topics.Count, compact: false);
        foreach (var topic in topics)
        {
            writer.WriteString(topic.Key, compact: false);
            writer.WriteArrayLength(topic.Count(), compact: false);
            foreach (var partition in topic)
                writer.WriteInt32(partition.Partition);
        }
        writer.WriteInt32(generation);
        return writer.Written.ToArray();
    }

    public (IReadOnlyList<TopicPartition> Owned, int Generation)? ReadUserData(byte[] userData)
    {
        try
        {
            return Read(userData);
        }
        catch (ProtocolException)
        {
            // Another client's own form: the member then counts as new.
            return null;
        }
    }

    private static (IReadOnlyList<TopicPartition> Owned, int Generation) Read(byte[] userData)
    {
        var reader = new ProtocolReader(userData);
        var owned = new List<TopicPartition>();
        for (var topics = reader.ReadArrayLength(compact: false); topics > 0; topics--)
        {
            var topic = reader.ReadString(compact: false);
            for (var partitions = reader.ReadArrayLength(compact: false); partitions > 0; partitions--)
                owned.Add(new TopicPartition(topic, reader.ReadInt32()));
        }
        return (owned, reader.Remaining >= sizeof(int) ? reader.ReadInt32() : -1);
    }
}
