using Platform.Protocol;

namespace Platform.Storage;

/// <summary>
/// The log of one partition: its segments, leader epochs and idempotent producers. One thread writes at a time, under
/// the log's own lock; <see cref="Read"/> takes no lock. Kept at all times:
/// <c>LogStartOffset &lt;= LastStableOffset &lt;= HighWatermark &lt;= LogEndOffset</c>.
/// </summary>
/// <remarks>A failed write or flush throws <see cref="KafkaStorageException"/> and takes the log directory offline. A
/// full disk refuses the append, leaves the log as it was, and may be tried again.</remarks>
public sealed partial class UnifiedLog
{
    private readonly Lock _lock = new();
    private readonly Lock _flushLock = new();
    private readonly IFileSystem _files;
    private readonly LogDirectory _logDirectory;
    private readonly DeletionQueue _deletions;
    private readonly LogSegments _segments;
    private readonly LeaderEpochCache _leaderEpochs;
    private readonly ProducerStateManager _producers;
    private RefusedBatches _refused = new();
    private readonly System.Collections.Concurrent.ConcurrentQueue<LogSegment> _sealedUnflushed = new();
    private LogConfig _config;
    private LogOffsetMetadata _end;
    private LogOffsetMetadata _highWatermark;
    private LogOffsetMetadata? _firstUnstable;
    private long _logStartOffset;
    private long _recoveryPoint;
    private readonly Action? _recoveryPointLowered;
    private long _firstUnflushedMs = -1;
    private bool _directoryChanged;
    private bool _closed;

    private UnifiedLog(LogLoadContext context, LoadedLog loaded, DeletionQueue deletions, long highWatermark)
    {
        _files = context.Files;
        _logDirectory = context.LogDirectory;
        _deletions = deletions;
        _segments = loaded.Segments;
        _leaderEpochs = loaded.LeaderEpochs;
        _producers = loaded.Producers;
        _config = context.Config;
        _end = loaded.End;
        _logStartOffset = loaded.LogStartOffset;
        _recoveryPoint = loaded.RecoveryPoint;
        _highWatermark = PlaceOf(Math.Clamp(highWatermark, loaded.LogStartOffset, loaded.End.Offset));
        _directoryChanged = true;
        PublishFirstUnstable();
        _cleanedOffset = context.CleanedOffset ?? NoOffset;
        _gapsExpected = context.GapsExpected;
        _recoveryPointLowered = context.RecoveryPointLowered;
        _keepLogStart = context.KeepLogStart;
        DirectoryPath = context.Path;
        TopicPartition = context.Partition;
        TopicId = loaded.TopicId;
        Recovery = loaded.Recovery;
    }

    /// <summary>The partition.</summary>
    public TopicPartition TopicPartition { get; }

    /// <summary>Id of the topic; <see cref="Uuid.Zero"/> when none was assigned yet.</summary>
    public Uuid TopicId { get; private set; }

    /// <summary>Directory of the partition.</summary>
    public string DirectoryPath { get; private set; }

    /// <summary>The log directory that it lies in.</summary>
    public LogDirectory LogDirectory => _logDirectory;

    /// <summary>What opening the log had to repair.</summary>
    public LogRecoveryReport Recovery { get; }

    /// <summary>Settings; a new value holds from the next operation on.</summary>
    public LogConfig Config
    {
        get => Volatile.Read(ref _config);
        set
        {
            Volatile.Write(ref _config, value);
            if (!value.RemoteStorageEnable && LogStartOffset < FirstSegmentOffset)
                BeginAtLocalStart();
        }
    }

    /// <summary>First offset that readers may see.</summary>
    public long LogStartOffset => Volatile.Read(ref _logStartOffset);

    /// <summary>Offset behind the last record.</summary>
    public long LogEndOffset => Volatile.Read(ref _end).Offset;

    /// <summary>Offset up to which records are replicated.</summary>
    public long HighWatermark => Volatile.Read(ref _highWatermark).Offset;

