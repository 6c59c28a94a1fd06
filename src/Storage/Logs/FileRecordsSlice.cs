using Platform.Protocol;

namespace Platform.Storage;

/// <summary>A part of a segment's log file, to be sent by sendfile or copied. It keeps the file open until it is
/// disposed, even when retention deletes the segment meanwhile.</summary>
public sealed class FileRecordsSlice : IRecordsSlice, IDisposable
{
    private readonly SegmentFile _segment;
    private int _disposed;

    /// <summary>Takes over one ownership of <paramref name="segment"/>.</summary>
    internal FileRecordsSlice(SegmentFile segment, long position, int count)
    {
        _segment = segment;
        Position = position;
        SizeInBytes = count;
    }

    /// <summary>Where the slice begins in the file, in bytes.</summary>
    public long Position { get; }

    /// <inheritdoc/>
    public int SizeInBytes { get; }

    /// <summary>The file, opened for asynchronous use, for <c>Socket.SendPacketsAsync</c> together with
    /// <see cref="Position"/> and <see cref="SizeInBytes"/>. Shared: do not dispose or move it. Null when the log lies
    /// in memory: then <see cref="CopyTo"/> is the only way.</summary>
    public FileStream? Stream => _segment.File.SendStream;

    /// <inheritdoc/>
    public void CopyTo(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var count = _segment.File.Read(destination[..SizeInBytes], Position);
        if (count < SizeInBytes)
            throw new CorruptLogException(
                _segment.Name, $"only {count} of {SizeInBytes} bytes at {Position} are there");
    }

    /// <summary>One more owner, who disposes the result on its own.</summary>
    public FileRecordsSlice Acquire()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0 || !_segment.TryAcquire(), this);
        return new FileRecordsSlice(_segment, Position, SizeInBytes);
    }

    /// <summary>The same as <see cref="Dispose"/>.</summary>
    public void Release() => Dispose();

    /// <summary>Lets go of the file. Calling it twice is no error.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _segment.Release();
    }
}
