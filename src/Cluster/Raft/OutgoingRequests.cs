using Platform.Protocol.Messages;

namespace Platform.Cluster.Raft;

/// <summary>At most one request under way to each node, with a timeout, and a pause after a failure.</summary>
internal sealed class OutgoingRequests(RaftSettings settings)
{
    private sealed record UnderWay(long Id, IRequest Message, long DeadlineMs);

    private readonly SortedDictionary<int, UnderWay> _underWay = [];
    private readonly SortedDictionary<int, long> _pausedUntilMs = [];
    private long _lastId;

    internal bool MaySend(int nodeId, long nowMs) => !_underWay.ContainsKey(nodeId) && ReadyAtMs(nodeId) <= nowMs;

    /// <summary>When the node may be asked again; far away while it is being asked.</summary>
    internal long ReadyAtMs(int nodeId) =>
        _underWay.TryGetValue(nodeId, out var request) ? request.DeadlineMs : _pausedUntilMs.GetValueOrDefault(nodeId);

    internal long Sent(int nodeId, IRequest message, long nowMs)
    {
        _underWay[nodeId] = new UnderWay(++_lastId, message, nowMs + settings.RequestTimeoutMs);
        return _lastId;
    }

    /// <summary>The request that a response belongs to; null when it came late, twice, or for an earlier
    /// role.</summary>
    internal IRequest? Complete(int nodeId, long requestId)
    {
        if (!_underWay.TryGetValue(nodeId, out var request) || request.Id != requestId)
            return null;
        _underWay.Remove(nodeId);
        return request.Message;
    }

    internal void Pause(int nodeId, long nowMs) => _pausedUntilMs[nodeId] = nowMs + settings.RetryBackoffMs;

    internal void DropExpired(long nowMs)
    {
        foreach (var (nodeId, _) in _underWay.Where(entry => entry.Value.DeadlineMs <= nowMs).ToList())
        {
            _underWay.Remove(nodeId);
            Pause(nodeId, nowMs);
        }
    }

    internal void ForgetUnanswered() => _underWay.Clear();
}
