using Platform.Broker.Tiering;
using Platform.Client;
using Platform.Cluster.Replication;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Platform.Storage;

namespace Platform.Broker.Replication;

/// <summary>Carries a leader's answer for one partition into its log: records, a divergence, or an error.</summary>
internal readonly struct FetchedAnswer(
    FollowedPartition followed, FetchResponse.PartitionData data, LeaderLink leader, ReplicaFetcherOptions options)
{
    /// <summary>Takes the answer over. Errors are those of the partition: it waits and is asked for again.</summary>
    public async ValueTask TakeAsync(CancellationToken cancellation)
    {
        try
        {
            if (data.ErrorCode == ErrorCode.OffsetOutOfRange)
                await ReturnToRangeAsync(cancellation);
            else if (data.ErrorCode == ErrorCode.OffsetMovedToTieredStorage && options.RemoteState is { } remote)
                await BuildFromRemoteAsync(remote, cancellation);
            else if (data.ErrorCode != ErrorCode.None)
                Fail(data.ErrorCode, data.ErrorCode.Describe());
            else if (data.DivergingEpoch.Epoch >= 0)
                Truncate();
            else
                Append();
        }
        catch (KafkaStorageException error)
        {
            Fail(ErrorCode.KafkaStorageError, error.Message);
        }
        catch (KafkaException error)
        {
            Fail(error.Code, error.Message);
        }
    }

    private void Append()
    {
        var records = data.Records.Memory;
        var appended = followed.Partition.AppendAsFollower(
            records, followed.Follower.LeaderEpoch, data.HighWatermark, data.LogStartOffset);
        if (appended.Error != ErrorCode.None)
        {
            Fail(appended.Error, appended.ErrorMessage ?? appended.Error.Describe());
            return;
        }
        options.Counters.Received(records.Length);
        followed.Partition.ReceivedFromLeader(records.Length);
        followed.Follower.OnFetched(data.HighWatermark, followed.Partition.Log.LogEndOffset);
    }

    private void Truncate()
    {
        var log = followed.Partition.Log;
        var (end, highWatermark) = (log.LogEndOffset, log.HighWatermark);
        var offset = followed.Partition.TruncateToLeader(
            followed.Follower.LeaderEpoch, data.DivergingEpoch.Epoch, data.DivergingEpoch.EndOffset);
        if (offset is { } cut)
            Tell(cut, end, highWatermark);
    }

    // What the leader has given up locally is not copied: the log begins where the leader's does.
    private async ValueTask BuildFromRemoteAsync(RemoteStateBuilder remote, CancellationToken cancellation)
    {
        var start = await leader.StartAsync(followed.Id, followed.Follower.LeaderEpoch, cancellation);
        await remote.BuildAsync(followed.Partition, followed.Follower.LeaderEpoch, start, cancellation);
    }

    private async ValueTask ReturnToRangeAsync(CancellationToken cancellation)
    {
        var log = followed.Partition.Log;
        var (start, end) = await leader.RangeAsync(followed.Id, followed.Follower.LeaderEpoch, cancellation);
        var (ownEnd, highWatermark) = (log.LogEndOffset, log.HighWatermark);
        var step = FollowerReplica.OnOutOfRange(start, end, ownEnd);
        if (!followed.Partition.ReturnToRange(followed.Follower.LeaderEpoch, step))
            return;
        if (step.StartsOver)
            options.Logger.StartingOver(followed.Id.TopicPartition, step.Offset, leader.BrokerId);
        else
            Tell(step.Offset, ownEnd, highWatermark);
    }

    private void Tell(long offset, long end, long highWatermark)
    {
        if (offset < end)
            options.Logger.Truncating(
                followed.Id.TopicPartition, end, offset, leader.BrokerId, followed.Follower.LeaderEpoch);
        if (offset < highWatermark)
            options.Logger.TruncatingCommitted(followed.Id.TopicPartition, offset, highWatermark);
    }

    private void Fail(ErrorCode error, string reason)
    {
        options.Logger.PartitionNotFetched(
            followed.Id.TopicPartition, leader.BrokerId, followed.Follower.LeaderEpoch, reason);
        followed.Follower.OnError(error, options.NowMs, options.BackoffMs);
    }
}
