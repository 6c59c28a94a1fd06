using Microsoft.Win32.SafeHandles;
using Platform.Protocol.Records;

namespace Platform.Bench.Limit;

/// <summary>One file to which batches are appended: offset assignment, one pwrite, nothing else.</summary>
internal sealed class BarePartition : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly long _segmentBytes;
    private readonly Action<Segment> _retire;
    private Segment _segment;
    private long _nextOffset;

    public BarePartition(string path, long segmentBytes, Action<Segment> retire)
    {
        _path = path;
        _segmentBytes = segmentBytes;
        _retire = retire;
        _segment = new Segment(path, 0);
    }

    /// <summary>Appends a batch of records, whose CRC the caller has checked, and returns its base offset.</summary>
    public long Append(Span<byte> batch)
    {
        var count = RecordBatchHeader.Read(batch).LastOffsetDelta + 1;
        lock (_lock)
        {
            if (_segment.Length + batch.Length > _segmentBytes)
                Roll();
            var baseOffset = _nextOffset;
            RecordBatchHeader.PatchOffsetAndEpoch(batch, baseOffset, partitionLeaderEpoch: 0);
            _segment.Append(batch, baseOffset);
            _nextOffset += count;
            return baseOffset;
        }
    }

    /// <summary>The bytes from <paramref name="offset"/> on, at most <paramref name="maxBytes"/>.</summary>
    public Slice Read(long offset, int maxBytes)
    {
        lock (_lock)
        {
            var position = _segment.PositionOf(offset);
            return new Slice(_segment, position, (int)Math.Min(maxBytes, _segment.Length - position), _nextOffset);
        }
    }

    public void Dispose() => _segment.Dispose();

    // Old files are closed and deleted elsewhere: both take long here, and this is under the lock.
    private void Roll()
    {
        var old = _segment;
        _segment = new Segment($"{_path}.{_nextOffset}", _nextOffset);
        _retire(old);
    }

    /// <summary>Where to send from.</summary>
    internal readonly record struct Slice(Segment Segment, long Position, int Length, long EndOffset);

    /// <summary>A file and where each batch begins in it.</summary>
    internal sealed class Segment : IDisposable
    {
        private readonly SafeFileHandle _handle;
        private readonly List<(long Offset, long Position)> _index = [];
        private readonly long _baseOffset;
        private FileStream? _reader;

        public Segment(string path, long baseOffset)
        {
            Path = path;
            _baseOffset = baseOffset;
            // CreateNew: truncating an old file makes ext4 flush the new one when it is closed.
            _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }

        public string Path { get; }
        public long Length { get; private set; }

        /// <summary>Asynchronous, as sending from it demands.</summary>
        public FileStream Reader =>
            _reader ??= new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0, useAsync: true);

        public void Append(ReadOnlySpan<byte> batch, long baseOffset)
        {
            RandomAccess.Write(_handle, batch, Length);
            _index.Add((baseOffset, Length));
            Length += batch.Length;
        }

        public long PositionOf(long offset)
        {
            if (offset <= _baseOffset)
                return 0;
            var place = _index.BinarySearch((offset, 0), ByOffset);
            if (place < 0)
                place = ~place;
            return place < _index.Count ? _index[place].Position : Length;
        }

        public void Dispose()
        {
            _reader?.Dispose();
            _handle.Dispose();
        }

        private static readonly Comparer<(long Offset, long Position)> ByOffset =
            Comparer<(long Offset, long Position)>.Create((a, b) => a.Offset.CompareTo(b.Offset));
    }
}
