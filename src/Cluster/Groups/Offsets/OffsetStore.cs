using Platform.Protocol;

namespace Platform.Cluster.Groups.Offsets;

/// <summary>The committed offsets of all groups of a shard. Changed by replayed records alone.</summary>
internal sealed class OffsetStore
{
    private static readonly SortedDictionary<TopicPartition, CommittedOffset> Nothing = [];
    private readonly Dictionary<string, SortedDictionary<TopicPartition, CommittedOffset>> _byGroup =
        new(StringComparer.Ordinal);

    public void Put(string groupId, TopicPartition partition, CommittedOffset offset)
    {
        if (!_byGroup.TryGetValue(groupId, out var offsets))
            _byGroup[groupId] = offsets = [];
        offsets[partition] = offset;
    }

    public void Remove(string groupId, TopicPartition partition)
    {
        if (_byGroup.TryGetValue(groupId, out var offsets) && offsets.Remove(partition) && offsets.Count == 0)
            _byGroup.Remove(groupId);
    }

    public CommittedOffset? Find(string groupId, TopicPartition partition) =>
        OffsetsOf(groupId).GetValueOrDefault(partition);

    /// <summary>The offsets of a group, in the order of topics and partitions.</summary>
    public IReadOnlyDictionary<TopicPartition, CommittedOffset> OffsetsOf(string groupId) =>
        _byGroup.GetValueOrDefault(groupId) ?? Nothing;

    public IEnumerable<TopicPartition> PartitionsOf(string groupId) => OffsetsOf(groupId).Keys;

    public bool HasOffsets(string groupId) => _byGroup.ContainsKey(groupId);
}
