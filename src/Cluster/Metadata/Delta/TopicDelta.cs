using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Changes of one topic.</summary>
public sealed class TopicDelta
{
    private readonly SortedDictionary<int, PartitionRegistration> _changes = [];

    internal TopicDelta(TopicImage image) => Image = image;

    /// <summary>The topic before; without partitions when it is new.</summary>
    public TopicImage Image { get; }

    /// <summary>Name of the topic.</summary>
    public string Name => Image.Name;

    /// <summary>Id of the topic.</summary>
    public Uuid Id => Image.Id;

    /// <summary>Partitions that are new or changed, by number.</summary>
    public IReadOnlyDictionary<int, PartitionRegistration> Changes => _changes;

    internal void Replay(PartitionRecord record) => _changes[record.PartitionId] = PartitionRegistration.From(record);

    internal void Replay(PartitionChangeRecord record)
    {
        var before = _changes.GetValueOrDefault(record.PartitionId) ?? Image.Partition(record.PartitionId)
            ?? throw new InvalidMetadataException(
            $"a change is about {Name}-{record.PartitionId}, which does not exist");
        _changes[record.PartitionId] = before.With(record);
    }

    internal void ClearElr()
    {
        for (var number = 0; number < Image.Partitions.Count; number++)
            Clear(number, _changes.GetValueOrDefault(number) ?? Image.Partitions[number]);
        foreach (var (number, partition) in _changes.Where(change => change.Key >= Image.Partitions.Count).ToList())
            Clear(number, partition);
    }

    private void Clear(int number, PartitionRegistration partition)
    {
        if (partition.EligibleLeaderReplicas.Count > 0 || partition.LastKnownElr.Count > 0)
            _changes[number] = partition with
            {
                EligibleLeaderReplicas = [],
                LastKnownElr = [],
                PartitionEpoch = partition.PartitionEpoch + 1,
            };
    }

    internal TopicImage Apply()
    {
        if (_changes.Count == 0)
            return Image;
        var partitions = new PartitionRegistration[Math.Max(Image.Partitions.Count, _changes.Keys.Last() + 1)];
        for (var number = 0; number < Image.Partitions.Count; number++)
            partitions[number] = Image.Partitions[number];
        foreach (var (number, partition) in _changes)
            partitions[number] = partition;
        var missing = Array.IndexOf(partitions, null);
        return missing < 0 ? Image with { Partitions = partitions }
            : throw new InvalidMetadataException(
                $"{Name} has {partitions.Length} partitions, but there is no {Name}-{missing}");
    }
}
