using Platform.Storage;

namespace Platform.Broker.Tests.Tiering;

/// <summary>A remote storage of one segment in memory that counts what it is asked for, and can be held up.</summary>
internal sealed class CountingRemoteStorage(byte[] records) : IRemoteStorageManager
{
    private int _fetches;
    private int _indexFetches;

    public int Fetches => Volatile.Read(ref _fetches);

    public int IndexFetches => Volatile.Read(ref _indexFetches);

    public bool IsDisposed { get; private set; }

    /// <summary>Runs before every answer; what it throws is the answer.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public ValueTask<ReadOnlyMemory<byte>?> CopyLogSegmentDataAsync(
        RemoteLogSegmentMetadata metadata, LogSegmentData data, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public async ValueTask<int> FetchLogSegmentAsync(
        RemoteLogSegmentMetadata metadata, int startPosition, Memory<byte> destination, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _fetches);
        await Before(cancellation);
        var count = Math.Clamp(records.Length - startPosition, 0, destination.Length);
        records.AsMemory(startPosition, count).CopyTo(destination);
        return count;
    }

    public async ValueTask<ReadOnlyMemory<byte>> FetchIndexAsync(
        RemoteLogSegmentMetadata metadata, RemoteIndexType index, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _indexFetches);
        await Before(cancellation);
        return records.AsMemory(0, 100 + (int)index);
    }

    public ValueTask DeleteLogSegmentDataAsync(RemoteLogSegmentMetadata metadata, CancellationToken cancellation) => default;

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return default;
    }
}
