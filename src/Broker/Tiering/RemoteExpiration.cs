using Platform.Broker.Replication;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>Deletes copies of one led partition that retention, DeleteRecords, a cut of the log or a failed copy made
/// useless, and keeps the begin of the log where the oldest copy is.</summary>
internal sealed class RemoteExpiration(
    Partition partition, RemoteLogMetadataCache cache, SegmentCopier copier, RemoteLogContext context)
{
    private const long Unlimited = -1;

    /// <summary>Deletes what is due.</summary>
    /// <exception cref="IOException">Remote storage failed.</exception>
    /// <exception cref="Client.KafkaException">The metadata could not be written.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await context.ExpirationSlots.WaitAsync(cancellation);
        try
        {
            RaiseLogStart();
            var plan = RemoteRetentionPolicy.Choose(Input());
            // Readers are told before the first copy goes.
            partition.Log.MaybeIncrementLogStartOffset(plan.LogStartOffset);
            Show(plan.Deleted);
            foreach (var (segment, reason) in plan.Deleted)
                await DeleteAsync(segment, reason, cancellation);
            Show([]);
        }
        finally
        {
            context.ExpirationSlots.Release();
        }
    }

    /// <summary>A leader before may have deleted copies, and ended before its followers heard of the new begin.</summary>
    public void RaiseLogStart()
    {
        var log = partition.Log;
        log.MaybeIncrementLogStartOffset(
            RemoteCoverage.FirstOffset(cache, log.Lineage, log.LogStartOffset, log.LocalLogStartOffset));
    }

    private async Task DeleteAsync(
        RemoteLogSegmentMetadata segment, RemoteDeletionReason reason, CancellationToken cancellation)
    {
        var id = segment.RemoteLogSegmentId.Id;
        if (reason == RemoteDeletionReason.Leftover && !copier.Condemn(id))
            return;
        await RemoteDeletion.DeleteAsync(context, segment, cancellation);
        copier.Forget(id);
        context.Logger.Deleted(partition.Id.TopicPartition, segment.StartOffset, segment.EndOffset, reason);
    }

    private RemoteRetentionInput Input()
    {
        var log = partition.Log;
        var config = log.Config;
        var deletes = (config.CleanupPolicy & CleanupPolicies.Delete) != 0;
        return new RemoteRetentionInput
        {
            InProgress = copier.InProgress,
            Segments = cache.Segments,
            IsReferenced = cache.IsReferenced,
            Lineage = log.Lineage,
            LogStartOffset = log.LogStartOffset,
            OnlyLocalBytes = OnlyLocalBytes(),
            RetentionMs = deletes ? config.RetentionMs : Unlimited,
            RetentionBytes = deletes ? config.RetentionBytes : Unlimited,
            NowMs = context.NowMs,
        };
    }

    private long OnlyLocalBytes()
    {
        var highest = partition.Log.HighestOffsetInRemoteStorage;
        return partition.Log.LocalSegments.Where(segment => segment.EndOffset - 1 > highest)
            .Sum(static segment => segment.SizeInBytes);
    }

    private void Show(IReadOnlyList<(RemoteLogSegmentMetadata Segment, RemoteDeletionReason Reason)> waiting)
    {
        var gauges = context.Metrics.Of(partition.Id.Topic).Of(partition.Id.Partition);
        var segments = cache.Segments;
        gauges.SizeBytes = segments.Where(static s => s.State == RemoteLogSegmentState.CopySegmentFinished)
            .Sum(static s => (long)s.SegmentSizeInBytes);
        gauges.MetadataCount = segments.Count;
        gauges.DeleteLagBytes = waiting.Sum(static entry => (long)entry.Segment.SegmentSizeInBytes);
        gauges.DeleteLagSegments = waiting.Count;
    }
}
