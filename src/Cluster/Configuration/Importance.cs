namespace Platform.Cluster.Configuration;

/// <summary>How likely an operator is to care about a setting.</summary>
public enum Importance
{
    /// <summary>Everybody should know it.</summary>
    High,
    /// <summary>Worth knowing.</summary>
    Medium,
    /// <summary>Rarely changed.</summary>
    Low,
}
