using System.Buffers;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Replication;

/// <summary>How far a copy of a partition into another log directory came with one step.</summary>
/// <param name="Bytes">Bytes that were copied.</param>
/// <param name="Lag">Records that it lacks.</param>
/// <param name="Error">Why it did not come further, or none.</param>
internal readonly record struct FutureCopy(int Bytes, long Lag, ErrorCode Error = ErrorCode.None);

/// <content>The future log: a copy in another log directory that follows the current log as a follower on another broker would,
/// and takes its place in the end (KIP-113).</content>
internal sealed partial class Partition
{
    /// <summary>Most reads of the rest of the log while nobody may append to it.</summary>
    private const int LastReadsMax = 4;

    // Taken after the partition's lock. What cuts the current log holds it, and what writes to the copy.
    private readonly Lock _futureLock = new();
    private UnifiedLog? _future;
    private int _cuts;

    /// <summary>The copy on its way to another log directory; null when there is none.</summary>
    public UnifiedLog? FutureLog => Volatile.Read(ref _future);

    /// <summary>The directory in which the metadata has this replica (KIP-858).</summary>
    public Uuid AssignedDirectory { get; set; }

    /// <summary>Records that the copy lacks.</summary>
    public long FutureLag => FutureLog is { } future ? Math.Max(0, Log.LogEndOffset - future.LogEndOffset) : 0;

    /// <summary>Begins to copy, or goes on with a copy that was there at the start.</summary>
    public void SetFuture(UnifiedLog? future)
    {
        lock (_futureLock)
            Volatile.Write(ref _future, future);
    }

    /// <summary>Copies some records into the future log. Appends to the current one go on meanwhile.</summary>
    /// <param name="maxBytes">Bytes to copy at most; a batch that is larger is copied whole.</param>
    /// <exception cref="KafkaStorageException">A log directory failed, now or before.</exception>
    public FutureCopy CopyToFuture(int maxBytes)
    {
        UnifiedLog future;
        int cuts;
        lock (_futureLock)
        {
            if (_future is null)
                return default;
            (future, cuts) = (_future, _cuts);
            Align(future);
        }
        var read = Log.Read(future.LogEndOffset, maxBytes, FetchIsolation.LogEnd, minOneMessage: true);
        using var slice = read.Records.Slice as FileRecordsSlice;
        if (read.Error != ErrorCode.None || slice is null)
            return EndStep(future, read.Error);
        var bytes = ArrayPool<byte>.Shared.Rent(slice.SizeInBytes);
        try
        {
            slice.CopyTo(bytes);
            lock (_futureLock)
            {
                // What was read may be gone, or half of it something else.
                return _cuts != cuts || _future != future ? new FutureCopy(0, FutureLag)
                    : Append(future, bytes.AsMemory(0, slice.SizeInBytes));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Lets the future log take the place of the current one, when nearly all is copied. Nobody appends
    /// meanwhile.</summary>
    /// <param name="maxBytes">Bytes of one read.</param>
    /// <param name="replace">Renames the directories and returns the log that was the future one.</param>
    /// <returns>False when too much is missing.</returns>
    /// <exception cref="KafkaStorageException">A log directory failed, now or before.</exception>
    public bool ReplaceWithFuture(int maxBytes, Func<UnifiedLog> replace)
    {
        lock (_lock)
        {
            for (var reads = 0; FutureLag > 0; reads++)
            {
                if (reads == LastReadsMax || CopyToFuture(maxBytes).Error != ErrorCode.None)
                    return false;
            }
            lock (_futureLock)
            {
                if (_future is not { } future || !IsSame(future))
                    return false;
                // What was on one disk must be on the other.
                if (future.RecoveryPoint < Log.RecoveryPoint)
                    future.Flush();
                future.Config = Log.Config;
                Volatile.Write(ref _log, replace());
                Volatile.Write(ref _future, null);
            }
        }
        NotifyWatchers();
        return true;
    }

    private bool IsSame(UnifiedLog future)
    {
        Align(future);
        future.UpdateHighWatermark(Log.HighWatermark);
        future.MaybeIncrementLogStartOffset(Log.LogStartOffset);
        return future.LogEndOffset == Log.LogEndOffset && future.LogStartOffset >= Log.LogStartOffset;
    }

    private FutureCopy EndStep(UnifiedLog future, ErrorCode error)
    {
        // Retention was faster: the next step begins where the log begins now.
        if (error == ErrorCode.OffsetOutOfRange)
            error = ErrorCode.None;
        else if (error == ErrorCode.None)
            future.UpdateHighWatermark(Log.HighWatermark);
        return new FutureCopy(0, FutureLag, error);
    }

    private FutureCopy Append(UnifiedLog future, ReadOnlyMemory<byte> records)
    {
        var before = future.LogEndOffset;
        var appended = future.AppendAsFollower(records);
        if (appended.Error != ErrorCode.None)
            return new FutureCopy(0, FutureLag, appended.Error);
        future.UpdateHighWatermark(FollowerReplica.HighWatermark(Log.HighWatermark, future.LogEndOffset));
        future.MaybeIncrementLogStartOffset(Log.LogStartOffset);
        return new FutureCopy(future.LogEndOffset > before ? records.Length : 0, FutureLag);
    }

    // As a follower finds out where its log stops being the leader's; here both sides are at hand. Called under the lock.
    private void Align(UnifiedLog future)
    {
        var current = Log;
        if (future.LogEndOffset < current.LogStartOffset)
        {
            future.TruncateFullyAndStartAt(current.LogStartOffset);
            return;
        }
        var position = new FetchPosition(future.LogEndOffset, future.LatestEpoch);
        var found = FetchDivergence.Find(
            position, current.LogStartOffset, current.EndOffsetForEpoch(position.LastFetchedEpoch));
        if (found.Epoch >= 0)
            future.TruncateTo(FollowerReplica.TruncationPoint(
                found.Epoch, found.EndOffset, future.LogEndOffset, future.EndOffsetForEpoch));
        else if (found.IsFound || future.LogEndOffset > current.LogEndOffset)
            future.TruncateFullyAndStartAt(current.LogStartOffset);
    }

    // A step that has read what is cut off now must not append it to the copy.
    private void Cut(Action<UnifiedLog> cut)
    {
        lock (_futureLock)
        {
            _cuts++;
            cut(Log);
        }
    }
}
