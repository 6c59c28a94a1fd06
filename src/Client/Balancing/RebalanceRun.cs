using Platform.Protocol;

namespace Platform.Client.Balancing;

/// <summary>What a run does next.</summary>
/// <param name="Begin">Moves to begin.</param>
/// <param name="Elect">Partitions whose move is complete, and whose preferred leader shall lead.</param>
/// <param name="IsDone">True when nothing is left.</param>
internal sealed record RebalanceStep(
    IReadOnlyList<PlannedMove> Begin, IReadOnlyList<TopicPartition> Elect, bool IsDone);

/// <summary>Decides which moves of a plan run when: few at a time, none while the cluster suffers.</summary>
internal sealed class RebalanceRun(RebalancePlan plan, RebalanceRunSettings settings)
{
    // Moves that copy nothing are over at once, and as many fit into one request.
    private const int MaxLeaderMovesPerStep = 1_000;

    private readonly Queue<PlannedMove> _waiting = new(plan.Moves);
    private readonly Dictionary<TopicPartition, PlannedMove> _begun = [];
    private readonly List<string> _failed = [];
    private IReadOnlyList<TopicPartition> _underWay = [];
    private int _done;

    public AdaptiveThrottle Throttle { get; } = new(settings.BytesPerSecond, settings.LeastBytesPerSecond);

    public RebalanceProgress Progress => new(
        _done, _underWay, _waiting.Count, _failed, Throttle.BytesPerSecond, Throttle.Complaint);

    /// <summary>Takes what the cluster is doing, and says what to do.</summary>
    /// <param name="underWay">Partitions that are moving, those of others included.</param>
    public RebalanceStep Next(IReadOnlyCollection<TopicPartition> underWay)
    {
        _underWay = [.. underWay.Order()];
        var complete = _begun.Keys.Where(partition => !underWay.Contains(partition)).Order().ToList();
        foreach (var partition in complete)
            _begun.Remove(partition);
        _done += complete.Count;
        var begin = Begin(underWay);
        return new RebalanceStep(begin, complete, _begun.Count == 0 && _waiting.Count == 0 && underWay.Count == 0);
    }

    /// <summary>A move was refused: it will not be waited for.</summary>
    public void Failed(TopicPartition partition, string reason)
    {
        if (_begun.Remove(partition))
            _failed.Add($"{partition}: {reason}");
    }

    private List<PlannedMove> Begin(IReadOnlyCollection<TopicPartition> underWay)
    {
        var begin = new List<PlannedMove>();
        var copies = underWay.Count;
        while (_waiting.TryPeek(out var move) && begin.Count < MaxLeaderMovesPerStep)
        {
            if (!move.IsLeaderOnly && (Throttle.Complaint is not null || copies >= settings.MaxConcurrentMoves))
                break;
            copies += move.IsLeaderOnly ? 0 : 1;
            _waiting.Dequeue();
            _begun[move.Partition] = move;
            begin.Add(move);
        }
        return begin;
    }
}
