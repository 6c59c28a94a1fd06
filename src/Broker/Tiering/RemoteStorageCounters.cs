namespace Platform.Broker.Tiering;

/// <summary>What remote storage was asked for, added up by whoever asks. Fields, so that they can be added to by several
/// threads.</summary>
internal sealed class RemoteStorageCounters
{
    /// <summary>Requests sent, every attempt counted.</summary>
    public long Requests;

    /// <summary>Attempts after the first.</summary>
    public long Retries;

    /// <summary>Requests that failed for good.</summary>
    public long Errors;

    /// <summary>Bytes read.</summary>
    public long BytesRead;

    /// <summary>Bytes uploaded.</summary>
    public long BytesWritten;

    /// <summary>Reads that this node's caches answered.</summary>
    public long CacheHits;

    /// <summary>Reads that they did not.</summary>
    public long CacheMisses;

    /// <summary>Times that the disk of a cache erred, or a file of it was damaged.</summary>
    public long CacheFailures;
}
