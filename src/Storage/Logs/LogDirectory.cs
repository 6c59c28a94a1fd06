using Platform.Protocol;

namespace Platform.Storage;

/// <summary>One entry of <c>log.dirs</c>, and whether it still can be trusted. The first failed write or flush takes it
/// offline for the rest of the process: a kernel that reported an error forgets which pages it could not
/// write.</summary>
public sealed class LogDirectory(string path)
{
    private const long FullReportIntervalMs = 60_000;
    private const long Never = long.MinValue;

    /// <summary>For reports from where no time is known: they are passed on when there was none before.</summary>
    internal const long NoTime = -1;

    private KafkaStorageException? _failure;
    private long _fullReportedMs = Never;
    private bool _isFull;

    /// <summary>The directory.</summary>
    public string Path { get; } = path;

    /// <summary>Its id (KIP-858); <see cref="UnknownId"/> when it could not be read.</summary>
    public Uuid Id { get; init; } = UnknownId;

    /// <summary>Stands for any directory that is offline.</summary>
    public static readonly Uuid UnknownId = new(0, 1);

    /// <summary>Why the directory is offline; null while it is online.</summary>
    public KafkaStorageException? Failure => Volatile.Read(ref _failure);

    /// <summary>Called once, on the thread that met the failure, perhaps under the lock of a log: do not call
    /// back.</summary>
    public event Action<KafkaStorageException>? Failed;

    /// <summary>Called when a write was refused because the disk is full, at most once a minute; the same rules as for
    /// <see cref="Failed"/>. The directory stays online: there may be room again.</summary>
    public event Action<DiskFullException>? Full;

    /// <summary>True from a write that was refused for want of room to the next one that was not.</summary>
    public bool IsFull => Volatile.Read(ref _isFull);

    /// <summary>What clients' records may not use; null when they may fill the disk.</summary>
    internal DiskReserve? Reserve { get; init; }

    /// <summary>A full disk takes the directory offline as a broken one does, so that other replicas lead.</summary>
    internal bool FailsWhenFull { get; init; }

    /// <summary>A write was refused for want of room.</summary>
    /// <exception cref="KafkaStorageException">The directory is to be offline then.</exception>
    internal void ReportFull(DiskFullException full, long nowMs)
    {
        Volatile.Write(ref _isFull, true);
        if (FailsWhenFull)
            throw Fail("Writing failed", full);
        var last = Interlocked.Read(ref _fullReportedMs);
        if (last != Never && nowMs - last < FullReportIntervalMs)
            return;
        if (Interlocked.CompareExchange(ref _fullReportedMs, nowMs, last) == last)
            Full?.Invoke(full);
    }

    /// <summary>A write found room.</summary>
    internal void ReportRoom()
    {
        if (IsFull)
            Volatile.Write(ref _isFull, false);
    }

    /// <summary>Takes the directory offline, and returns what to throw.</summary>
    internal KafkaStorageException Fail(string message, Exception cause)
    {
        var failure =
            cause as KafkaStorageException ?? new KafkaStorageException(Path, $"{message}: {cause.Message}", cause);
        if (Interlocked.CompareExchange(ref _failure, failure, null) is null)
            Failed?.Invoke(failure);
        return failure;
    }

    internal void ThrowIfFailed()
    {
        if (Failure is { } failure)
            throw new KafkaStorageException(Path, $"The log directory is offline since: {failure.Message}", failure);
    }
}
