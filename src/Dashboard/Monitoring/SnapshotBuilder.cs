using Platform.Client.Metadata;
using Platform.Protocol;

namespace Platform.Dashboard.Monitoring;

/// <summary>Turns what one round found, and what earlier rounds found, into the next snapshot. Pure.</summary>
internal static class SnapshotBuilder
{
    /// <summary>The state after a round that ended at <paramref name="nowMs"/>.</summary>
    public static SampleState Next(SampleState previous, ClusterFacts facts, long nowMs)
    {
        var state = previous with
        {
            StartOffsets = facts.StartOffsets ?? previous.StartOffsets,
            LogSizes = facts.LogSizes ?? previous.LogSizes,
            GroupList = facts.GroupList ?? previous.GroupList,
        };
        state = WithEndOffsets(WithPartitions(state, facts), facts, nowMs);
        var groups = GroupBuilder.Build(state, facts, nowMs);
        state = state with { Groups = groups.Memory };
        var topics = facts.Topics.OrderBy(topic => topic.Name, StringComparer.Ordinal)
            .Select(topic => Topic(topic, state)).ToList();
        var snapshot = new ClusterSnapshot(
            facts.Cluster.ClusterId, nowMs, facts.Cluster.ControllerId,
            BrokerBuilder.Build(facts.Cluster, topics, state, previous.Snapshot), topics, groups.States,
            Totals(topics, groups.States, state, facts, nowMs));
        return state with
        {
            Snapshot = snapshot,
            Counters = facts.Counters ?? state.Counters,
            CountersAtMs = facts.Counters is null ? state.CountersAtMs : nowMs,
        };
    }

    private static SampleState WithPartitions(SampleState state, ClusterFacts facts)
    {
        var known = facts.Topics.SelectMany(topic => topic.Partitions
            .Select(partition => new TopicPartition(topic.Name, partition.Index))).ToHashSet();
        var fresh = state.Known is { } before
            ? known.Where(partition => !before.Contains(partition) || state.Fresh.Contains(partition)).ToHashSet() : [];
        return state with { Known = known, Fresh = fresh };
    }

    // A partition whose leader does not answer just now keeps its last end.
    private static SampleState WithEndOffsets(SampleState state, ClusterFacts facts, long nowMs)
    {
        if (facts.EndOffsets is not { } ends)
            return state;
        var rates = new Dictionary<TopicPartition, double>(ends.Count);
        var all = new Dictionary<TopicPartition, long>(ends);
        foreach (var partition in state.Known ?? state.Fresh)
            if (!ends.TryGetValue(partition, out var end))
                KeepEnd(partition, state, all);
            else
                rates[partition] = PerSecond(end - EndBefore(partition, end, state), nowMs - state.EndOffsetsAtMs);
        var fresh = state.Fresh.Where(partition => !ends.ContainsKey(partition)).ToHashSet();
        return state with { EndOffsets = all, EndOffsetsAtMs = nowMs, Rates = rates, Fresh = fresh };
    }

    private static void KeepEnd(TopicPartition partition, SampleState state, Dictionary<TopicPartition, long> all)
    {
        if (state.EndOffsets.TryGetValue(partition, out var last))
            all[partition] = last;
    }

    private static long EndBefore(TopicPartition partition, long end, SampleState state)
    {
        if (state.Fresh.Contains(partition))
            return 0;
        return state.EndOffsets.TryGetValue(partition, out var before) ? before : end;
    }

    private static TopicState Topic(TopicMetadata topic, SampleState state)
    {
        var partitions = topic.Partitions.Select(partition => Partition(topic.Name, partition, state)).ToList();
        return new TopicState(topic.Name, topic.Id.ToString(), topic.IsInternal, partitions,
            partitions.Sum(partition => partition.MessagesPerSecond));
    }

    private static PartitionState Partition(string topic, PartitionMetadata partition, SampleState state)
    {
        var key = new TopicPartition(topic, partition.Index);
        return new PartitionState(
            topic, partition.Index, partition.LeaderId, partition.Replicas, partition.InSyncReplicas,
            state.StartOffsets.GetValueOrDefault(key, -1), state.EndOffsets.GetValueOrDefault(key, -1),
            SizeOf(key, state), state.Rates.GetValueOrDefault(key));
    }

    private static long? SizeOf(TopicPartition partition, SampleState state)
    {
        long? size = null;
        foreach (var broker in state.LogSizes.Values)
            if (broker.TryGetValue(partition, out var bytes))
                size = (size ?? 0) + bytes;
        return size;
    }

    private static ClusterTotals Totals(
        List<TopicState> topics, IReadOnlyList<GroupState> groups, SampleState state, ClusterFacts facts, long nowMs)
    {
        var elapsedMs = nowMs - state.CountersAtMs;
        double? Rate(Func<BrokerCounters, double> counter) =>
            facts.Counters is { } now && state.Counters is { } before
                ? PerSecond(counter(now) - counter(before), elapsedMs) : null;
        return new ClusterTotals(
            topics.Where(topic => !topic.IsInternal).Sum(topic => topic.MessagesPerSecond),
            groups.Sum(group => group.ConsumedPerSecond),
            Rate(counters => counters.BytesIn), Rate(counters => counters.BytesOut),
            Rate(counters => counters.Requests),
            topics.Sum(topic => topic.Partitions.Count), topics.Sum(topic => topic.UnderReplicated),
            topics.Sum(topic => topic.Offline), groups.Sum(group => group.TotalLag),
            state.LogSizes.Count == 0 ? null : topics.Sum(topic => topic.SizeBytes ?? 0));
    }

    /// <summary>
    /// A rate that is never negative: logs that were made anew, and brokers that restarted, begin again.
    /// </summary>
    internal static double PerSecond(double change, long elapsedMs) =>
        elapsedMs <= 0 ? 0 : Math.Max(0, change * 1000 / elapsedMs);
}
