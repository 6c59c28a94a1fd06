using Platform.Broker.Replication;
using Platform.Client;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Broker.Tiering;

/// <summary>What a leader says of the begin of its local log.</summary>
/// <param name="LogStart">First offset of the whole log.</param>
/// <param name="LocalStart">First offset on its disk.</param>
/// <param name="EpochBefore">Leader epoch that wrote the offset before that.</param>
internal readonly record struct LeaderStart(long LogStart, long LocalStart, int EpochBefore);

/// <summary>Lets a follower begin where its leader's local log begins: leader epochs and producers of what comes before are
/// taken from remote storage instead of from records (KIP-405).</summary>
internal sealed class RemoteStateBuilder(RemoteLogContext context)
{
    /// <summary>Fetches what is needed and starts the log anew.</summary>
    /// <returns>False when this broker no longer follows in that epoch.</returns>
    /// <exception cref="KafkaException">It cannot be done now; the follower tries again.</exception>
    public async Task<bool> BuildAsync(
        Partition partition, int leaderEpoch, LeaderStart leader, CancellationToken cancellation)
    {
        var counters = context.Metrics.Of(partition.Id.Topic);
        Interlocked.Increment(ref counters.BuildRequests);
        try
        {
            var segment = Find(partition.Id, leader);
            var epochs = await context.Storage.FetchIndexAsync(segment, RemoteIndexType.LeaderEpoch, cancellation);
            var producers = await context.Storage.FetchIndexAsync(
                segment, RemoteIndexType.ProducerSnapshot, cancellation);
            if (!partition.RebuildFromRemote(leaderEpoch, segment.EndOffset + 1, leader.LogStart, epochs, producers))
                return false;
            context.Logger.Rebuilt(partition.Id.TopicPartition, segment.EndOffset + 1, leader.LogStart);
            return true;
        }
        catch (Exception error) when (error is IOException and not KafkaStorageException)
        {
            Interlocked.Increment(ref counters.BuildErrors);
            throw new KafkaException(ErrorCode.KafkaStorageError,
                $"taking the begin of {partition.Id.TopicPartition} from remote storage failed: {error.Message}", error);
        }
    }

    private RemoteLogSegmentMetadata Find(TopicIdPartition id, LeaderStart leader)
    {
        if (context.Metadata.CacheOf(id) is not { } cache)
            throw new KafkaException(ErrorCode.KafkaStorageError,
                $"what is in remote storage of {id.TopicPartition} is not known here yet");
        return cache.Find(leader.EpochBefore, leader.LocalStart - 1)
            ?? throw new KafkaException(ErrorCode.KafkaStorageError, $"the leader has {id.TopicPartition} locally from "
                + $"offset {leader.LocalStart} on, and no remote segment is known here that ends before it");
    }
}
