namespace Platform.Storage;

/// <content>The files of a segment: closing, flushing, renaming.</content>
internal sealed partial class LogSegment
{
    /// <summary>No more is appended: writes the time index's last entry and gives unused disk blocks back.</summary>
    internal void Seal()
    {
        _sealed = true;
        if (!_changed)
            return;
        _changed = false;
        if (MaxTimestamp.Timestamp >= 0)
            _timeIndex.MaybeAppend(MaxTimestamp.Timestamp, MaxTimestamp.Offset);
        _offsetIndex.File.WriteOut();
        _timeIndex.File.WriteOut();
        AbortedTransactions.WriteOut();
        if (_reserved > _size)
            _file.File.SetLength(_size);
        _reserved = _size;
    }

    /// <summary>Makes the log survive a power cut. The indexes of the newest segment follow now and then only: recovery
    /// finds out how much of them is right.</summary>
    internal void Flush()
    {
        if (!_flushed)
        {
            _flushed = true;
            _file.File.Flush();
        }
        var entriesMin = _sealed ? 1 : IndexFlushEntries;
        _offsetIndex.File.Flush(entriesMin);
        _timeIndex.File.Flush(entriesMin);
        // Always: recovery looks for aborted transactions behind the recovery point only.
        AbortedTransactions.Flush();
    }

    /// <summary>True when the indexes wait for a flush.</summary>
    internal bool HasUnflushedIndexes => _offsetIndex.File.IsUnflushed || _timeIndex.File.IsUnflushed ||
        AbortedTransactions.IsUnflushed;

    /// <summary>Takes the segment out of the log's directory under another name; returns the files to delete.</summary>
    internal IReadOnlyList<string> MarkDeleted()
    {
        AbortedTransactions.MarkDeleted();
        var deleted = new List<string>();
        foreach (var suffix in (ReadOnlySpan<string>)
            [LogFileNames.Log, LogFileNames.OffsetIndex, LogFileNames.TimeIndex, LogFileNames.TransactionIndex])
        {
            var path = LogFileNames.For(_directory, BaseOffset, suffix);
            if (!_files.FileExists(path))
                continue;
            var renamed = path + LogFileNames.Deleted;
            _files.Move(path, renamed);
            deleted.Add(renamed);
        }
        _file.MovedTo(LogFileNames.For(_directory, BaseOffset, LogFileNames.Log) + LogFileNames.Deleted);
        return deleted;
    }

    /// <summary>Gives descriptors back until the next use. Only while nobody can be reading: at start.</summary>
    internal void CloseUntilUsed()
    {
        _offsetIndex.File.Close();
        _timeIndex.File.Close();
        _file.CloseUntilUsed();
    }

    /// <summary>The log lets go; descriptors are closed as soon as no reader is in flight.</summary>
    internal void Release() => _file.Release();

    internal void MovedTo(string directory)
    {
        _directory = directory;
        _file.MovedTo(LogFileNames.For(directory, BaseOffset, LogFileNames.Log));
        _offsetIndex.File.MovedTo(LogFileNames.For(directory, BaseOffset, LogFileNames.OffsetIndex));
        _timeIndex.File.MovedTo(LogFileNames.For(directory, BaseOffset, LogFileNames.TimeIndex));
        AbortedTransactions.MovedTo(LogFileNames.For(directory, BaseOffset, LogFileNames.TransactionIndex));
    }

    private void CloseIndexes()
    {
        _offsetIndex.Dispose();
        _timeIndex.Dispose();
    }
}
