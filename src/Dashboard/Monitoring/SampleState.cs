using System.Collections.Immutable;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Dashboard.Monitoring;

/// <summary>The snapshot together with what is carried from one round to the next. Immutable.</summary>
internal sealed record SampleState
{
    public static SampleState Empty { get; } = new();

    public ClusterSnapshot? Snapshot { get; init; }
    public IReadOnlyDictionary<TopicPartition, long> StartOffsets { get; init; } =
        ImmutableDictionary<TopicPartition, long>.Empty;
    public IReadOnlyDictionary<TopicPartition, long> EndOffsets { get; init; } =
        ImmutableDictionary<TopicPartition, long>.Empty;
    public IReadOnlyDictionary<TopicPartition, double> Rates { get; init; } =
        ImmutableDictionary<TopicPartition, double>.Empty;
    public long EndOffsetsAtMs { get; init; }

    /// <summary>Partitions of the last round; null before the first.</summary>
    public IReadOnlySet<TopicPartition>? Known { get; init; }

    /// <summary>Partitions made since the first round whose end is not known yet: all that they hold is new.</summary>
    public IReadOnlySet<TopicPartition> Fresh { get; init; } = ImmutableHashSet<TopicPartition>.Empty;
    public IReadOnlyDictionary<int, IReadOnlyDictionary<TopicPartition, long>> LogSizes { get; init; } =
        ImmutableDictionary<int, IReadOnlyDictionary<TopicPartition, long>>.Empty;
    public IReadOnlyList<GroupListing> GroupList { get; init; } = [];
    public IReadOnlyDictionary<string, GroupMemory> Groups { get; init; } =
        ImmutableDictionary<string, GroupMemory>.Empty;
    public BrokerCounters? Counters { get; init; }
    public long CountersAtMs { get; init; }
}

/// <summary>What is remembered of a group between two rounds.</summary>
internal sealed record GroupMemory(
    GroupDescription? Description, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Committed, long CommittedAtMs,
    ImmutableArray<ConsumedPoint> Consumed, LagWindow Window, ImmutableArray<LagPoint> LagHistory, double? LagSlope)
{
    public static GroupMemory None { get; } =
        new(null, ImmutableDictionary<TopicPartition, OffsetAndMetadata>.Empty, 0, [], default, [], null);
}

/// <summary>How much a group had consumed since it is watched.</summary>
internal readonly record struct ConsumedPoint(long AtMs, long Total);

/// <summary>The least lag since a moment.</summary>
internal readonly record struct LagWindow(long SinceMs, long Least);
