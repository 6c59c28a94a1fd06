using System.Buffers;

namespace Platform.Storage;

/// <summary>
/// Remote storage in a directory, usually of a share that all brokers mount. A copy is a directory
/// <c>topic-id/partition/offset-id</c> with Kafka's own files in it. It is filled under another name, flushed, and gets
/// its name when it is whole. Calls do their work on the calling thread.
/// </summary>
public sealed class DirectoryRemoteStorageManager : IRemoteStorageManager
{
    private const string Unfinished = ".part";
    private const string LeaderEpochs = "leader-epoch-checkpoint";
    private const int BufferBytes = 1024 * 1024;

    private readonly IFileSystem _files;
    private readonly DirectoryMount _mount;

    /// <summary>Storage below <paramref name="root"/>; nothing is touched yet.</summary>
    /// <param name="files">The disk seam, of local files and of the share.</param>
    /// <param name="root">Path of the directory.</param>
    /// <param name="initialize">True to make a directory that is missing or empty into one of remote storage; false when
    /// that was done, so that a share that is not mounted is noticed.</param>
    public DirectoryRemoteStorageManager(IFileSystem files, string root, bool initialize = true) =>
        (_files, _mount) = (files, new DirectoryMount(files, root, initialize));

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> CopyLogSegmentDataAsync(
        RemoteLogSegmentMetadata metadata, LogSegmentData data, CancellationToken cancellation)
    {
        var path = PathOf(metadata);
        Guarded($"copying {data.LogSegment} to {path}", () => Copy(metadata, data, path, cancellation));
        return new((ReadOnlyMemory<byte>?)null);
    }

