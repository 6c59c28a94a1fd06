using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Cluster.FetchSessions;

/// <summary>One partition to be read, and from where.</summary>
/// <param name="Topic">Name of the topic; empty when the request named an id (v13).</param>
/// <param name="TopicId">Id of the topic, or zero when the request named a name.</param>
/// <param name="Partition">Number of the partition.</param>
/// <param name="FetchOffset">First offset wanted.</param>
/// <param name="MaxBytes">Most bytes wanted of this partition.</param>
/// <param name="CurrentLeaderEpoch">Leader epoch that the client believes in, or -1.</param>
/// <param name="LastFetchedEpoch">Epoch of the last record fetched, or -1.</param>
/// <param name="LogStartOffset">A follower's log start, or -1.</param>
/// <param name="HighWatermark">The high watermark that a follower knows, so that a higher one is told at once; the
/// largest number when it does not wait for that (KIP-1166).</param>
public readonly record struct FetchTarget(
    string Topic, Uuid TopicId, int Partition, long FetchOffset, int MaxBytes, int CurrentLeaderEpoch,
    int LastFetchedEpoch, long LogStartOffset, long HighWatermark = long.MaxValue)
{
    internal static FetchTarget From(FetchRequest.FetchTopic topic, FetchRequest.FetchPartition partition) => new(
        topic.Topic, topic.TopicId, partition.Partition, partition.FetchOffset, partition.PartitionMaxBytes,
        partition.CurrentLeaderEpoch, partition.LastFetchedEpoch, partition.LogStartOffset, partition.HighWatermark);

    internal static List<FetchTarget> All(FetchRequest request)
    {
        var targets = new List<FetchTarget>(request.Topics.Count);
        foreach (var topic in request.Topics)
            foreach (var partition in topic.Partitions)
                targets.Add(From(topic, partition));
        return targets;
    }
}
