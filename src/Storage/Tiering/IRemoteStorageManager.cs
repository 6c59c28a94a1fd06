namespace Platform.Storage;

/// <summary>
/// Remote storage of segments: the seam of tiered storage (KIP-405's RemoteStorageManager). Copies are only ever
/// written whole, read and deleted. Calls may come from several threads at once. Failures are
/// <see cref="RemoteStorageException"/>, all of which may be tried again.
/// </summary>
public interface IRemoteStorageManager : IAsyncDisposable
{
    /// <summary>Copies a segment and its indexes. When this returns, all of it survives and can be read; when it throws
    /// or is cancelled, what it left is removed by <see cref="DeleteLogSegmentDataAsync"/> of the same id.</summary>
    /// <returns>What is to be kept in <see cref="RemoteLogSegmentMetadata.CustomMetadata"/>; null for nothing.</returns>
    ValueTask<ReadOnlyMemory<byte>?> CopyLogSegmentDataAsync(
        RemoteLogSegmentMetadata metadata, LogSegmentData data, CancellationToken cancellation);

    /// <summary>Reads records from <paramref name="startPosition"/> of the segment.</summary>
    /// <param name="metadata">Which copy.</param>
    /// <param name="startPosition">First byte wanted.</param>
    /// <param name="destination">Where they go; filled unless the segment ends before.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Bytes read: fewer than asked only at the end of the segment.</returns>
    /// <exception cref="RemoteResourceNotFoundException">There is no such copy.</exception>
    ValueTask<int> FetchLogSegmentAsync(
        RemoteLogSegmentMetadata metadata, int startPosition, Memory<byte> destination, CancellationToken cancellation);

    /// <summary>Reads a whole index.</summary>
    /// <exception cref="RemoteResourceNotFoundException">There is no such index: for
    /// <see cref="RemoteIndexType.Transaction"/> this says that there are no aborted transactions.</exception>
    ValueTask<ReadOnlyMemory<byte>> FetchIndexAsync(
        RemoteLogSegmentMetadata metadata, RemoteIndexType index, CancellationToken cancellation);

    /// <summary>Deletes a copy with its indexes; nothing happens when there is none, or only a part of one.</summary>
    ValueTask DeleteLogSegmentDataAsync(RemoteLogSegmentMetadata metadata, CancellationToken cancellation);
}
