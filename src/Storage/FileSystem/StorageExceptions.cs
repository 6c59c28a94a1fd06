namespace Platform.Storage;

/// <summary>The disk is full. What was written before this write is intact.</summary>
public sealed class DiskFullException : IOException
{
    /// <summary>The device refused a write.</summary>
    public DiskFullException(string path, Exception? cause = null)
        : base($"No space is left on the device for {path}", cause)
    {
    }

    /// <summary>Only what is kept for metadata and upkeep is left.</summary>
    internal DiskFullException(string directory, long availableBytes, long reservedBytes)
        : base($"No space is left for records in {directory}: {availableBytes} bytes are free, and the last "
            + $"{reservedBytes} are kept for metadata, commits and compaction")
    {
    }
}

/// <summary>
/// A log directory failed: a write or flush returned an error, so that what it holds can no longer be vouched for.
/// The directory is offline until the process is started again; the protocol's code is KAFKA_STORAGE_ERROR.
/// </summary>
public sealed class KafkaStorageException(string logDirectory, string message, Exception? cause = null)
    : IOException($"{message} (log directory {logDirectory})", cause)
{
    /// <summary>The directory that failed.</summary>
    public string LogDirectory { get; } = logDirectory;
}

/// <summary>A file of the log holds what it cannot hold. Says which file, where, and what to do.</summary>
public sealed class CorruptLogException(string path, string problem, Exception? cause = null)
    : IOException($"{path}: {problem}", cause);

/// <summary>A log directory cannot be used: locked, not formatted, or of another cluster or node.</summary>
public sealed class LogDirectoryException(string message, Exception? cause = null) : IOException(message, cause);
