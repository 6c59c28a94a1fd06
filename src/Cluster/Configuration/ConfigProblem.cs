namespace Platform.Cluster.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Key">Name of the setting.</param>
/// <param name="Value">What it was set to; null when it is missing or must not be shown.</param>
/// <param name="Reason">What is wrong, what is allowed and what to do.</param>
public sealed record ConfigProblem(string Key, string? Value, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => Value is null ? $"{Key}: {Reason}" : $"{Key}={Value}: {Reason}";
}
