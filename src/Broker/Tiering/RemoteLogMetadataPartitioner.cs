using System.Buffers.Binary;
using Platform.Client.Producing;
using Platform.Protocol;

namespace Platform.Broker.Tiering;

/// <summary>Which partition of <c>__remote_log_metadata</c> a partition's copies are noted in. All brokers must agree on
/// it, Kafka's among them: the murmur2 hash of Java's hash of topic id and number.</summary>
internal static class RemoteLogMetadataPartitioner
{
    private const int Prime = 31;

    /// <summary>The partition, of so many.</summary>
    public static int PartitionFor(TopicIdPartition partition, int partitions)
    {
        var hash = unchecked(((Prime + HashOf(partition.TopicId.LeastSignificantBits)) * Prime
            + HashOf(partition.TopicId.MostSignificantBits)) * Prime + partition.Partition);
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, hash);
        return Murmur2.Partition(bytes, partitions);
    }

    private static int HashOf(long value) => unchecked((int)(value ^ (long)((ulong)value >> 32)));
}
