using Platform.Storage;

namespace Platform.Testing;

/// <summary>A file or directory of <see cref="MemoryFileSystem"/>: what processes see, and what the disk
/// holds.</summary>
internal sealed class MemoryNode(bool isDirectory)
{
    private byte[] _bytes = [];
    private byte[] _durable = [];
    private long _dirtyFrom = long.MaxValue;

    public bool IsDirectory { get; } = isDirectory;

    public long Length { get; private set; }

    public long ModifiedMs { get; set; }

    public byte[] ToArray() => _bytes[..(int)Length];

    public int Read(Span<byte> destination, long position)
    {
        var count = (int)Math.Clamp(Length - position, 0, destination.Length);
        if (count > 0)
            _bytes.AsSpan((int)position, count).CopyTo(destination);
        return count;
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        var end = (int)position + source.Length;
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
        source.CopyTo(_bytes.AsSpan((int)position));
        Length = Math.Max(Length, end);
        _dirtyFrom = Math.Min(_dirtyFrom, position);
    }

    public void SetLength(long length)
    {
        if (length > _bytes.Length)
            Array.Resize(ref _bytes, (int)length);
        if (length < Length)
            _bytes.AsSpan((int)length, (int)(Length - length)).Clear();
        _dirtyFrom = Math.Min(_dirtyFrom, Math.Min(length, Length));
        Length = length;
    }

    public void Flush()
    {
        if (_dirtyFrom == long.MaxValue)
            return;
        Array.Resize(ref _durable, (int)Length);
        var from = (int)Math.Min(_dirtyFrom, Length);
        _bytes.AsSpan(from, (int)Length - from).CopyTo(_durable.AsSpan(from));
        _dirtyFrom = long.MaxValue;
    }

    public void LoseUnflushed(Random? random)
    {
        var keep = random is null || _dirtyFrom >= Length ? 0 : random.Next((int)(Length - _dirtyFrom) + 1);
        if (keep > 0)
        {
            var end = (int)_dirtyFrom + keep;
            if (end > _durable.Length)
                Array.Resize(ref _durable, end);
            _bytes.AsSpan((int)_dirtyFrom, keep).CopyTo(_durable.AsSpan((int)_dirtyFrom));
        }
        _bytes = [.. _durable];
        Length = _bytes.Length;
        _dirtyFrom = long.MaxValue;
    }

    public void Flip(long position, byte flip)
    {
        _bytes[position] ^= flip;
        if (position < _durable.Length)
            _durable[position] ^= flip;
    }
}

/// <summary>An open file of <see cref="MemoryFileSystem"/>.</summary>
internal sealed class MemoryFile(MemoryFileSystem owner, string path, MemoryNode node, long generation) : IStorageFile
{
    private bool _closed;

    public long Length
    {
        get
        {
            lock (owner.Gate)
                return node.Length;
        }
    }

    public FileStream? SendStream => null;

    public int Read(Span<byte> destination, long position)
    {
        lock (owner.Gate)
        {
            Enter(DiskOperation.Read);
            return node.Read(destination, position);
        }
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        lock (owner.Gate)
        {
            Enter(DiskOperation.Write);
            var growth = position + source.Length - node.Length;
            var free = owner.FreeBytes;
            node.ModifiedMs = owner.Clock();
            if (growth > free)
            {
                // As on a real disk, the part that fits is written before the error.
                node.Write(source[..(int)Math.Max(0, source.Length - (growth - free))], position);
                throw new DiskFullException(path);
            }
            node.Write(source, position);
        }
    }

    public void SetLength(long length)
    {
        lock (owner.Gate)
        {
            Enter(DiskOperation.SetLength);
            node.SetLength(length);
        }
    }

    public void Reserve(long position, long count)
    {
    }

    public void Flush()
    {
        lock (owner.Gate)
        {
            Enter(DiskOperation.Flush);
            node.Flush();
        }
    }

    public void Dispose() => _closed = true;

    private void Enter(DiskOperation operation)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        owner.RequireGeneration(generation, path);
        owner.Check(operation, path);
    }
}
