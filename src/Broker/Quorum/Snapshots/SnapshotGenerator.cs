using Microsoft.Extensions.Logging;
using Platform.Cluster.Metadata;
using Platform.Cluster.Raft;

namespace Platform.Broker.Quorum;

/// <summary>When a snapshot is due.</summary>
/// <param name="MaxBytes">metadata.log.max.record.bytes.between.snapshots.</param>
/// <param name="MaxIntervalMs">metadata.log.max.snapshot.interval.ms; 0 for no snapshots by age.</param>
internal sealed record SnapshotPolicy(long MaxBytes, long MaxIntervalMs);

/// <summary>Takes snapshots of the metadata now and then, away from the threads of raft and loader: an image is
/// immutable. One at a time; a failed one is tried again when the next is due.</summary>
internal sealed class SnapshotGenerator(
    SnapshotStore store, SnapshotPolicy policy, Action<Action> background, TimeProvider time, ILogger logger)
{
    private long _bytesAtLast;
    private long _firstNewMs = -1;
    private int _running;

    /// <summary>A snapshot is on disk. Called on the thread that wrote it.</summary>
    public event Action<OffsetAndEpoch>? Taken;

    /// <summary>Looks whether a snapshot is due. Called on the loader's thread with every image.</summary>
    /// <param name="image">The newest image.</param>
    /// <param name="bytesReplayed">Bytes of the log that this node has replayed since it started.</param>
    /// <param name="lastTimestampMs">Time of the image's last record.</param>
    /// <param name="voters">The voters that the log names up to the image; null when it names none.</param>
    public void OnPublished(MetadataImage image, long bytesReplayed, long lastTimestampMs, VoterSet? voters = null)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (_firstNewMs < 0)
            _firstNewMs = nowMs;
        var isDue = bytesReplayed - _bytesAtLast >= policy.MaxBytes
            || (policy.MaxIntervalMs > 0 && nowMs - _firstNewMs >= policy.MaxIntervalMs);
        if (!isDue || Interlocked.Exchange(ref _running, 1) != 0)
            return;
        (_bytesAtLast, _firstNewMs) = (bytesReplayed, -1);
        background(() => Take(image, lastTimestampMs, voters));
    }

    private void Take(MetadataImage image, long lastTimestampMs, VoterSet? voters)
    {
        var id = new OffsetAndEpoch(image.Offset + 1, image.Epoch);
        try
        {
            var position = 0L;
            foreach (var batch in SnapshotFormat.Write(image, lastTimestampMs, voters))
            {
                store.WritePart(id, position, batch);
                position += batch.Length;
            }
            store.Finish(id);
            logger.SnapshotTaken(id.Offset, id.Epoch, position);
            Taken?.Invoke(id);
        }
        catch (Exception error)
        {
            logger.SnapshotFailed(error, id.Offset);
        }
        Volatile.Write(ref _running, 0);
    }
}
