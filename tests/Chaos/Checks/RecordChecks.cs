using Platform.Chaos.History;
using Platform.Protocol;

namespace Platform.Chaos.Checks;

/// <summary>I1: what was acknowledged is there in the end.</summary>
public sealed class NothingLost : ICheck
{
    /// <inheritdoc/>
    public string Rule => "no acknowledged record is lost";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence)
    {
        var there = evidence.Final.Select(record => (record.Partition, record.Value)).ToHashSet();
        return from sent in evidence.Written
               where sent.Outcome == Outcome.Ok && !there.Contains((sent.Partition, new Mark(sent.Writer, sent.Sequence)))
               select $"{sent.Writer}#{sent.Sequence} was acknowledged at {sent.Partition} offset {sent.Offset}, and is gone";
    }
}

/// <summary>I2: retries leave no second copy.</summary>
public sealed class NothingTwice : ICheck
{
    /// <inheritdoc/>
    public string Rule => "no record of an idempotent producer is there twice";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence)
    {
        var idempotent = evidence.Written.Where(sent => sent.Guarantee == Guarantee.ExactlyOnce)
            .Select(sent => (sent.Partition, new Mark(sent.Writer, sent.Sequence))).ToHashSet();
        return from record in evidence.Final
               group record.Offset by (record.Partition, record.Value) into copies
               where copies.Count() > 1 && idempotent.Contains(copies.Key)
               select $"{copies.Key.Value} is in {copies.Key.Partition} at the offsets {string.Join(", ", copies)}";
    }
}

/// <summary>For the control without idempotence: finds every second copy.</summary>
public sealed class AnythingTwice : ICheck
{
    /// <inheritdoc/>
    public string Rule => "no record is there twice, whoever wrote it";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence) =>
        from record in evidence.Final
        where record.Partition.Topic == Faults.Topics.Plain
        group record.Offset by (record.Partition, record.Value) into copies
        where copies.Count() > 1
        select $"{copies.Key.Value} is in {copies.Key.Partition} at the offsets {string.Join(", ", copies)}";
}

/// <summary>I3: whoever looks at an offset sees the same record.</summary>
public sealed class OffsetsKeepTheirRecord : ICheck
{
    /// <inheritdoc/>
    public string Rule => "an offset holds one record, for ever and for everybody";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence)
    {
        var seen = new Dictionary<(TopicPartition, long), (Mark Value, string Who)>();
        var sightings = evidence.Final.Select(r => (r.Partition, r.Offset, r.Value, Who: "the final read"))
            .Concat(evidence.Consumed.Select(r => (r.Partition, r.Offset, r.Value, Who: r.Reader)))
            .Concat(evidence.Written.Where(w => w is { Outcome: Outcome.Ok, Offset: >= 0 })
                .Select(w => (w.Partition, w.Offset, Value: new Mark(w.Writer, w.Sequence), Who: "the acknowledgement")));
        foreach (var (partition, offset, value, who) in sightings)
            if (!seen.TryAdd((partition, offset), (value, who)) && seen[(partition, offset)].Value != value)
                yield return $"{partition} offset {offset} is {seen[(partition, offset)].Value} for {seen[(partition, offset)].Who}, "
                    + $"and {value} for {who}";
    }
}

/// <summary>I4: records of a producer are in the order in which they were sent, and a record that is sent after another was
/// acknowledged comes after it.</summary>
public sealed class OrderIsKept : ICheck
{
    /// <inheritdoc/>
    public string Rule => "records are in the order in which they were sent";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence) => OfEachWriter(evidence).Concat(InRealTime(evidence));

    private static IEnumerable<string> OfEachWriter(Evidence evidence)
    {
        var ordered = evidence.Written.Where(sent => sent is { Guarantee: Guarantee.ExactlyOnce, Transaction: < 0 })
            .Select(sent => (sent.Partition, sent.Writer)).ToHashSet();
        var last = new Dictionary<(TopicPartition, string), FinalRecord>();
        foreach (var record in evidence.Final.Where(record => ordered.Contains((record.Partition, record.Value.Writer))))
        {
            var key = (record.Partition, record.Value.Writer);
            if (last.TryGetValue(key, out var before) && before.Value.Sequence > record.Value.Sequence)
                yield return $"{record.Partition}: {record.Value} at {record.Offset} comes after {before.Value} at {before.Offset}";
            last[key] = record;
        }
    }

    private static IEnumerable<string> InRealTime(Evidence evidence)
    {
        foreach (var partition in evidence.Written.Where(w => w is { Outcome: Outcome.Ok, Offset: >= 0 }).GroupBy(w => w.Partition))
        {
            var acknowledged = partition.OrderBy(sent => sent.EndedUs).ToList();
            var (next, highest) = (0, -1L);
            foreach (var sent in partition.OrderBy(sent => sent.BeganUs))
            {
                for (; next < acknowledged.Count && acknowledged[next].EndedUs < sent.BeganUs; next++)
                    highest = Math.Max(highest, acknowledged[next].Offset);
                if (sent.Offset <= highest)
                    yield return $"{partition.Key}: {sent.Writer}#{sent.Sequence} got {sent.Offset}, "
                        + $"although {highest} was acknowledged before it was sent";
            }
        }
    }
}
