using System.Buffers.Binary;
using Platform.Protocol.Records;

namespace Platform.Storage;

/// <summary>One file of a log with its two indexes, beginning at <see cref="BaseOffset"/>. Written by one thread at a
/// time under the log's lock; read by any number without one, up to the <see cref="Size"/> published last.</summary>
internal sealed partial class LogSegment
{
    private const int IndexFlushEntries = 64;
    private const int FirstReservation = 64 * 1024;
    private const int LargestReservation = 64 * 1024 * 1024;

    private readonly IFileSystem _files;
    private readonly SegmentFile _file;
    private readonly OffsetIndex _offsetIndex;
    private readonly TimeIndex _timeIndex;
    private readonly SegmentFiles _found;
    private string _directory;
    private string _suffix;
    private int _size;
    private int _bytesSinceIndexEntry;
    private long _reserved;
    private TimestampOffset? _maxTimestamp;
    private long? _firstBatchTimestamp;
    private bool _flushed;
    private bool _changed;
    private bool _sealed;

    private LogSegment(
        IFileSystem files, string directory, long baseOffset, in SegmentFiles found, int maxIndexBytes, long createdMs,
        string suffix = "")
    {
        _files = files;
        _directory = directory;
        _suffix = suffix;
        BaseOffset = baseOffset;
        CreatedMs = createdMs;
        _found = found;
        _size = (int)found.LogBytes;
        _reserved = _size;
        _ownFrom = _size;
        _file = new SegmentFile(files, PathOf(LogFileNames.Log, suffix)) { Closed = CloseIndexes };
        _offsetIndex = new OffsetIndex(
            files, PathOf(LogFileNames.OffsetIndex, suffix), baseOffset, found.OffsetIndexBytes, maxIndexBytes);
        _timeIndex = new TimeIndex(
            files, PathOf(LogFileNames.TimeIndex, suffix), baseOffset, found.TimeIndexBytes, maxIndexBytes);
        AbortedTransactions = new TransactionIndex(
            files, PathOf(LogFileNames.TransactionIndex, suffix), found.TransactionIndexBytes);
    }

    internal long BaseOffset { get; }

    /// <summary>Bytes of complete batches.</summary>
    internal int Size => Volatile.Read(ref _size);

    /// <summary>When the segment got its first records or, after a start, when its file was changed last; in ms since
    /// 1970.</summary>
    internal long CreatedMs { get; private set; }

    internal SegmentFile File => _file;
    internal OffsetIndex OffsetIndex => _offsetIndex;
    internal TimeIndex TimeIndex => _timeIndex;

    /// <summary>Transactions that were aborted by a marker in this segment.</summary>
    internal TransactionIndex AbortedTransactions { get; }

    /// <summary>An offset that all batches in front of a position lie below; null when the index does not reach that
    /// far, or is wrong there.</summary>
    internal long? UpperBoundOffset(long position)
    {
        if (_offsetIndex.UpperBound(position) is not { } entry || entry.Position < position || entry.Position >= _size)
            return null;
        Span<byte> window = stackalloc byte[RecordBatchHeader.Size];
        var scanner = new HeaderScanner(_file.File, window, entry.Position, _size);
        return scanner.MoveNext() && scanner.Current.LastOffset == entry.Offset ? entry.Offset : null;
    }

    /// <summary>The largest timestamp; unknown when the segment is empty.</summary>
    internal TimestampOffset MaxTimestamp => _maxTimestamp ??= _timeIndex.Last;

    /// <summary>What retention by time compares: the largest timestamp, or the file's own when records have
    /// none.</summary>
    internal long LargestTimestamp => MaxTimestamp.Timestamp >= 0 ? MaxTimestamp.Timestamp : CreatedMs;

