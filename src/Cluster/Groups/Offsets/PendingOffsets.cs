using Platform.Cluster.Coordination;
using Platform.Protocol;

namespace Platform.Cluster.Groups.Offsets;

/// <summary>Offsets that were committed as part of transactions which are still open. Changed by replayed records and
/// markers alone.</summary>
internal sealed class PendingOffsets
{
    private readonly Dictionary<long, SortedDictionary<(string Group, TopicPartition Partition), CommittedOffset>>
        _byProducer = [];

    public void Put(ProducerIdAndEpoch producer, string groupId, TopicPartition partition, CommittedOffset offset)
    {
        if (!_byProducer.TryGetValue(producer.ProducerId, out var offsets))
            _byProducer[producer.ProducerId] = offsets = new(ByGroupAndPartition);
        offsets[(groupId, partition)] = offset;
    }

    /// <summary>Takes out what a producer's transaction has committed, in the order of groups and partitions.</summary>
    public IEnumerable<(string GroupId, TopicPartition Partition, CommittedOffset Offset)> Take(
        ProducerIdAndEpoch producer) =>
        _byProducer.Remove(producer.ProducerId, out var offsets)
            ? offsets.Select(offset => (offset.Key.Group, offset.Key.Partition, offset.Value))
            : [];

    /// <summary>Forgets what open transactions would say of a partition.</summary>
    public void Remove(string groupId, TopicPartition partition)
    {
        foreach (var offsets in _byProducer.Values)
            offsets.Remove((groupId, partition));
    }

    /// <summary>Groups and partitions of topics that open transactions have offsets of, each once and in order.</summary>
    public IEnumerable<(string GroupId, TopicPartition Partition)> Of(IReadOnlySet<string> topics) =>
        _byProducer.Values.SelectMany(offsets => offsets.Keys).Where(key => topics.Contains(key.Partition.Topic))
            .Distinct().Order(ByGroupAndPartition);

    /// <summary>True when an open transaction may change how far a group has come in a partition.</summary>
    public bool Has(string groupId, TopicPartition partition) =>
        _byProducer.Count > 0 && _byProducer.Values.Any(offsets => offsets.ContainsKey((groupId, partition)));

    /// <summary>True when an open transaction may change how far a group has come anywhere.</summary>
    public bool Has(string groupId) =>
        _byProducer.Count > 0 && _byProducer.Values.Any(offsets => offsets.Keys.Any(key => key.Group == groupId));

    private static Comparer<(string Group, TopicPartition Partition)> ByGroupAndPartition { get; } =
        Comparer<(string Group, TopicPartition Partition)>.Create((left, right) =>
            string.CompareOrdinal(left.Group, right.Group) is var byGroup and not 0
                ? byGroup
                : left.Partition.CompareTo(right.Partition));
}
