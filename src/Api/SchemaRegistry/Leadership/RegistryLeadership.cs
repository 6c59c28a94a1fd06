namespace Platform.Api.SchemaRegistry.Leadership;

/// <summary>Who leads, as far as this process knows. Read by requests on any thread, set by the election.</summary>
internal sealed class RegistryLeadership
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RegistryIdentity? _leader;

    /// <summary>The leader, or null while there is none.</summary>
    public RegistryIdentity? Leader
    {
        get
        {
            lock (_lock)
                return _leader;
        }
    }

    /// <summary>True when this process leads; the log still refuses its writes once another one has taken over.</summary>
    public bool IsLeader { get; private set; }

    /// <summary>Completes when there is a leader.</summary>
    public Task WhenKnownAsync()
    {
        lock (_lock)
            return _known.Task;
    }

    public void Set(RegistryIdentity? leader, bool isLeader)
    {
        lock (_lock)
        {
            _leader = leader;
            IsLeader = isLeader && leader is not null;
            if (leader is not null)
                _known.TrySetResult();
            else if (_known.Task.IsCompleted)
                _known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
