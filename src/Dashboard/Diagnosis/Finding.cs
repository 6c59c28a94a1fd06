namespace Platform.Dashboard.Diagnosis;

/// <summary>How bad things are; the worst finding makes the verdict.</summary>
public enum HealthLevel
{
    /// <summary>Nothing is known yet, or what is known is old.</summary>
    Unknown,
    /// <summary>Nothing is wrong.</summary>
    Healthy,
    /// <summary>Everything can be read and written, with less redundancy or speed than there should be.</summary>
    Degraded,
    /// <summary>One more loss stops something.</summary>
    AtRisk,
    /// <summary>Something cannot be read or written.</summary>
    Impaired,
    /// <summary>Most of the cluster cannot be used.</summary>
    Down,
}

/// <summary>Something that is wrong, in words.</summary>
/// <param name="RuleId">Name of the rule that found it; stable.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Summary">One sentence with numbers: what is wrong and what follows from it.</param>
/// <param name="NextStep">What to do about it.</param>
/// <param name="Path">Page that shows it, below the cluster's address, such as <c>topics/orders</c>.</param>
public sealed record Finding(string RuleId, HealthLevel Level, string Summary, string NextStep, string Path);

/// <summary>A finding and since when it holds.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="SinceMs">When its rule began to fire, in ms since 1970.</param>
public sealed record ActiveFinding(Finding Finding, long SinceMs);