    /// <summary>Makes the file of a new segment.</summary>
    internal static LogSegment Create(
        IFileSystem files, string directory, long baseOffset, int maxIndexBytes, long nowMs)
    {
        var path = LogFileNames.For(directory, baseOffset, LogFileNames.Log);
        if (files.FileExists(path))
        {
            // Left by an attempt that a full disk ended before anybody saw the segment.
            files.DeleteFile(path);
            files.DeleteFile(LogFileNames.For(directory, baseOffset, LogFileNames.OffsetIndex));
            files.DeleteFile(LogFileNames.For(directory, baseOffset, LogFileNames.TimeIndex));
            files.DeleteFile(LogFileNames.For(directory, baseOffset, LogFileNames.TransactionIndex));
        }
        files.OpenFile(path, FileOpening.New).Dispose();
        return new LogSegment(files, directory, baseOffset, default, maxIndexBytes, nowMs)
        {
            _maxTimestamp = TimestampOffset.Unknown,
            _flushed = true,
        };
    }

    /// <summary>Takes a segment that was found; nothing is opened.</summary>
    internal static LogSegment Open(
        IFileSystem files, string directory, long baseOffset, in SegmentFiles found, int maxIndexBytes) =>
        new(files, directory, baseOffset, found, maxIndexBytes, found.ModifiedMs);

    /// <summary>Appends batches whose offsets are set, and adds index entries. When it throws, nothing was appended;
    /// when even cutting off what was half written fails, the exception is no
    /// <see cref="DiskFullException"/>.</summary>
    internal void Append(ReadOnlySpan<byte> records, LogConfig config, long nowMs)
    {
        if (_size == 0 && nowMs >= 0)
            CreatedMs = nowMs;
        var before = (_maxTimestamp, _firstBatchTimestamp, _bytesSinceIndexEntry);
        try
        {
            if (config.Preallocate)
                Reserve((long)_size + records.Length, config);
            _file.File.Write(records, _size);
            _flushed = false;
            _changed = true;
            _sealed = false;
            IsCleaned = false;
            IndexAll(records, config.IndexIntervalBytes);
        }
        catch (DiskFullException)
        {
            CutAt(_size);
            var firstOffset = BinaryPrimitives.ReadInt64BigEndian(records);
            _offsetIndex.TruncateTo(firstOffset);
            _timeIndex.TruncateTo(firstOffset);
            (_maxTimestamp, _firstBatchTimestamp, _bytesSinceIndexEntry) = before;
            throw;
        }
        Volatile.Write(ref _size, _size + records.Length);
    }

