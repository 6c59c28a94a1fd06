using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.FetchSessions;

/// <summary>A bounded set of fetch sessions. A client that gets no slot is served without a session, never refused.</summary>
/// <param name="maxSlots">Most sessions (max.incremental.fetch.session.cache.slots).</param>
/// <param name="nextRandom">Source of session numbers.</param>
public sealed class FetchSessionCache(int maxSlots, Func<int> nextRandom)
{
    /// <summary>Idle time after which a session may give its slot to another, in ms.</summary>
    public const long EvictionMs = 120_000;

    private const int InitialEpoch = 0;
    private const int FinalEpoch = -1;
    private readonly Dictionary<int, FetchSession> _sessions = [];
    private readonly Lock _lock = new();

    /// <summary>Sessions now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _sessions.Count;
        }
    }

    /// <summary>What a request asks to be read: its own list, or that of its session.</summary>
    public FetchContext Begin(FetchRequest request, short version, long nowMs)
    {
        if (version < 7 || (request.SessionId == 0 && request.SessionEpoch == FinalEpoch))
            return FetchContext.Sessionless(request);
        lock (_lock)
        {
            if (request.SessionEpoch is InitialEpoch or FinalEpoch)
                return BeginFull(request, version);
            return BeginIncremental(request, version, nowMs);
        }
    }

    /// <summary>The response to what was read: all of it, or for a session what the client does not know yet.</summary>
    public FetchResponse Finish(FetchContext context, List<FetchedPartition> fetched, long nowMs)
    {
        if (context.Kind == FetchKind.Sessionless)
            return FetchResponses.Of(fetched, sessionId: 0);
        lock (_lock)
            return context.Kind == FetchKind.Full ? FinishFull(context, fetched, nowMs) : FinishIncremental(context, fetched);
    }

    private FetchContext BeginFull(FetchRequest request, short version)
    {
        _sessions.Remove(request.SessionId);
        return request.SessionEpoch == FinalEpoch
            ? FetchContext.Sessionless(request)
            : FetchContext.Full(request, usesTopicIds: version >= 13, IsFollower(request, version));
    }

    private FetchContext BeginIncremental(FetchRequest request, short version, long nowMs)
    {
        if (!_sessions.TryGetValue(request.SessionId, out var session))
            return FetchContext.Failed(ErrorCode.FetchSessionIdNotFound);
        if (request.SessionEpoch != session.NextEpoch)
            return FetchContext.Failed(ErrorCode.InvalidFetchSessionEpoch);
        if (session.UsesTopicIds != version >= 13)
            return FetchContext.Failed(ErrorCode.FetchSessionTopicIdError);
        session.Update(request, nowMs);
        session.AdvanceEpoch();
        return FetchContext.Incremental(session);
    }

    private FetchResponse FinishFull(FetchContext context, List<FetchedPartition> fetched, long nowMs)
    {
        var session = TryCreate(context, nowMs);
        if (session is not null)
            foreach (var (target, data) in fetched)
            {
                session.AddOrUpdate(target);
                session.MustSend(target, data);
            }
        return FetchResponses.Of(fetched, session?.Id ?? 0);
    }

    private static FetchResponse FinishIncremental(FetchContext context, List<FetchedPartition> fetched)
    {
        var session = context.Session!;
        return FetchResponses.Of(fetched.FindAll(f => session.MustSend(f.Target, f.Data)), session.Id);
    }

    private FetchSession? TryCreate(FetchContext context, long nowMs)
    {
        if (_sessions.Count >= maxSlots && !EvictOne(nowMs, context.IsFollower))
            return null;
        int id;
        do
            id = nextRandom() & int.MaxValue;
        while (id == 0 || _sessions.ContainsKey(id));
        return _sessions[id] = new FetchSession(id, context.UsesTopicIds, context.IsFollower, nowMs);
    }

    // Followers come first: without a session they say everything every time, and there are few of them.
    private bool EvictOne(long nowMs, bool forFollower)
    {
        var oldest = _sessions.Values.MinBy(static s => s.LastUsedMs);
        if (oldest is not null && nowMs - oldest.LastUsedMs > EvictionMs)
            return _sessions.Remove(oldest.Id);
        var consumer = forFollower
            ? _sessions.Values.Where(static s => !s.IsFollower).MinBy(static s => s.LastUsedMs) : null;
        return consumer is not null && _sessions.Remove(consumer.Id);
    }

    private static bool IsFollower(FetchRequest request, short version) =>
        (version >= 15 ? request.ReplicaState.ReplicaId : request.ReplicaId) >= 0;
}