    /// <summary>Offset up to which records are replicated and no transaction is open.</summary>
    public long LastStableOffset
    {
        get
        {
            // In this order: a transaction is published before its records can be below the watermark.
            var highWatermark = HighWatermark;
            var unstable = Volatile.Read(ref _firstUnstable)?.Offset ?? long.MaxValue;
            return Math.Min(unstable, highWatermark);
        }
    }

    /// <summary>Offset up to which everything is flushed; recovery begins there.</summary>
    public long RecoveryPoint => Volatile.Read(ref _recoveryPoint);

    /// <summary>The newest leader epoch in the log; -1 when there is none.</summary>
    public int LatestEpoch => _leaderEpochs.LatestEpoch;

    /// <summary>Every known leader epoch with its first offset, oldest first.</summary>
    public IReadOnlyList<(int Epoch, long StartOffset)> LeaderEpochs =>
        [.. _leaderEpochs.Entries.Select(static entry => (entry.Epoch, entry.StartOffset))];

    /// <summary>Bytes of all segments.</summary>
    public long SizeInBytes => _segments.SizeInBytes;

    /// <summary>Base offset of the oldest segment.</summary>
    internal long FirstSegmentOffset => _segments.First.BaseOffset;

    internal bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Number of segments.</summary>
    public int SegmentCount => _segments.All.Length;

    /// <summary>Opens the log in its directory, which is created when missing, and recovers it when it was not closed
    /// in order.</summary>
    internal static UnifiedLog Open(LogLoadContext context, DeletionQueue deletions, long highWatermark)
    {
        var isNew = !context.Files.DirectoryExists(context.Path);
        try
        {
            var loader = new LogLoader(context);
            return new UnifiedLog(context, isNew ? loader.CreateNew() : loader.Load(), deletions, highWatermark);
        }
        catch (DiskFullException) when (isNew)
        {
            // Nothing is lost: it can be made again, here or elsewhere.
            Discard(context.Files, context.Path);
            throw;
        }
        catch (IOException error) when (error is not (CorruptLogException or KafkaStorageException))
        {
            throw context.LogDirectory.Fail($"Opening the log of {context.Partition} failed", error);
        }
    }

    /// <summary>Removes the directory of a log that could not be made.</summary>
    internal static void Discard(IFileSystem files, string path)
    {
        try
        {
            files.DeleteDirectory(path);
        }
        catch (IOException)
        {
            return;     // what is left is an empty log, which the next attempt takes
        }
    }

    /// <summary>Raises the high watermark, at most to the end of the log.</summary>
    /// <returns>True when it moved.</returns>
    public bool UpdateHighWatermark(long highWatermark)
    {
        lock (_lock)
        {
            var wanted = Math.Min(highWatermark, _end.Offset);
            if (wanted <= _highWatermark.Offset)
                return false;
            Volatile.Write(ref _highWatermark, PlaceOf(wanted));
            _producers.Transactions.OnHighWatermark(wanted);
            PublishFirstUnstable();
            return true;
        }
    }

    /// <summary>Raises the first offset that readers may see, as DeleteRecords and a leader's answer demand. Segments
    /// in front of it are deleted by <see cref="DeleteOldSegments"/>.</summary>
    /// <returns>True when it moved; false for an offset at or below it, or above the high watermark.</returns>
    public bool MaybeIncrementLogStartOffset(long offset)
    {
        lock (_lock)
        {
            if (offset <= _logStartOffset || offset > _highWatermark.Offset)
                return false;
            Volatile.Write(ref _logStartOffset, offset);
            _leaderEpochs.TruncateFromStart(offset);
            PublishFirstUnstable();
            return true;
        }
    }

    /// <summary>Notes that a leader's epoch begins at an offset, as a new leader does before its first
    /// append.</summary>
    public void AssignLeaderEpoch(int epoch, long startOffset) => _leaderEpochs.Assign(epoch, startOffset);

