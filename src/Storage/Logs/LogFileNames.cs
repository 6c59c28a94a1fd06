using System.Globalization;
using Platform.Protocol;

namespace Platform.Storage;

/// <summary>Kafka's names of files and directories.</summary>
internal static class LogFileNames
{
    internal const string Log = ".log";
    internal const string OffsetIndex = ".index";
    internal const string TimeIndex = ".timeindex";
    internal const string TransactionIndex = ".txnindex";
    internal const string Snapshot = ".snapshot";
    internal const string Deleted = ".deleted";
    internal const string Cleaned = ".cleaned";
    internal const string Swap = ".swap";
    internal const string DeleteDirectory = "-delete";
    internal const string FutureDirectory = "-future";
    internal const string StrayDirectory = "-stray";
    private const int OffsetDigits = 20;
    private const int LongDigits = 16;
    private const int LongestName = 255;

    /// <summary>The files of a segment.</summary>
    internal static readonly string[] SegmentKinds = [Log, OffsetIndex, TimeIndex, TransactionIndex];

    internal static string For(string directory, long offset, string suffix) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{offset:D20}{suffix}"));

    /// <summary>The offset in a name of 20 digits and this suffix.</summary>
    internal static bool TryParseOffset(string name, string suffix, out long offset)
    {
        offset = 0;
        return name.Length == OffsetDigits + suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) &&
            long.TryParse(name.AsSpan(0, OffsetDigits), NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }

    /// <summary>The partition in a directory's name: everything before the last dash, and the number behind
    /// it.</summary>
    internal static bool TryParsePartition(string name, out TopicPartition partition)
    {
        partition = default;
        var dash = name.LastIndexOf('-');
        if (dash <= 0 ||
            !int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        partition = new TopicPartition(name[..dash], number);
        return true;
    }

    /// <summary>The partition in the name of a directory that ends in <c>.id-future</c>.</summary>
    internal static bool TryParseFuture(string name, out TopicPartition partition)
    {
        partition = default;
        var dot = name.LastIndexOf('.');
        return dot > 0 && name.EndsWith(FutureDirectory, StringComparison.Ordinal) && TryParsePartition(name[..dot], out partition);
    }

    /// <summary>May the partition's directory be renamed without cutting off a part of the topic's name? That part would be
    /// missing when a copy becomes current (KAFKA-4893).</summary>
    internal static bool IsShortEnough(TopicPartition partition) =>
        partition.ToString().Length + 1 + 2 * LongDigits + FutureDirectory.Length <= LongestName;

    /// <summary>The name of a directory on its way out, <c>topic-N.id-delete</c>, within the 255 bytes of a
    /// name.</summary>
    internal static string Renamed(TopicPartition partition, Uuid id, string suffix)
    {
        var tail = string.Create(CultureInfo.InvariantCulture,
            $"-{partition.Partition}.{id.MostSignificantBits:x16}{id.LeastSignificantBits:x16}{suffix}");
        return partition.Topic[..Math.Min(partition.Topic.Length, LongestName - tail.Length)] + tail;
    }
}
