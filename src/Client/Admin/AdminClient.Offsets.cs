using Platform.Client.Metadata;
using Platform.Protocol;

namespace Platform.Client.Admin;

public sealed partial class AdminClient
{
    /// <summary>Looks up offsets: the start, the end, or the first at a time. Each partition has its own
    /// error.</summary>
    /// <param name="specs">What is asked for of each partition.</param>
    /// <param name="readCommitted">True for the end of what committed transactions allow to be read.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<IReadOnlyDictionary<TopicPartition, ListOffsetsResult>> ListOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, OffsetSpec> specs, bool readCommitted = false,
        CancellationToken cancellation = default) =>
        OffsetLookup.RunAsync(_cluster, specs, readCommitted, cancellation);

    /// <summary>As above, with the same question about each partition.</summary>
    public Task<IReadOnlyDictionary<TopicPartition, ListOffsetsResult>> ListOffsetsAsync(
        IEnumerable<TopicPartition> partitions, OffsetSpec spec, CancellationToken cancellation = default) =>
        ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => spec), false, cancellation);
}
