using Platform.Cluster.Coordination;

namespace Platform.Broker.Coordination;

/// <summary>The timers of one shard. Guarded by the lock of its <see cref="CoordinatorPartition"/>.</summary>
internal sealed class CoordinatorTimers
{
    private readonly SortedSet<(long DeadlineMs, long Sequence, CoordinatorTimerKey Key)> _byDeadline = new(ByDeadline);
    private readonly Dictionary<CoordinatorTimerKey, (long DeadlineMs, long Sequence)> _byKey = [];
    private long _nextSequence;

    private static Comparer<(long DeadlineMs, long Sequence, CoordinatorTimerKey Key)> ByDeadline { get; } =
        Comparer<(long DeadlineMs, long Sequence, CoordinatorTimerKey Key)>.Create((left, right) =>
            left.DeadlineMs != right.DeadlineMs
                ? left.DeadlineMs.CompareTo(right.DeadlineMs)
                : left.Sequence.CompareTo(right.Sequence));

    /// <summary>Sets a timer, or moves it.</summary>
    public void Set(CoordinatorTimerKey key, long deadlineMs)
    {
        Cancel(key);
        var place = (deadlineMs, _nextSequence++);
        _byKey[key] = place;
        _byDeadline.Add((place.deadlineMs, place.Item2, key));
    }

    /// <summary>Forgets a timer.</summary>
    public void Cancel(CoordinatorTimerKey key)
    {
        if (_byKey.Remove(key, out var place))
            _byDeadline.Remove((place.DeadlineMs, place.Sequence, key));
    }

    /// <summary>Takes out the next timer that is due; with equal deadlines, the one that was set first.</summary>
    public bool TryTakeDue(long nowMs, out CoordinatorTimerKey key)
    {
        key = default;
        if (_byDeadline.Count == 0 || _byDeadline.Min.DeadlineMs > nowMs)
            return false;
        key = _byDeadline.Min.Key;
        Cancel(key);
        return true;
    }
}
