using Platform.Protocol.Records;

namespace Platform.Storage;

/// <content>What compaction does with a segment.</content>
internal sealed partial class LogSegment
{
    private volatile bool _isCleaned;

    /// <summary>True for output of compaction: all of it is replicated, whatever place in a file that it replaced a
    /// reader has seen as the limit.</summary>
    internal bool IsCleaned
    {
        get => _isCleaned;
        private set => _isCleaned = value;
    }

    /// <summary>The largest timestamp of the first batch; -1 when there is none.</summary>
    internal long FirstBatchTimestamp => _size == 0 ? -1 : _firstBatchTimestamp ??= ReadFirstBatchTimestamp();

    /// <summary>Makes the files of a segment under construction.</summary>
    internal static LogSegment CreateCleaned(
        IFileSystem files, string directory, long baseOffset, int maxIndexBytes, long createdMs)
    {
        var segment = new LogSegment(
            files, directory, baseOffset, default, maxIndexBytes, createdMs, LogFileNames.Cleaned)
        {
            _maxTimestamp = TimestampOffset.Unknown,
        };
        foreach (var kind in LogFileNames.SegmentKinds)
            files.DeleteFile(segment.PathOf(kind, LogFileNames.Cleaned));
        files.OpenFile(segment.PathOf(LogFileNames.Log, LogFileNames.Cleaned), FileOpening.New).Dispose();
        return segment;
    }

    /// <summary>Calls <paramref name="visit"/> for each batch that ends at or behind an offset, until it returns
    /// false.</summary>
    /// <exception cref="CorruptLogException">A batch is damaged; says where.</exception>
    /// <exception cref="ObjectDisposedException">The segment was deleted.</exception>
    internal void ReadBatches(long fromOffset, Func<ReadOnlyMemory<byte>, RecordBatchHeader, bool> visit)
    {
        ObjectDisposedException.ThrowIf(!_file.TryAcquire(), this);
        try
        {
            VisitBatches(fromOffset, Size, visit);
        }
        finally
        {
            _file.Release();
        }
    }

    private void VisitBatches(
        long fromOffset, int size, Func<ReadOnlyMemory<byte>, RecordBatchHeader, bool> visit)
    {
        if (size == 0 || FindBatch(fromOffset, size) is not { } first)
            return;
        using var scanner = new BatchScanner(_file.File, first.Position, size);
        while (scanner.MoveNext())
        {
            if (!scanner.IsCrcValid)
                throw Corrupt(scanner.Position, $"the batch at offset {scanner.Header.BaseOffset} does not match its CRC");
            try
            {
                if (!visit(scanner.Batch, scanner.Header))
                    return;
            }
            catch (CorruptRecordException wrong)
            {
                throw Corrupt(scanner.Position, wrong.Message, wrong);
            }
        }
        if (scanner.NextPosition < size)
            throw Corrupt(scanner.NextPosition, "no batch begins here");
    }

    /// <summary>Everything was written: makes it survive a power cut, and keeps the time of the file that it
    /// replaces.</summary>
    internal void FinishCleaned()
    {
        _changed = true;
        Seal();
        Flush();
        _files.SetModified(_file.Name, CreatedMs);
        IsCleaned = true;
    }

    /// <summary>Closes and deletes what is still under construction.</summary>
    internal void Discard()
    {
        // Once its files stand in for others, only a start may decide what becomes of them.
        if (_suffix != LogFileNames.Cleaned)
            return;
        _file.Release();
        foreach (var kind in LogFileNames.SegmentKinds)
            _files.DeleteFile(PathOf(kind, _suffix));
    }

    private CorruptLogException Corrupt(int position, string problem, Exception? cause = null) =>
        new(_file.Name, $"position {position} of {_size}: {problem}", cause);
}
