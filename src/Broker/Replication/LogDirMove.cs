namespace Platform.Broker.Replication;

/// <summary>A partition on its way to another log directory. One thread at a time works on it.</summary>
internal sealed class LogDirMove(Partition partition, long startedMs)
{
    /// <summary>The partition.</summary>
    public Partition Partition { get; } = partition;

    /// <summary>When the copy began, or went on after a restart, in ms since 1970.</summary>
    public long StartedMs { get; } = startedMs;

    /// <summary>True while a thread works on it.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Nothing is done before this time, in ms since 1970.</summary>
    public long NotBeforeMs { get; set; }

    /// <summary>When the controller was asked to note the new directory, in ms since 1970.</summary>
    public long AskedMs { get; set; } = long.MinValue;

    /// <summary>Bytes that were copied.</summary>
    public long Bytes { get; set; }

    /// <summary>Bytes that were copied and not flushed yet.</summary>
    public long UnflushedBytes { get; set; }

    /// <summary>The last problem was told already.</summary>
    public bool IsTroubleTold { get; set; }
}
