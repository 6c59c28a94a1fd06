using Platform.Client.Admin;

namespace Platform.Dashboard.Features.Messages;

/// <summary>Where browsing begins.</summary>
internal enum BrowseFrom
{
    /// <summary>The last messages, newest first.</summary>
    Newest,
    /// <summary>The first messages that are left.</summary>
    Oldest,
    /// <summary>An offset of each partition.</summary>
    Offset,
    /// <summary>A time.</summary>
    Time,
}

/// <summary>What a person wants to see of a topic. Made from the address, so that a page can be shared.</summary>
/// <param name="From">Where to begin.</param>
/// <param name="Partition">The one partition to read, or null for all.</param>
/// <param name="Offset">With <see cref="BrowseFrom.Offset"/>: the offset.</param>
/// <param name="TimeMs">With <see cref="BrowseFrom.Time"/>: the time in ms since 1970.</param>
internal sealed record MessageQuery(BrowseFrom From, int? Partition, long Offset, long TimeMs)
{
    /// <summary>Most messages of one page.</summary>
    public const int PageSize = 100;

    private const int MaxRounds = 20;
    private const int FetchWaitMs = 300;

    /// <summary>The messages of the page, in the order to be shown, read from <paramref name="partitions"/>.</summary>
    public async Task<IReadOnlyList<Message>> RunAsync(
        MessageReader reader, string topic, IReadOnlyList<int> partitions, CancellationToken cancellation)
    {
        var asked = partitions.Where(partition => Partition is null || Partition == partition).ToList();
        if (asked.Count == 0)
            return [];
        var starts = await reader.OffsetsAsync(topic, asked, OffsetSpec.Earliest, cancellation);
        var ends = await reader.OffsetsAsync(topic, asked, OffsetSpec.Latest, cancellation);
        var positions = await PositionsAsync(reader, topic, asked, starts, ends, cancellation);
        var found = await ReadAsync(reader, topic, positions, ends, cancellation);
        return From == BrowseFrom.Newest
            ? [.. found.OrderByDescending(message => message.TimestampMs)
                .ThenByDescending(message => message.Offset).Take(PageSize)]
            : [.. found.OrderBy(message => message.TimestampMs).ThenBy(message => message.Offset).Take(PageSize)];
    }

    private async Task<Dictionary<int, long>> PositionsAsync(
        MessageReader reader, string topic, List<int> asked, Dictionary<int, long> starts, Dictionary<int, long> ends,
        CancellationToken cancellation)
    {
        var times = From == BrowseFrom.Time
            ? await reader.OffsetsAsync(topic, asked, OffsetSpec.ForTimestamp(Math.Max(0, TimeMs)), cancellation)
            : null;
        return asked.ToDictionary(partition => partition, partition => From switch
        {
            BrowseFrom.Newest => Math.Max(starts[partition], ends[partition] - PageSize),
            BrowseFrom.Offset => Math.Clamp(Offset, starts[partition], ends[partition]),
            BrowseFrom.Time => times![partition] < 0 ? ends[partition] : times[partition],
            _ => starts[partition],
        });
    }

    // Reads until the page is full or all partitions are at the ends that they had at the beginning.
    private static async Task<List<Message>> ReadAsync(
        MessageReader reader, string topic, Dictionary<int, long> positions, Dictionary<int, long> ends,
        CancellationToken cancellation)
    {
        var found = new List<Message>();
        for (var round = 0; round < MaxRounds; round++)
        {
            var open = positions.Where(position => position.Value < ends[position.Key]
                && found.Count(message => message.Partition == position.Key) < PageSize).ToDictionary();
            if (open.Count == 0)
                break;
            var (messages, next) = await reader.FetchAsync(topic, open, FetchWaitMs, cancellation);
            foreach (var partition in messages.GroupBy(message => message.Partition))
                found.AddRange(partition.Take(PageSize));
            foreach (var (partition, position) in next)
                positions[partition] = position;
        }
        return found;
    }
}
