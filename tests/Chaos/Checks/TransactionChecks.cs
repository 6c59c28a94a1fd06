using Platform.Chaos.History;
using Platform.Protocol;

namespace Platform.Chaos.Checks;

/// <summary>I6: transactions are whole or not there.</summary>
public sealed class TransactionsAreWhole : ICheck
{
    /// <inheritdoc/>
    public string Rule => "of a transaction committed readers see everything or nothing, as its producer was told";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence)
    {
        var visible = evidence.FinalCommitted.Select(record => (record.Partition, record.Value)).ToHashSet();
        var sent = evidence.Written.Where(w => w.Transaction >= 0).ToLookup(w => (w.Writer, w.Transaction));
        foreach (var ended in evidence.Transactions)
        {
            var records = sent[(ended.Writer, ended.Transaction)].ToList();
            var seen = records.Count(w => visible.Contains((w.Partition, new Mark(w.Writer, w.Sequence))));
            var name = $"transaction {ended.Transaction} of {ended.Writer}";
            if (ended.Outcome == Outcome.Ok && seen < records.Count)
                yield return $"{name} was committed, but {records.Count - seen} of its {records.Count} records are missing";
            if (ended.Outcome == Outcome.Failed && seen > 0)
                yield return $"{name} was aborted, but {seen} of its {records.Count} records are visible";
            if (ended.Outcome == Outcome.Unknown && seen > 0 && seen < records.Count)
                yield return $"{name} is torn: {seen} of its {records.Count} records are visible";
        }
    }
}

/// <summary>I6 while it happens: a committed reader is never handed an aborted record.</summary>
public sealed class AbortedStaysHidden : ICheck
{
    /// <inheritdoc/>
    public string Rule => "readers of committed records are handed no aborted one";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence)
    {
        var aborted = evidence.Transactions.Where(ended => ended.Outcome == Outcome.Failed)
            .Select(ended => (ended.Writer, ended.Transaction)).ToHashSet();
        var hidden = evidence.Written.Where(w => w.Transaction >= 0 && aborted.Contains((w.Writer, w.Transaction)))
            .Select(w => (w.Partition, new Mark(w.Writer, w.Sequence))).ToHashSet();
        return from read in evidence.Consumed
               where read.Committed && hidden.Contains((read.Partition, read.Value))
               select $"{read.Reader} was handed {read.Value} of an aborted transaction at {read.Partition} offset {read.Offset}";
    }
}

/// <summary>I8: a copy by transactions has each record once.</summary>
public sealed class CopiesAreExact(string from, string to) : ICheck
{
    /// <inheritdoc/>
    public string Rule => "a transactional copy has every record of its source once";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence)
    {
        // Copied up to where the group is; what the source has beyond is not due yet.
        var copied = evidence.FinalCommitted.Where(r => r.Partition.Topic == to).GroupBy(r => r.Value).ToDictionary(g => g.Key, g => g.Count());
        foreach (var (value, copies) in copied.Where(copy => copy.Value > 1))
            yield return $"{to} has {value} {copies} times";
        var done = evidence.Events.OfType<OffsetCommitted>().Where(c => c.Partition.Topic == from && c.Outcome == Outcome.Ok)
            .GroupBy(c => c.Partition).ToDictionary(g => g.Key, g => g.Max(c => c.Offset));
        foreach (var record in evidence.FinalCommitted.Where(r => r.Partition.Topic == from))
            if (done.TryGetValue(record.Partition, out var end) && record.Offset < end && !copied.ContainsKey(record.Value))
                yield return $"{to} lacks {record.Value}, which the copier has read at {record.Partition} offset {record.Offset}";
    }
}
