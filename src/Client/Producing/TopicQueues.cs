using System.Collections.Concurrent;
using Platform.Client.Metadata;
using Platform.Protocol;

namespace Platform.Client.Producing;

/// <summary>The partitions of one topic, and where its next record without a key goes.</summary>
internal sealed class TopicQueues(string topic, ProducerOptions options)
{
    private readonly StickyPartitioner _sticky = new(options.BatchSize);
    private readonly ConcurrentDictionary<int, PartitionQueue> _partitions = new();

    /// <summary>The partition of a record.</summary>
    /// <exception cref="KafkaException">The record names a partition that the topic does not have.</exception>
    public PartitionQueue QueueFor(in ProducerRecord record, TopicMetadata metadata, int size)
    {
        var partition = record.Partition ?? (record.Key is { } key
            ? Murmur2.Partition(key.Span, metadata.Partitions.Count)
            : _sticky.Next(metadata, size));
        if (record.Partition is { } named && metadata.Partition(named) is null)
            throw new KafkaException(ErrorCode.UnknownTopicOrPartition,
                $"{topic} has no partition {named}: it has {metadata.Partitions.Count}");
        return _partitions.TryGetValue(partition, out var known) ? known : _partitions.GetOrAdd(
            partition, index => new PartitionQueue(new TopicPartition(topic, index), options));
    }

    public IEnumerable<PartitionQueue> Partitions => _partitions.Values;
}
