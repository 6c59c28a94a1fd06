namespace Platform.Cluster.Raft;

/// <summary>Fetches that found nothing new and wait for records, a higher watermark, or their deadline; in order of
/// arrival, one a replica.</summary>
internal sealed class WaitingFetches
{
    private readonly List<QuorumFetch> _waiting = [];

    internal long NextDeadlineMs => _waiting.Count == 0 ? long.MaxValue : _waiting.Min(fetch => fetch.DeadlineMs);

    /// <summary>Adds a fetch; what it pushes out must be answered at once: the replica's earlier fetch, whose
    /// connection is probably gone, or the oldest when there are too many.</summary>
    internal QuorumFetch? Add(QuorumFetch fetch)
    {
        var pushedOut = fetch.Replica.Id >= 0 ? _waiting.Find(other => other.Replica == fetch.Replica) : null;
        if (pushedOut is null && _waiting.Count >= RaftSettings.MaxWaitingFetches)
            pushedOut = _waiting[0];
        if (pushedOut is not null)
            _waiting.Remove(pushedOut);
        _waiting.Add(fetch);
        return pushedOut;
    }

    internal List<QuorumFetch> TakeAll() => Take(_ => true);

    internal List<QuorumFetch> Take(Predicate<QuorumFetch> isDue)
    {
        var taken = _waiting.FindAll(isDue);
        if (taken.Count > 0)
            _waiting.RemoveAll(isDue);
        return taken;
    }
}