    /// <summary>The largest known epoch that is at most <paramref name="epoch"/>, and the offset where it ends;
    /// (-1, -1) when the epoch is newer than all that are known.</summary>
    public (int Epoch, long EndOffset) EndOffsetForEpoch(int epoch) => _leaderEpochs.EndOffsetFor(epoch, LogEndOffset);

    /// <summary>The epoch that wrote an offset; null when it is not known.</summary>
    public int? EpochForOffset(long offset) => _leaderEpochs.EpochForOffset(offset);

    /// <summary>Says to which incarnation of the topic the log belongs, and keeps that in
    /// <c>partition.metadata</c>.</summary>
    /// <exception cref="InvalidOperationException">The log belongs to another one.</exception>
    /// <exception cref="DiskFullException">Nothing was changed.</exception>
    public void AssignTopicId(Uuid topicId)
    {
        lock (_lock)
        {
            if (TopicId == topicId)
                return;
            if (TopicId != Uuid.Zero)
                throw new InvalidOperationException($"{DirectoryPath} belongs to topic id {TopicId}, not to {topicId}");
            ThrowIfUnusable();
            try
            {
                PartitionMetadataFile.Write(_files, DirectoryPath, topicId);
            }
            catch (IOException error) when (error is not DiskFullException)
            {
                throw Fail("writing partition.metadata", error);
            }
            TopicId = topicId;
            _directoryChanged = true;
        }
    }

    /// <summary>Flushes, writes the producer snapshot and closes the files, so that the next start has nothing to
    /// recover.</summary>
    public void Close()
    {
        if (IsClosed)
            return;
        FinishFiles();
        Flush();
        ReleaseFiles();
    }

    /// <summary>Closes without flushing; the caller flushes the volume and then calls
    /// <see cref="SetFlushed"/>.</summary>
    internal void CloseUnflushed()
    {
        if (IsClosed)
            return;
        FinishFiles();
        Guarded("closing", () =>
        {
            _leaderEpochs.Write(flush: false);
            if (Array.Exists(_segments.All, static segment => segment.AbortedTransactions.IsUnflushed))
                TransactionIndexChecksums.Write(_files, DirectoryPath, _segments.All);
        });
        ReleaseFiles();
    }

    /// <summary>Everything up to the end is flushed now.</summary>
    internal void SetFlushed() => Volatile.Write(ref _recoveryPoint, LogEndOffset);

    private void FinishFiles()
    {
        lock (_lock)
        {
            Guarded("closing", () =>
            {
                _segments.Active.Seal();
                // Not flushed: one that a power cut tore is found by its CRC, and the log is replayed instead.
                if (_end.Offset > _logStartOffset)
                    _producers.TakeSnapshot(flush: false);
            });
        }
    }

    /// <summary>Closes the files without writing anything, when the directory has failed.</summary>
    internal void ReleaseFiles()
    {
        lock (_structureLock)
        {
            lock (_lock)
            {
                if (_closed)
                    return;
                _closed = true;
                foreach (var segment in _segments.All)
                    segment.Release();
            }
        }
    }

    private LogOffsetMetadata PlaceOf(long offset) =>
        offset == _end.Offset ? _end : new LogOffsetMetadata(offset);

    private void ThrowIfUnusable()
    {
        if (_logDirectory.Failure is not null)
            _logDirectory.ThrowIfFailed();
        ObjectDisposedException.ThrowIf(_closed, this);
    }

    private KafkaStorageException Fail(string doing, Exception error) =>
        _logDirectory.Fail($"{TopicPartition}: {doing} failed", error);

    // For rare operations; the hot paths catch by themselves, without a closure.
    private void Guarded(string doing, Action action)
    {
        ThrowIfUnusable();
        try
        {
            action();
        }
        catch (IOException error) when (error is not CorruptLogException)
        {
            throw Fail(doing, error);
        }
    }
}
