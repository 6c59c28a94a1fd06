namespace Platform.Storage;

/// <summary>How far opening the logs of a node has come, for who looks on from another thread.</summary>
public sealed class LoadProgress
{
    private int _found;
    private int _opened;

    /// <summary>Logs that were found so far; directories are gone through one after the other.</summary>
    public int Found => Volatile.Read(ref _found);

    /// <summary>Logs that are open, and recovered where that was needed.</summary>
    public int Opened => Volatile.Read(ref _opened);

    internal void OnFound(int logs) => Interlocked.Add(ref _found, logs);

    internal void OnOpened() => Interlocked.Increment(ref _opened);
}
