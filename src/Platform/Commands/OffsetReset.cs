using System.Globalization;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Commands;

/// <summary>Where a group's offsets shall go; never outside of what the partitions hold.</summary>
internal static class OffsetReset
{
    /// <summary>The new offset of each partition.</summary>
    /// <exception cref="CommandException">Neither or both of <paramref name="to"/> and <paramref name="by"/> are given.</exception>
    public static async Task<Dictionary<TopicPartition, OffsetAndMetadata>> TargetsAsync(
        AdminClient admin, Dictionary<TopicPartition, OffsetAndMetadata> committed, string? to, long? by, CancellationToken cancellation)
    {
        if (to is null == by is null)
            throw new CommandException("give either --to earliest|latest|OFFSET|TIME or --by RECORDS");
        var first = await admin.ListOffsetsAsync(committed.Keys, OffsetSpec.Earliest, cancellation);
        var end = await admin.ListOffsetsAsync(committed.Keys, OffsetSpec.Latest, cancellation);
        var wanted = await WantedAsync(admin, committed, to, by, cancellation);
        return committed.Keys.ToDictionary(
            partition => partition,
            partition => new OffsetAndMetadata(Math.Clamp(wanted(partition), first[partition].Offset, end[partition].Offset)));
    }

    private static async Task<Func<TopicPartition, long>> WantedAsync(
        AdminClient admin, Dictionary<TopicPartition, OffsetAndMetadata> committed, string? to, long? by, CancellationToken cancellation)
    {
        if (by is { } distance)
            return partition => committed[partition].Offset + distance;
        if (to == "earliest")
            return _ => 0;
        if (to == "latest")
            return _ => long.MaxValue;
        if (long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return _ => offset;
        if (!DateTimeOffset.TryParse(to, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            throw new CommandException($"--to takes earliest, latest, an offset or a time such as 2026-11-21T10:00:00Z, not '{to}'");
        var found = await admin.ListOffsetsAsync(committed.Keys, OffsetSpec.ForTimestamp(time.ToUnixTimeMilliseconds()), cancellation);
        // No record at or after the time: everything has been read by then.
        return partition => found[partition].Offset < 0 ? long.MaxValue : found[partition].Offset;
    }
}
