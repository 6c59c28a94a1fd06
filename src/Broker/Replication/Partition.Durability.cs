using Platform.Storage;

namespace Platform.Broker.Replication;

/// <content>Topics with <c>platform.flush.on.ack</c>: a record counts as held by a replica only once it is on its disk, so
/// that acks=all and consumers wait for the disks, not for the page caches.</content>
internal sealed partial class Partition
{
    private GroupCommit? _commits;

    // What was appended counts now, or once it is flushed. True when the high watermark moved.
    private bool CountAppend(long nowMs)
    {
        if (Log.Config.FlushOnAck)
        {
            (_commits ??= new GroupCommit(FlushAndCount)).Request();
            return false;
        }
        var moved = _leader!.OnLocalAppend(Log.LogEndOffset, nowMs);
        if (moved)
            PublishHighWatermark();
        return moved;
    }

    private void FlushAndCount()
    {
        try
        {
            Log.Flush();
        }
        catch (Exception error) when (error is KafkaStorageException or ObjectDisposedException)
        {
            // The directory is offline, or the partition deleted: who waits learns it now and not by a timeout.
            NotifyWatchers();
            return;
        }
        lock (_lock)
        {
            _leader?.OnLocalAppend(Log.RecoveryPoint, context.NowMs);
            PublishHighWatermark();
        }
        NotifyWatchers();
    }
}
