using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>Walks over the headers of batches in a file without reading their records. Headers that lie close
/// together cost one read.</summary>
internal ref struct HeaderScanner
{
    internal const int WindowBytes = 4096;

    private readonly IStorageFile _file;
    private readonly Span<byte> _window;
    private readonly int _limit;
    private int _windowStart;
    private int _windowLength;
    private int _next;

    /// <param name="file">Where to read.</param>
    /// <param name="window">Memory to read into.</param>
    /// <param name="position">Where a batch begins.</param>
    /// <param name="limit">Bytes of the file that may be looked at.</param>
    internal HeaderScanner(IStorageFile file, Span<byte> window, int position, int limit)
    {
        _file = file;
        _window = window;
        _limit = limit;
        _next = position;
    }

    /// <summary>Where the current batch begins.</summary>
    internal int Position { get; private set; }

    internal RecordBatchHeader Current { get; private set; }

    /// <summary>Where the batch behind the current one begins.</summary>
    internal readonly int NextPosition => _next;

    /// <summary>Goes to the next batch; false where no complete batch is left.</summary>
    internal bool MoveNext()
    {
        if (_limit - _next < RecordBatchHeader.Size || !TryFill())
            return false;
        var header = RecordBatchHeader.Read(_window[(_next - _windowStart)..]);
        if (!IsPlausible(header) || header.SizeInBytes > _limit - _next)
            return false;
        Position = _next;
        Current = header;
        _next += header.SizeInBytes;
        return true;
    }

    /// <summary>Makes the current batch the next one again, without reading it twice.</summary>
    internal void StepBack() => _next = Position;

    /// <summary>True when format, length and counts of a header are possible.</summary>
    internal static bool IsPlausible(in RecordBatchHeader header) =>
        header.Magic == RecordBatchHeader.CurrentMagic &&
        header.BatchLength >= RecordBatchHeader.Size - RecordBatchHeader.LogOverhead &&
        header.BatchLength <= int.MaxValue - RecordBatchHeader.LogOverhead &&
        header.BaseOffset >= 0 && header.LastOffsetDelta >= 0;

    private bool TryFill()
    {
        if (_next >= _windowStart && _next + RecordBatchHeader.Size <= _windowStart + _windowLength)
            return true;
        _windowStart = _next;
        _windowLength = _file.Read(_window[..Math.Min(_window.Length, _limit - _next)], _next);
        return _windowLength >= RecordBatchHeader.Size;
    }
}
