using Platform.Chaos.History;

namespace Platform.Chaos.Checks;

/// <summary>A rule that histories keep. Pure: reads what was recorded, and nothing else.</summary>
public interface ICheck
{
    /// <summary>The rule, as a sentence.</summary>
    string Rule { get; }

    /// <summary>Every breach, in words.</summary>
    IEnumerable<string> Breaches(Evidence evidence);
}

/// <summary>A history, sorted into what the rules look at.</summary>
public sealed class Evidence
{
    /// <summary>Sorts.</summary>
    public Evidence(IReadOnlyList<HistoryEvent> events)
    {
        Events = events;
        Written = [.. events.OfType<Written>()];
        Consumed = [.. events.OfType<Consumed>()];
        Transactions = [.. events.OfType<TransactionEnded>()];
        Final = [.. events.OfType<FinalRecord>().Where(record => !record.Committed).OrderBy(r => r.Partition).ThenBy(r => r.Offset)];
        FinalCommitted = [.. events.OfType<FinalRecord>().Where(record => record.Committed)];
        Faults = [.. events.OfType<FaultPeriod>()];
    }

    /// <summary>Everything.</summary>
    public IReadOnlyList<HistoryEvent> Events { get; }

    /// <summary>What was sent.</summary>
    public IReadOnlyList<Written> Written { get; }

    /// <summary>What readers were handed.</summary>
    public IReadOnlyList<Consumed> Consumed { get; }

    /// <summary>How transactions ended.</summary>
    public IReadOnlyList<TransactionEnded> Transactions { get; }

    /// <summary>What is there in the end, by partition and offset.</summary>
    public IReadOnlyList<FinalRecord> Final { get; }

    /// <summary>What committed readers see in the end.</summary>
    public IReadOnlyList<FinalRecord> FinalCommitted { get; }

    /// <summary>What was broken when.</summary>
    public IReadOnlyList<FaultPeriod> Faults { get; }
}
