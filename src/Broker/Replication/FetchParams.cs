using Platform.Storage;

namespace Platform.Broker.Replication;

/// <summary>What holds for a whole fetch.</summary>
/// <param name="Isolation">How far the reader may see.</param>
/// <param name="MinBytes">Bytes to wait for.</param>
/// <param name="MaxBytes">Bytes of the response.</param>
/// <param name="MaxWaitMs">How long to wait for them, in ms.</param>
/// <param name="CountsFor">The replica that this read is a proof of; null for consumers, and when a fetch that waits is
/// read again.</param>
/// <param name="FollowerId">The broker that fetches as a follower.</param>
/// <param name="ClientRack">Rack of a consumer that may read from followers, empty when it has none; null for one that
/// only knows leaders, and for followers (KIP-392).</param>
internal readonly record struct FetchParams(
    FetchIsolation Isolation, int MinBytes, int MaxBytes, int MaxWaitMs, ReplicaIdentity? CountsFor = null,
    int FollowerId = FetchParams.NoFollower, string? ClientRack = null)
{
    /// <summary>A consumer fetches.</summary>
    public const int NoFollower = -1;

    /// <summary>True for followers.</summary>
    public bool IsFollower => Isolation == FetchIsolation.LogEnd;

    /// <summary>The same for the reads while it waits: what the follower holds has been counted.</summary>
    public FetchParams Waiting() => this with { CountsFor = null };
}
