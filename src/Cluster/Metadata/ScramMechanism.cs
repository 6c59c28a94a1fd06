namespace Platform.Cluster.Metadata;

/// <summary>Mechanisms of SCRAM; the codes are Kafka's.</summary>
public enum ScramMechanism : sbyte
{
    /// <summary>A code that this version does not know.</summary>
    Unknown = 0,

    /// <summary>SCRAM-SHA-256.</summary>
    Sha256 = 1,

    /// <summary>SCRAM-SHA-512.</summary>
    Sha512 = 2,
}
