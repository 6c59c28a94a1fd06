namespace Platform.Storage;

/// <summary>One entry of <c>log.dirs</c>, and whether it still can be trusted. The first failed write or flush takes it
/// offline for the rest of the process: a kernel that reported an error forgets which pages it could not
/// write.</summary>
public sealed class LogDirectory(string path)
{
    private KafkaStorageException? _failure;

    /// <summary>The directory.</summary>
    public string Path { get; } = path;

    /// <summary>Why the directory is offline; null while it is online.</summary>
    public KafkaStorageException? Failure => Volatile.Read(ref _failure);

    /// <summary>Called once, on the thread that met the failure, perhaps under the lock of a log: do not call
    /// back.</summary>
    public event Action<KafkaStorageException>? Failed;

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
