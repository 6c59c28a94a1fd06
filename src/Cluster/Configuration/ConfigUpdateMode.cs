namespace Platform.Cluster.Configuration;

/// <summary>Whether a setting of a broker can be changed while it runs (KIP-226).</summary>
public enum ConfigUpdateMode
{
    /// <summary>Only by a restart.</summary>
    ReadOnly,
    /// <summary>While running, for one broker at a time.</summary>
    PerBroker,
    /// <summary>While running, for one broker or for all of them.</summary>
    ClusterWide,
}
