using Platform.Client.Admin;
using Platform.Client.Metadata;
using Platform.Protocol;

namespace Platform.Dashboard.Monitoring;

/// <summary>What one round of questions to the cluster found. What was not asked this time is null.</summary>
internal sealed record ClusterFacts
{
    public required ClusterDescription Cluster { get; init; }
    public required IReadOnlyList<TopicMetadata> Topics { get; init; }
    public IReadOnlyDictionary<TopicPartition, long>? StartOffsets { get; init; }
    public IReadOnlyDictionary<TopicPartition, long>? EndOffsets { get; init; }

    /// <summary>Bytes on disk by broker and partition; a broker that does not tell is not in it.</summary>
    public IReadOnlyDictionary<int, IReadOnlyDictionary<TopicPartition, long>>? LogSizes { get; init; }

    public IReadOnlyList<GroupListing>? GroupList { get; init; }
    public IReadOnlyList<GroupFacts> Groups { get; init; } = [];

    /// <summary>Counters of brokers in this process; null when there are none.</summary>
    public BrokerCounters? Counters { get; init; }
}

/// <summary>What was found about one group; null where it was not asked.</summary>
internal sealed record GroupFacts(
    string GroupId, GroupDescription? Description, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>? Committed);

/// <summary>Sums since the start of the brokers in this process.</summary>
internal sealed record BrokerCounters(double BytesIn, double BytesOut, double Requests);
