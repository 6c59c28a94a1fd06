namespace Platform.Cluster.Raft;

/// <summary>Whether a leader still hears from a majority of voters. If not it must resign, or clients would wait at it
/// while the others have long elected another.</summary>
internal sealed class CheckQuorum(int others, int timeoutMs, long nowMs)
{
    private readonly SortedSet<int> _heard = [];

    /// <summary>When the leader must resign unless a majority is heard of; never for a lone voter.</summary>
    internal long DeadlineMs { get; private set; } = others <= 0 ? long.MaxValue : nowMs + timeoutMs;

    internal void OnFetch(int voterId, long atMs)
    {
        _heard.Add(voterId);
        if (_heard.Count < others)
            return;
        _heard.Clear();
        DeadlineMs = atMs + timeoutMs;
    }
}
