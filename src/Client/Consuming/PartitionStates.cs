using Platform.Protocol;

namespace Platform.Client.Consuming;

/// <summary>The partitions that the consumer reads now. Touched only by whoever polls.</summary>
internal sealed class PartitionStates
{
    private readonly SortedDictionary<TopicPartition, PartitionState> _states = [];

    public int Count => _states.Count;

    public IReadOnlyCollection<PartitionState> All => _states.Values;

    public IReadOnlyList<TopicPartition> Partitions => [.. _states.Keys];

    public PartitionState? Find(TopicPartition partition) => _states.GetValueOrDefault(partition);

    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public PartitionState this[TopicPartition partition] => Find(partition)
        ?? throw new InvalidOperationException($"{partition} is not assigned to this consumer");

    /// <summary>Replaces the set; partitions that stay keep their state.</summary>
    public void Assign(IReadOnlyCollection<TopicPartition> partitions)
    {
        foreach (var gone in _states.Keys.Except(partitions).ToList())
            _states.Remove(gone);
        foreach (var partition in partitions)
            _states.TryAdd(partition, new PartitionState(partition));
    }

    public void Remove(IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            _states.Remove(partition);
    }
}
