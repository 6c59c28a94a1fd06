using Platform.Broker.Replication;
using Platform.Client;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>
/// Copies closed segments of one led partition to remote storage, in order (KIP-405). A copy counts once
/// <c>__remote_log_metadata</c> says that it is finished; until then the local segment stays, whatever happens.
/// </summary>
internal sealed class SegmentCopier(Partition partition, RemoteLogMetadataCache cache, RemoteLogContext context)
{
    private readonly HashSet<Uuid> _inProgress = [];
    private readonly Lock _lock = new();
    private readonly HashSet<Uuid> _condemned = [];
    private bool _givenUp;

    /// <summary>Copies that are being made at this moment.</summary>
    public IReadOnlySet<Uuid> InProgress
    {
        get
        {
            lock (_lock)
                return _inProgress.ToHashSet();
        }
    }

    /// <summary>Copies what is due; returns when nothing is left to copy.</summary>
    /// <exception cref="IOException">Remote storage failed; what was left there is removed, now or later.</exception>
    /// <exception cref="KafkaException">The metadata could not be written.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var log = partition.Log;
        FindCopied();
        ShowLag();
        if (!log.Config.IsTiering || _givenUp)
            return;
        foreach (var segment in CopyPolicy.Choose(log.LocalSegments, Position(), log.Config))
        {
            await CopyInTurnAsync(segment, cancellation);
            FindCopied();
            ShowLag();
            if (_givenUp)
                return;
        }
    }

    /// <summary>Notes in the log what of it is in remote storage.</summary>
    public void FindCopied()
    {
        var log = partition.Log;
        lock (_lock)
        {
            var highest = RemoteCoverage.HighestOffset(cache, log.Lineage, log.LocalLogStartOffset);
            foreach (var id in _condemned)
                if (cache.Get(id) is { State: RemoteLogSegmentState.CopySegmentFinished } condemned)
                    highest = Math.Min(highest, condemned.StartOffset - 1);
            log.SetHighestOffsetInRemoteStorage(highest);
        }
    }

    /// <summary>A copy is about to be deleted because it was never finished: from now on it does not count, even when the
    /// word that it is finished comes late, so that no local segment is given up for it.</summary>
    /// <returns>False when the word has come: the copy is good and stays.</returns>
    public bool Condemn(Uuid id)
    {
        lock (_lock)
        {
            if (cache.Get(id)?.State == RemoteLogSegmentState.CopySegmentFinished)
                return false;
            _condemned.Add(id);
            return true;
        }
    }

    /// <summary>A condemned copy is gone.</summary>
    public void Forget(Uuid id)
    {
        lock (_lock)
            _condemned.Remove(id);
    }

    private void ShowLag()
    {
        var lag = CopyPolicy.Lag(partition.Log.LocalSegments, Position());
        var gauges = context.Metrics.Of(partition.Id.Topic).Of(partition.Id.Partition);
        (gauges.CopyLagBytes, gauges.CopyLagSegments) = (lag.Bytes, lag.Segments);
    }

    private CopyPosition Position()
    {
        var log = partition.Log;
        return new CopyPosition(
            log.LogStartOffset, log.LastStableOffset, log.HighestOffsetInRemoteStorage, context.NowMs);
    }

    private async Task CopyInTurnAsync(LocalSegment segment, CancellationToken cancellation)
    {
        await context.CopySlots.WaitAsync(cancellation);
        try
        {
            if (context.CopyQuota.DelayMs(context.NowMs) is > 0 and var delayMs)
                await Task.Delay(TimeSpan.FromMilliseconds(delayMs), context.Time, cancellation);
            if (partition.Log.OpenForCopy(segment.BaseOffset) is not { } opened)
                return;
            context.CopyQuota.Record(opened.SizeInBytes, context.NowMs);
            await CopyAsync(opened, cancellation);
        }
        finally
        {
            context.CopySlots.Release();
        }
    }

    private async Task CopyAsync(TierableSegment segment, CancellationToken cancellation)
    {
        var begun = Begin(segment);
        var counters = context.Metrics.Of(partition.Id.Topic);
        Interlocked.Increment(ref counters.CopyRequests);
        lock (_lock)
            _inProgress.Add(begun.RemoteLogSegmentId.Id);
        try
        {
            await context.Metadata.AddAsync(begun, cancellation);
            var custom = await CopyDataAsync(begun, segment, cancellation);
            await FinishAsync(begun, custom, cancellation);
            Interlocked.Add(ref counters.CopyBytes, segment.SizeInBytes);
            context.Logger.Copied(
                partition.Id.TopicPartition, segment.StartOffset, segment.EndOffset, segment.SizeInBytes);
        }
        catch
        {
            Interlocked.Increment(ref counters.CopyErrors);
            throw;
        }
        finally
        {
            lock (_lock)
                _inProgress.Remove(begun.RemoteLogSegmentId.Id);
        }
    }

    private async Task<ReadOnlyMemory<byte>?> CopyDataAsync(
        RemoteLogSegmentMetadata begun, TierableSegment segment, CancellationToken cancellation)
    {
        try
        {
            var custom = await context.Storage.CopyLogSegmentDataAsync(begun, segment.Data, cancellation);
            if (custom is not { Length: var length } || length <= context.Settings.MaxCustomMetadataBytes)
                return custom;
            _givenUp = true;
            context.Logger.CustomMetadataTooLarge(
                partition.Id.TopicPartition, length, context.Settings.MaxCustomMetadataBytes);
            throw new RemoteStorageException($"{length} bytes of custom metadata are too many");
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            await TryRemoveAsync(begun, cancellation);
            throw;
        }
    }

    // The answer of the metadata topic decides, not this broker: a later leader may have given the copy up meanwhile.
    private async Task FinishAsync(
        RemoteLogSegmentMetadata begun, ReadOnlyMemory<byte>? custom, CancellationToken cancellation)
    {
        await context.Metadata.UpdateAsync(new RemoteLogSegmentMetadataUpdate(
            begun.RemoteLogSegmentId, context.NowMs, RemoteLogSegmentState.CopySegmentFinished, context.BrokerId)
        {
            CustomMetadata = custom,
        }, cancellation);
        if (cache.Get(begun.RemoteLogSegmentId.Id)?.State == RemoteLogSegmentState.CopySegmentFinished)
            return;
        await context.Storage.DeleteLogSegmentDataAsync(begun, cancellation);
        throw new RemoteStorageException(
            $"the copy of segment {begun.StartOffset} was given up by another broker while it was made");
    }

    // What fails here is found and removed by the next look for leftovers.
    private async Task TryRemoveAsync(RemoteLogSegmentMetadata begun, CancellationToken cancellation)
    {
        if (!Condemn(begun.RemoteLogSegmentId.Id))
            return;
        try
        {
            await RemoteDeletion.DeleteAsync(context, begun, cancellation);
            Forget(begun.RemoteLogSegmentId.Id);
        }
        catch (Exception error) when (error is IOException or KafkaException)
        {
            context.Logger.LeftoverStays(partition.Id.TopicPartition, begun.StartOffset, error.Message);
        }
    }

    private RemoteLogSegmentMetadata Begin(TierableSegment segment) => new()
    {
        RemoteLogSegmentId = new RemoteLogSegmentId(partition.Id, context.NewId()),
        StartOffset = segment.StartOffset,
        EndOffset = segment.EndOffset,
        MaxTimestampMs = segment.MaxTimestampMs,
        BrokerId = context.BrokerId,
        EventTimestampMs = context.NowMs,
        SegmentSizeInBytes = segment.SizeInBytes,
        State = RemoteLogSegmentState.CopySegmentStarted,
        SegmentLeaderEpochs = segment.LeaderEpochs,
        TxnIndexEmpty = segment.Data.TransactionIndex is null,
    };
}
