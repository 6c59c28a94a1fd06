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
        return Rename(_suffix + LogFileNames.Deleted);
    }

    /// <summary>Gives all files of the segment another suffix behind their own; returns their new paths. Readers that
    /// hold the segment go on.</summary>
    internal IReadOnlyList<string> Rename(string suffix)
    {
        var renamed = new List<string>();
        // What is deleted vanishes first, and what is put in place comes last: a log that is there has all its indexes.
        if (suffix.EndsWith(LogFileNames.Deleted, StringComparison.Ordinal))
            _file.Rename(PathOf(LogFileNames.Log, suffix), renamed);
        _offsetIndex.File.Rename(PathOf(LogFileNames.OffsetIndex, suffix), renamed);
        _timeIndex.File.Rename(PathOf(LogFileNames.TimeIndex, suffix), renamed);
        AbortedTransactions.Rename(PathOf(LogFileNames.TransactionIndex, suffix), renamed);
        if (!suffix.EndsWith(LogFileNames.Deleted, StringComparison.Ordinal))
            _file.Rename(PathOf(LogFileNames.Log, suffix), renamed);
        _suffix = suffix;
        return renamed;
    }

    private string PathOf(string kind, string suffix) => LogFileNames.For(_directory, BaseOffset, kind) + suffix;

    /// <summary>Gives descriptors back until the next use. Only while nobody can be reading: at start.</summary>
    internal void CloseUntilUsed()
    {
        _offsetIndex.File.Close();
        _timeIndex.File.Close();
        _file.CloseUntilUsed();
    }

    /// <summary>The log lets go; descriptors are closed as soon as no reader is in flight.</summary>
    internal void Release() => _file.Release();

    /// <summary>The directory has been renamed.</summary>
    internal void MovedTo(string directory)
    {
        _directory = directory;
        _file.MovedTo(PathOf(LogFileNames.Log, _suffix));
        _offsetIndex.File.MovedTo(PathOf(LogFileNames.OffsetIndex, _suffix));
        _timeIndex.File.MovedTo(PathOf(LogFileNames.TimeIndex, _suffix));
        AbortedTransactions.MovedTo(PathOf(LogFileNames.TransactionIndex, _suffix));
    }

    private void CloseIndexes()
    {
        _offsetIndex.Dispose();
        _timeIndex.Dispose();
    }
}
