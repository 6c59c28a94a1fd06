using Platform.Chaos.History;
using Platform.Protocol;

namespace Platform.Chaos.Checks;

/// <summary>I11: an epoch has one leader.</summary>
public sealed class OneLeaderPerEpoch : ICheck
{
    /// <inheritdoc/>
    public string Rule => "an epoch has one leader at most, of a partition and of the quorum";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence)
    {
        var partitions = evidence.Events.OfType<LeaderSeen>().Where(seen => seen.LeaderId >= 0)
            .Select(seen => (Epoch: $"{seen.Partition} epoch {seen.Epoch}", seen.LeaderId));
        var quorum = evidence.Events.OfType<QuorumSeen>().Where(seen => seen.LeaderId >= 0)
            .Select(seen => (Epoch: $"the quorum's epoch {seen.Epoch}", seen.LeaderId));
        return from seen in partitions.Concat(quorum)
               group seen.LeaderId by seen.Epoch into leaders
               where leaders.Distinct().Count() > 1
               select $"{leaders.Key} is led by {string.Join(" and ", leaders.Distinct())}";
    }
}

/// <summary>I10: what only grows does not shrink.</summary>
public sealed class NothingGoesBack : ICheck
{
    private readonly record struct Fact(string Name, int Epoch, long Value, long BeganUs, long EndedUs);

    /// <inheritdoc/>
    public string Rule => "leader epochs at a node, and ends and stable ends of partitions, never go back";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence)
    {
        // A node that has just started may know little; within one life its metadata only grows.
        var epochs = evidence.Events.OfType<LeaderSeen>().Select(seen => new Fact(
            $"the epoch of {seen.Partition} at node {seen.Node} (life {seen.Incarnation})", 0, seen.Epoch, seen.BeganUs, seen.EndedUs));
        // A leader that does not know yet that it was replaced may tell of the past, as Kafka's may: its epoch shows it.
        var ends = evidence.Events.OfType<EndSeen>().Select(seen => new Fact(
            $"the {(seen.Committed ? "stable " : "")}end of {seen.Partition}", seen.Epoch, seen.Offset, seen.BeganUs, seen.EndedUs));
        return epochs.Concat(ends).GroupBy(fact => fact.Name).SelectMany(Backward);
    }

    // Only answers that were there before a question was asked bind its answer.
    private static IEnumerable<string> Backward(IGrouping<string, Fact> facts)
    {
        var answers = facts.OrderBy(fact => fact.EndedUs).ToList();
        var highest = new SortedDictionary<int, long>();
        var next = 0;
        foreach (var fact in facts.OrderBy(fact => fact.BeganUs))
        {
            for (; next < answers.Count && answers[next].EndedUs < fact.BeganUs; next++)
                highest[answers[next].Epoch] = Math.Max(highest.GetValueOrDefault(answers[next].Epoch, -1), answers[next].Value);
            var bound = highest.Where(known => known.Key <= fact.Epoch).Select(known => known.Value).DefaultIfEmpty(-1).Max();
            if (fact.Value < bound)
                yield return $"{fact.Name} went back from {bound} to {fact.Value} in epoch {fact.Epoch}";
        }
    }
}

/// <summary>I13: work goes on while a majority is well.</summary>
public sealed class WorkGoesOn(int minAcknowledged) : ICheck
{
    /// <inheritdoc/>
    public string Rule => $"at least {minAcknowledged} records are acknowledged during a fault that leaves a majority";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence) =>
        from fault in evidence.Faults
        where fault.IsTolerable
        let acknowledged = evidence.Written.Count(w => w.Outcome == Outcome.Ok && w.EndedUs >= fault.BeganUs && w.EndedUs <= fault.EndedUs)
        where acknowledged < minAcknowledged
        select $"only {acknowledged} records were acknowledged in the {(fault.EndedUs - fault.BeganUs) / 1e6:0.0} s of: {fault.What}";
}

/// <summary>I13, strictly: retries hide everything from a producer.</summary>
public sealed class NoWriteFails : ICheck
{
    /// <inheritdoc/>
    public string Rule => "no write fails after its retries";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence) =>
        from sent in evidence.Written
        where sent.Outcome != Outcome.Ok
        select $"{sent.Writer}#{sent.Sequence} to {sent.Partition} failed: {sent.Error}";
}

/// <summary>I14 and what else was noticed while running.</summary>
public sealed class NothingStrange : ICheck
{
    /// <inheritdoc/>
    public string Rule => "nothing crashed, got stuck, or answered UNKNOWN_SERVER_ERROR";

    /// <inheritdoc/>
    public IEnumerable<string> Breaches(Evidence evidence) =>
        evidence.Events.OfType<Failure>().Select(failure => $"{failure.Where}: {failure.What}")
            .Concat(evidence.Written.Where(w => w.Error == nameof(ErrorCode.UnknownServerError))
                .Select(w => $"{w.Writer}#{w.Sequence}: UNKNOWN_SERVER_ERROR"));
}