    private void IndexAll(ReadOnlySpan<byte> records, int indexIntervalBytes)
    {
        var position = _size;
        for (var rest = records; rest.Length > 0;)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(rest[RecordBatchHeader.LengthPosition..]) +
                RecordBatchHeader.LogOverhead;
            Index(rest, position, size, indexIntervalBytes);
            position += size;
            rest = rest[size..];
        }
    }

    /// <summary>True when these records belong in a new segment.</summary>
    internal bool ShouldRoll(LogConfig config, int bytes, long maxTimestamp, long lastOffset, long jitterMs, long nowMs)
    {
        if (_size == 0)
            return lastOffset - BaseOffset > int.MaxValue;
        return (long)_size + bytes > config.SegmentBytes
            || WaitedMs(nowMs, maxTimestamp) > config.RollMs - jitterMs
            || _offsetIndex.IsFull || _timeIndex.IsFull
            || lastOffset - BaseOffset > int.MaxValue;
    }

    /// <summary>The first batch whose last offset is at least <paramref name="offset"/>, in front of
    /// <paramref name="limit"/> bytes, where a batch must end.</summary>
    /// <param name="offset">The offset.</param>
    /// <param name="limit">Bytes of the file that may be looked at.</param>
    /// <param name="isDense">No offset may be missing; else anything is taken that lies in order.</param>
    /// <exception cref="CorruptLogException">Something that is no batch lies before it, or the offset is
    /// missing.</exception>
    internal BatchPosition? FindBatch(long offset, int limit, bool isDense = false)
    {
        Span<byte> window = stackalloc byte[HeaderScanner.WindowBytes];
        var scanner = ScanFrom(_offsetIndex.Lookup(offset), limit, window);
        var previous = scanner.NextPosition == 0 ? BaseOffset - 1 : -1;
        while (scanner.MoveNext())
        {
            if (previous >= 0 && isDense && scanner.Current.BaseOffset != previous + 1)
                throw OutOfOrder(scanner.Position, previous);
            previous = scanner.Current.LastOffset;
            if (previous >= offset)
                return new BatchPosition(scanner.Position, scanner.Current);
        }
        return scanner.NextPosition >= limit ? null : throw new CorruptLogException(
            _file.Name, $"no batch begins at position {scanner.NextPosition}; looking for offset {offset}");
    }

    /// <summary>The batch of the last index entry at or before an offset; null when there is none to trust.</summary>
    internal BatchPosition? FindIndexedBatch(long offset)
    {
        Span<byte> window = stackalloc byte[HeaderScanner.WindowBytes];
        var scanner = ScanFrom(_offsetIndex.Lookup(offset), _size, window);
        return scanner.NextPosition > 0 && scanner.MoveNext()
            ? new BatchPosition(scanner.Position, scanner.Current)
            : null;
    }

    /// <summary>True when both indexes are there, in whole entries. An empty segment needs none.</summary>
    internal bool HasIndexes => _size == 0 || _found.HasOffsetIndex && _found.HasTimeIndex &&
        _found.OffsetIndexBytes % OffsetIndex.EntrySize == 0 && _found.TimeIndexBytes % TimeIndex.EntrySize == 0;

    /// <summary>True when both indexes are there, and their ends fit the file; opens them.</summary>
    internal bool HasPlausibleIndexes =>
        HasIndexes && (_size == 0 || _offsetIndex.IsPlausible(_size) && _timeIndex.IsPlausible());

    /// <summary>The offset behind the last batch, read from the file; <see cref="BaseOffset"/> when it is
    /// empty.</summary>
    internal long ReadNextOffset()
    {
        if (_size == 0)
            return BaseOffset;
        Span<byte> window = stackalloc byte[HeaderScanner.WindowBytes];
        var scanner = ScanFrom(_offsetIndex.Lookup(long.MaxValue), _size, window);
        var next = BaseOffset;
        _bytesSinceIndexEntry = 0;
        while (scanner.MoveNext())
        {
            next = scanner.Current.NextOffset;
            Observe(scanner.Current);
            _bytesSinceIndexEntry += scanner.Current.SizeInBytes;
        }
        return scanner.NextPosition == _size ? next : throw new CorruptLogException(_file.Name,
            $"the batch at {scanner.NextPosition} of {_size} bytes is damaged, but the log was closed in order; " +
            $"delete {CleanShutdownFile.FileName} in the log directory to cut the log there");
    }

    /// <summary>The first record with at least this timestamp, from <paramref name="startOffset"/> on and in front of
    /// <paramref name="limit"/> bytes.</summary>
    internal TimestampOffset? FindByTimestamp(long timestamp, long startOffset, int limit)
    {
        var from = Math.Max(_timeIndex.Lookup(timestamp).Offset, startOffset);
        if (FindBatch(from, limit) is not { } first)
            return null;
        using var scanner = new BatchScanner(_file.File, first.Position, limit);
        while (scanner.MoveNext())
        {
            if (scanner.Header.MaxTimestamp < timestamp || scanner.Header.LastOffset < startOffset)
                continue;
            foreach (var record in RecordBatch.Parse(scanner.Batch).Records(LogValidator.MaxDecompressedBytes))
            {
                if (record.Timestamp >= timestamp && record.Offset >= startOffset)
                    return new TimestampOffset(record.Timestamp, record.Offset);
            }
        }
        return null;
    }

    /// <summary>Cuts the segment in front of the batch that holds <paramref name="offset"/>.</summary>
    internal void TruncateTo(long offset)
    {
        if (FindBatch(offset, _size) is not { } batch)
            return;
        _offsetIndex.TruncateTo(batch.Header.BaseOffset);
        _timeIndex.TruncateTo(batch.Header.BaseOffset);
        AbortedTransactions.TruncateTo(batch.Header.BaseOffset);
        CutAt(batch.Position);
        _maxTimestamp = null;
        _firstBatchTimestamp = batch.Position == 0 ? null : _firstBatchTimestamp;
        ReadNextOffset();
    }

    /// <summary>Cuts the file at a position where a batch ends, without touching the indexes.</summary>
    internal void CutAt(int position)
    {
        Volatile.Write(ref _size, position);
        IsCleaned = false;
        _file.File.SetLength(position);
        _reserved = position;
        _ownFrom = Math.Min(_ownFrom, position);
        _flushed = false;
        _changed = true;
    }

    /// <summary>Begins indexing anew from a batch, for recovery. One that is not the first had an entry and gets it
    /// again, so that the result is the same as before.</summary>
    internal void RestartIndexes(long fromOffset, int position)
    {
        _offsetIndex.TruncateTo(fromOffset);
        _timeIndex.TruncateTo(fromOffset);
        _maxTimestamp = null;
        _bytesSinceIndexEntry = position > 0 ? int.MaxValue : 0;
        _flushed = false;
        _changed = true;
    }

    /// <summary>Adds the index entries of a batch that is in the file already, for recovery.</summary>
    internal void Reindex(ReadOnlySpan<byte> batch, int position, int indexIntervalBytes) =>
        Index(batch, position, batch.Length, indexIntervalBytes);

    // An index may be damaged without looking it: what it points to must be the batch that the entry was made for.
    // Otherwise the segment is read from its begin, which is slow but right.
    private HeaderScanner ScanFrom(OffsetPosition entry, int limit, Span<byte> window)
    {
        var scanner = new HeaderScanner(_file.File, window, entry.Position, limit);
        if (entry.Position == 0)
            return scanner;
        if (entry.Position < 0 || entry.Position >= limit)
            return new HeaderScanner(_file.File, window, 0, limit);
        if (!scanner.MoveNext() || scanner.Current.LastOffset != entry.Offset ||
            scanner.Current.BaseOffset < BaseOffset)
            return new HeaderScanner(_file.File, window, 0, limit);
        scanner.StepBack();
        return scanner;
    }

    private void Index(ReadOnlySpan<byte> batch, int position, int size, int indexIntervalBytes)
    {
        var maxTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch[RecordBatchHeader.MaxTimestampPosition..]);
        var lastOffset = BinaryPrimitives.ReadInt64BigEndian(batch) +
            BinaryPrimitives.ReadInt32BigEndian(batch[RecordBatchHeader.LastOffsetDeltaPosition..]);
        if (maxTimestamp > MaxTimestamp.Timestamp)
            _maxTimestamp = new TimestampOffset(maxTimestamp, lastOffset);
        if (position == 0)
            _firstBatchTimestamp = maxTimestamp;
        if (_bytesSinceIndexEntry > indexIntervalBytes)
        {
            _offsetIndex.Append(lastOffset, position);
            _timeIndex.MaybeAppend(MaxTimestamp.Timestamp, MaxTimestamp.Offset);
            _bytesSinceIndexEntry = 0;
        }
        _bytesSinceIndexEntry += size;
    }

    private void Observe(in RecordBatchHeader header)
    {
        if (header.MaxTimestamp > MaxTimestamp.Timestamp)
            _maxTimestamp = new TimestampOffset(header.MaxTimestamp, header.LastOffset);
    }

    // Time runs by the records' own clock from the first batch on, so that replayed old data does not roll per record.
    private long WaitedMs(long nowMs, long maxTimestamp)
    {
        var first = _firstBatchTimestamp ??= ReadFirstBatchTimestamp();
        return first >= 0 && maxTimestamp >= 0 ? maxTimestamp - first : nowMs - CreatedMs;
    }

    private long ReadFirstBatchTimestamp()
    {
        Span<byte> window = stackalloc byte[RecordBatchHeader.Size];
        var scanner = new HeaderScanner(_file.File, window, 0, _size);
        return scanner.MoveNext() ? scanner.Current.MaxTimestamp : -1;
    }

    // Blocks are reserved in steps as large as what is there, so that an idle partition costs none.
    private void Reserve(long end, LogConfig config)
    {
        if (end <= (config.PreallocateSegments ? _reserved : Math.Max(_reserved, FirstReservation)))
            return;
        var step = config.PreallocateSegments
            ? config.SegmentBytes
            : Math.Clamp(end, FirstReservation, LargestReservation);
        var reserved = Math.Min(end + step, Math.Max(config.SegmentBytes, end));
        _file.File.Reserve(_reserved, reserved - _reserved);
        _reserved = reserved;
    }
}
