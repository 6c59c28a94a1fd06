using Microsoft.Extensions.Logging;
using Platform.Cluster.Coordination;

namespace Platform.Broker.Coordination;

/// <summary>What all partitions of one coordinator have in common.</summary>
internal sealed record CoordinatorSettings
{
    /// <summary>Name of the coordinator's topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The topic's log.</summary>
    public required ICoordinatorLog Log { get; init; }

    /// <summary>Reads the records of the log.</summary>
    public required CoordinatorRecordCodec Codec { get; init; }

    /// <summary>An empty shard.</summary>
    public required Func<ICoordinatorShard> NewShard { get; init; }

    /// <summary>Where problems are told.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Runs something later, on a thread that may wait for the disk.</summary>
    public required Action<Action> RunLater { get; init; }

    /// <summary>Carries out what shards ask for once it is committed: partition, its leader epoch, and what.</summary>
    public Action<int, int, CommittedEffect> OnCommitted { get; init; } = static (_, _, effect) =>
        throw new NotSupportedException($"this coordinator carries out no {effect.GetType().Name}");

    /// <summary><c>offsets.commit.timeout.ms</c>: how long an answer may wait for its commit.</summary>
    public int CommitTimeoutMs { get; init; } = 5_000;

    /// <summary><c>offsets.load.buffer.size</c>: bytes read from the log at a time while loading.</summary>
    public int LoadBufferBytes { get; init; } = 5 * 1024 * 1024;
}
