using System.Buffers.Binary;

namespace Platform.Broker.Tiering;

/// <summary>Searches in the indexes of a remote segment, which are Kafka's index files as they were on disk.</summary>
internal static class RemoteIndexes
{
    private const int OffsetEntryBytes = 8;
    private const int TimeEntryBytes = 12;

    /// <summary>Where to begin to read for an offset: a batch begins there that holds it or lies before it.</summary>
    public static int PositionOf(ReadOnlySpan<byte> offsetIndex, long baseOffset, long offset)
    {
        var (low, high) = (-1, offsetIndex.Length / OffsetEntryBytes);
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (baseOffset + BinaryPrimitives.ReadInt32BigEndian(offsetIndex[(middle * OffsetEntryBytes)..]) <= offset)
                low = middle;
            else
                high = middle;
        }
        return low < 0 ? 0 : BinaryPrimitives.ReadInt32BigEndian(offsetIndex[(low * OffsetEntryBytes + sizeof(int))..]);
    }

    /// <summary>From which offset on records may have a timestamp, or a later one.</summary>
    public static long OffsetOf(ReadOnlySpan<byte> timeIndex, long baseOffset, long timestamp)
    {
        var (low, high) = (-1, timeIndex.Length / TimeEntryBytes);
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (BinaryPrimitives.ReadInt64BigEndian(timeIndex[(middle * TimeEntryBytes)..]) <= timestamp)
                low = middle;
            else
                high = middle;
        }
        return low < 0 ? baseOffset
            : baseOffset + BinaryPrimitives.ReadInt32BigEndian(timeIndex[(low * TimeEntryBytes + sizeof(long))..]);
    }
}
