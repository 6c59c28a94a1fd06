namespace Platform.Cluster.Raft;

/// <summary>The feature <c>kraft.version</c> (KIP-853): at level 0 voters are fixed by a setting, at level 1 they are in the log and
/// may change. It is written by the leader of the quorum, not by the controller.</summary>
public static class KRaftVersion
{
    /// <summary>Name of the feature.</summary>
    public const string FeatureName = "kraft.version";

    /// <summary>Highest level that is known.</summary>
    public const short Latest = VoterRecords.ReconfigurableVersion;
}
