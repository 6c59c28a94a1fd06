namespace Platform.Storage;

/// <summary>The disk is full. What was written before this write is intact.</summary>
public sealed class DiskFullException(string path, Exception? cause = null)
    : IOException($"No space is left on the device for {path}", cause);

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
