using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>Deletes copies: first it is noted, then done, then noted again, so that whoever comes after a crash goes on
/// where it ended.</summary>
internal static class RemoteDeletion
{
    /// <summary>Deletes one copy.</summary>
    /// <exception cref="IOException">Remote storage failed.</exception>
    /// <exception cref="Client.KafkaException">The metadata could not be written.</exception>
    public static async Task DeleteAsync(
        RemoteLogContext context, RemoteLogSegmentMetadata segment, CancellationToken cancellation)
    {
        var counters = context.Metrics.Of(segment.RemoteLogSegmentId.TopicIdPartition.Topic);
        Interlocked.Increment(ref counters.DeleteRequests);
        try
        {
            if (segment.State != RemoteLogSegmentState.DeleteSegmentStarted)
                await UpdateAsync(context, segment, RemoteLogSegmentState.DeleteSegmentStarted, cancellation);
            await context.Storage.DeleteLogSegmentDataAsync(segment, cancellation);
            await UpdateAsync(context, segment, RemoteLogSegmentState.DeleteSegmentFinished, cancellation);
        }
        catch
        {
            Interlocked.Increment(ref counters.DeleteErrors);
            throw;
        }
    }

    private static Task UpdateAsync(RemoteLogContext context, RemoteLogSegmentMetadata segment,
        RemoteLogSegmentState state, CancellationToken cancellation) => context.Metadata.UpdateAsync(
        new RemoteLogSegmentMetadataUpdate(segment.RemoteLogSegmentId, context.NowMs, state, context.BrokerId), cancellation);
}
