namespace Platform.Cluster.Raft;

/// <summary>The times and limits of the quorum, under Kafka's names without <c>controller.quorum.</c>.</summary>
public sealed record RaftSettings
{
    /// <summary>Largest batch of the metadata log in bytes, which is also the most that one fetch returns.</summary>
    public const int MaxBatchBytes = 8 * 1024 * 1024;

    /// <summary>Most bytes of a snapshot in one response; <c>controller.quorum.fetch.snapshot.max.bytes</c> of
    /// Kafka.</summary>
    public const int MaxSnapshotChunkBytes = 1024 * 1024;

    /// <summary>How long a leader may hold a fetch that finds nothing new, in ms.</summary>
    public const int FetchMaxWaitMs = 500;

    /// <summary>An observer that did not fetch for this long is forgotten, in ms.</summary>
    public const long ObserverSessionTimeoutMs = 300_000;

    /// <summary>Most observers that a leader keeps track of.</summary>
    public const int MaxObservers = 10_000;

    /// <summary>Most fetches that a leader holds at a time.</summary>
    public const int MaxWaitingFetches = 20_000;

    /// <summary>A voter that could not fetch for this long stands for election.</summary>
    public int FetchTimeoutMs { get; init; } = 2000;

    /// <summary>An election without a winner ends after this time, and up to as much again at random.</summary>
    public int ElectionTimeoutMs { get; init; } = 1000;

    /// <summary>Longest random pause after a lost election.</summary>
    public int ElectionBackoffMaxMs { get; init; } = 1000;

    /// <summary>A request without a response by then counts as lost.</summary>
    public int RequestTimeoutMs { get; init; } = 2000;

    /// <summary>Pause after a failed request to the same node.</summary>
    public int RetryBackoffMs { get; init; } = 20;

    /// <summary>A controller without a vote asks for one (controller.quorum.auto.join.enable, KIP-1186).</summary>
    public bool JoinsByItself { get; init; }

    /// <summary>A leader without fetches of a majority for this long resigns.</summary>
    public int CheckQuorumTimeoutMs => FetchTimeoutMs + FetchTimeoutMs / 2;
}
