using Platform.Chaos.History;
using Platform.Protocol;

namespace Platform.Chaos.Checks;

/// <summary>I5: within one assignment a reader goes forward, record by record.</summary>
public sealed class ReadersGoForward : ICheck
{
    /// <inheritdoc/>
    public string Rule => "readers neither skip records nor go back";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence)
    {
        var all = Offsets(evidence.Final);
        var committed = Offsets(evidence.FinalCommitted);
        var last = new Dictionary<(string, TopicPartition), long>();
        foreach (var read in evidence.Consumed)
        {
            var before = last.TryGetValue((read.Reader, read.Partition), out var found) ? found : (long?)null;
            last[(read.Reader, read.Partition)] = read.Offset;
            if (before is null)
                continue;
            if (read.Offset <= before)
                yield return $"{read.Reader} went back in {read.Partition} from {before} to {read.Offset}";
            else if (Skipped((read.Committed ? committed : all).GetValueOrDefault(read.Partition), before.Value, read.Offset) is { } skipped)
                yield return $"{read.Reader} skipped {skipped} records of {read.Partition} between {before} and {read.Offset}";
        }
    }

    private static Dictionary<TopicPartition, long[]> Offsets(IEnumerable<FinalRecord> records) => records
        .GroupBy(record => record.Partition).ToDictionary(g => g.Key, g => g.Select(r => r.Offset).Order().ToArray());

    private static int? Skipped(long[]? offsets, long before, long read)
    {
        if (offsets is null)
            return null;
        var between = IndexOf(offsets, read) - IndexOf(offsets, before + 1);
        return between > 0 ? between : null;
    }

    private static int IndexOf(long[] offsets, long offset)
    {
        var index = Array.BinarySearch(offsets, offset);
        return index < 0 ? ~index : index;
    }
}

/// <summary>I9: offsets of a group never go back, and never vanish.</summary>
public sealed class CommittedOffsetsStay : ICheck
{
    /// <inheritdoc/>
    public string Rule => "committed offsets of a group neither go back nor vanish";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence)
    {
        // What was committed before the question began must be in the answer; answers to later questions may not be lower.
        var known = evidence.Events.OfType<OffsetCommitted>()
            .Where(commit => commit is { Outcome: Outcome.Ok, InTransaction: false })
            .Select(commit => (Key: (commit.Group, commit.Partition), commit.Offset, commit.EndedUs))
            .Concat(evidence.Events.OfType<OffsetSeen>()
                .Select(seen => (Key: (seen.Group, seen.Partition), seen.Offset, seen.EndedUs)))
            .OrderBy(fact => fact.EndedUs).ToList();
        var highest = new Dictionary<(string, TopicPartition), long>();
        var next = 0;
        foreach (var seen in evidence.Events.OfType<OffsetSeen>().OrderBy(seen => seen.BeganUs))
        {
            for (; next < known.Count && known[next].EndedUs < seen.BeganUs; next++)
                highest[known[next].Key] = Math.Max(highest.GetValueOrDefault(known[next].Key, -1), known[next].Offset);
            if (highest.TryGetValue((seen.Group, seen.Partition), out var expected) && seen.Offset < expected)
                yield return $"group {seen.Group} is told {seen.Offset} for {seen.Partition}, after {expected} was committed";
        }
    }
}

/// <summary>A group reads everything below its committed offsets.</summary>
public sealed class GroupsReadEverything : ICheck
{
    /// <inheritdoc/>
    public string Rule => "what a group has committed, some member of it was handed";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence)
    {
        var read = evidence.Consumed.Where(r => r.Group is not null)
            .Select(r => (r.Group!, r.Partition, r.Offset)).ToHashSet();
        var onlyCommitted = evidence.Consumed.Where(r => r is { Group: not null, Committed: true }).Select(r => r.Group!).ToHashSet();
        var ends = evidence.Events.OfType<OffsetCommitted>().Where(c => c.Outcome == Outcome.Ok)
            .GroupBy(c => (c.Group, c.Partition)).ToDictionary(g => g.Key, g => g.Max(c => c.Offset));
        var readers = evidence.Consumed.Select(r => r.Group).ToHashSet();
        return from end in ends
               where readers.Contains(end.Key.Group)
               let records = onlyCommitted.Contains(end.Key.Group) ? evidence.FinalCommitted : evidence.Final
               let missed = records.Where(r => r.Partition == end.Key.Partition && r.Offset < end.Value
                   && !read.Contains((end.Key.Group, r.Partition, r.Offset))).Select(r => r.Offset).ToList()
               where missed.Count > 0
               select $"group {end.Key.Group} committed {end.Value} for {end.Key.Partition} without having read {missed.Count} records, "
                   + $"the first at {missed[0]}";
    }
}
