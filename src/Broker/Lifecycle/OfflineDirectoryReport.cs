using Platform.Protocol;

namespace Platform.Broker.Lifecycle;

/// <summary>Whether the controller knows of the log directories of this broker that have failed. Thread-safe.</summary>
internal sealed class OfflineDirectoryReport(BrokerIdentity identity, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<Uuid> _heard = [];
    private ITimer? _limit;

    /// <summary>A directory has failed just now.</summary>
    public void Expect()
    {
        lock (_lock)
            _limit ??= time.CreateTimer(_ => GiveUpUnlessHeard(), null, identity.LogDirFailure.Limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The controller has answered a heartbeat that named these.</summary>
    public void OnHeard(IReadOnlyList<Uuid> directories)
    {
        if (directories.Count == 0)
            return;
        lock (_lock)
        {
            _heard.UnionWith(directories);
            if (!IsHeard())
                return;
            _limit?.Dispose();
            _limit = null;
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _limit?.Dispose();
    }

    private bool IsHeard() => identity.OfflineLogDirs().All(_heard.Contains);

    private void GiveUpUnlessHeard()
    {
        lock (_lock)
        {
            if (IsHeard())
                return;
        }
        identity.LogDirFailure.GiveUp(new Hosting.BrokerStartException(
            $"the controller could not be told within {identity.LogDirFailure.Limit.TotalSeconds} s "
            + "(log.dir.failure.timeout.ms) that a log directory of this broker has failed"));
    }
}