    /// <inheritdoc/>
    public ValueTask<int> FetchLogSegmentAsync(
        RemoteLogSegmentMetadata metadata, int startPosition, Memory<byte> destination, CancellationToken cancellation)
    {
        var path = FileOf(metadata, LogFileNames.Log);
        var left = Math.Max(0, metadata.SegmentSizeInBytes - startPosition);
        var wanted = destination[..Math.Min(left, destination.Length)];
        return new(Guarded($"reading {path}", () =>
        {
            _mount.Require();
            cancellation.ThrowIfCancellationRequested();
            using var file = OpenCopy(path);
            var count = file.Read(wanted.Span, startPosition);
            return count == wanted.Length ? count : throw new RemoteStorageException(
                $"{path} ends after {startPosition + count} of {metadata.SegmentSizeInBytes} bytes: it was changed by someone");
        }));
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> FetchIndexAsync(
        RemoteLogSegmentMetadata metadata, RemoteIndexType index, CancellationToken cancellation)
    {
        var path = FileOf(metadata, NameOf(index));
        return new(Guarded($"reading {path}", () =>
        {
            _mount.Require();
            cancellation.ThrowIfCancellationRequested();
            // Without the copy nothing is known of its transactions: only a copy can say that it has no such index.
            if (index == RemoteIndexType.Transaction && !_files.DirectoryExists(PathOf(metadata)))
                throw new RemoteStorageException($"There is no copy {PathOf(metadata)}, so its transactions are not known");
            return (ReadOnlyMemory<byte>)ReadAll(path);
        }));
    }

    /// <inheritdoc/>
    public ValueTask DeleteLogSegmentDataAsync(RemoteLogSegmentMetadata metadata, CancellationToken cancellation)
    {
        var path = PathOf(metadata);
        Guarded($"deleting {path}", () =>
        {
            _mount.Require();
            cancellation.ThrowIfCancellationRequested();
            Delete(path);
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Copy(
        RemoteLogSegmentMetadata metadata, LogSegmentData data, string path, CancellationToken cancellation)
    {
        _mount.Require();
        var unfinished = path + Unfinished;
        Delete(path);
        CreateDirectories(metadata, unfinished);
        string Target(string suffix) => LogFileNames.For(unfinished, metadata.StartOffset, suffix);
        // The offsets promise that many bytes; a preallocated file may be longer.
        CopyFile(data.LogSegment, Target(LogFileNames.Log), metadata.SegmentSizeInBytes, cancellation);
        CopyFile(data.OffsetIndex, Target(LogFileNames.OffsetIndex), null, cancellation);
        CopyFile(data.TimeIndex, Target(LogFileNames.TimeIndex), null, cancellation);
        CopyFile(data.ProducerSnapshotIndex, Target(LogFileNames.Snapshot), null, cancellation);
        if (data.TransactionIndex is { } transactions)
            CopyFile(transactions, Target(LogFileNames.TransactionIndex), null, cancellation);
        Write(Path.Combine(unfinished, LeaderEpochs), data.LeaderEpochIndex.Span);
        _mount.Require();
        _files.Move(unfinished, path);
        _files.SyncDirectory(path);
        _files.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    // Names are flushed from the bottom up only where they are new: on a share each flush is a round trip.
    private void CreateDirectories(RemoteLogSegmentMetadata metadata, string unfinished)
    {
        var topic = Path.Combine(_mount.Root, RemoteSegmentNames.Topic(metadata.RemoteLogSegmentId));
        var partition = Path.Combine(topic, RemoteSegmentNames.Partition(metadata.RemoteLogSegmentId));
        var known = _files.DirectoryExists(partition);
        _files.CreateDirectory(unfinished);
        if (known)
            return;
        _files.SyncDirectory(topic);
        _files.SyncDirectory(_mount.Root);
    }

    private void CopyFile(string source, string target, long? bytes, CancellationToken cancellation)
    {
        using var from = _files.OpenFile(source, FileOpening.ReadOnly);
        using var to = _files.OpenFile(target, FileOpening.New);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var length = bytes ?? from.Length;
            for (var position = 0L; position < length;)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = from.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - position)), position);
                if (count == 0)
                    throw new RemoteStorageException($"{source} ends after {position} of {length} bytes");
                to.Write(buffer.AsSpan(0, count), position);
                position += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        to.Flush();
    }

    private void Write(string path, ReadOnlySpan<byte> content)
    {
        using var file = _files.OpenFile(path, FileOpening.New);
        file.Write(content, 0);
        file.Flush();
    }

    // It loses its name before its files, so that nobody finds a part of it.
    private void Delete(string path)
    {
        var unfinished = path + Unfinished;
        _files.DeleteDirectory(unfinished);
        if (!_files.DirectoryExists(path))
            return;
        _files.Move(path, unfinished);
        _files.SyncDirectory(Path.GetDirectoryName(path)!);
        _files.DeleteDirectory(unfinished);
    }

    private byte[] ReadAll(string path)
    {
        using var file = OpenCopy(path);
        var length = file.Length;
        if (length > AtomicFile.MaxBytes)
            throw new RemoteStorageException($"{path} has {length} bytes, more than the {AtomicFile.MaxBytes} of an index");
        var content = new byte[length];
        var count = file.Read(content, 0);
        return count == length ? content
            : throw new RemoteStorageException($"{path} ends after {count} of {length} bytes");
    }

    private IStorageFile OpenCopy(string path)
    {
        try
        {
            return _files.OpenFile(path, FileOpening.ReadOnly);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // A share that went away in between must not be taken for a copy that is gone.
            _mount.Require();
            throw new RemoteResourceNotFoundException($"There is no {path}", error);
        }
    }

    private string PathOf(RemoteLogSegmentMetadata metadata) => Path.Combine(
        _mount.Root,
        RemoteSegmentNames.Topic(metadata.RemoteLogSegmentId),
        RemoteSegmentNames.Partition(metadata.RemoteLogSegmentId),
        RemoteSegmentNames.Segment(metadata));

    private string FileOf(RemoteLogSegmentMetadata metadata, string name) => name == LeaderEpochs
        ? Path.Combine(PathOf(metadata), name)
        : LogFileNames.For(PathOf(metadata), metadata.StartOffset, name);

    private static string NameOf(RemoteIndexType index) => index switch
    {
        RemoteIndexType.Offset => LogFileNames.OffsetIndex,
        RemoteIndexType.Timestamp => LogFileNames.TimeIndex,
        RemoteIndexType.ProducerSnapshot => LogFileNames.Snapshot,
        RemoteIndexType.Transaction => LogFileNames.TransactionIndex,
        _ => LeaderEpochs,
    };

    private static void Guarded(string doing, Action action) => Guarded(doing, () =>
    {
        action();
        return true;
    });

    private static T Guarded<T>(string doing, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException and not RemoteStorageException)
        {
            throw new RemoteStorageException($"{doing} failed: {error.Message}", error);
        }
    }
}
