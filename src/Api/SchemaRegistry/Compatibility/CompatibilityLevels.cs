namespace Platform.Api.SchemaRegistry.Compatibility;

/// <summary>What a level asks for.</summary>
internal static class CompatibilityLevels
{
    public const CompatibilityLevel Default = CompatibilityLevel.BACKWARD;

    /// <summary>Reads a level in any case; null when it is none.</summary>
    public static CompatibilityLevel? Parse(string? text) =>
        Enum.TryParse<CompatibilityLevel>(text, ignoreCase: true, out var level) && Enum.IsDefined(level)
            && !char.IsAsciiDigit(text![0]) ? level : null;

    /// <summary>New readers must read old data.</summary>
    public static bool ChecksBackward(this CompatibilityLevel level) => level is CompatibilityLevel.BACKWARD
        or CompatibilityLevel.BACKWARD_TRANSITIVE or CompatibilityLevel.FULL or CompatibilityLevel.FULL_TRANSITIVE;

    /// <summary>Old readers must read new data.</summary>
    public static bool ChecksForward(this CompatibilityLevel level) => level is CompatibilityLevel.FORWARD
        or CompatibilityLevel.FORWARD_TRANSITIVE or CompatibilityLevel.FULL or CompatibilityLevel.FULL_TRANSITIVE;

    /// <summary>All live versions are compared, not just the latest.</summary>
    public static bool IsTransitive(this CompatibilityLevel level) => level is CompatibilityLevel.BACKWARD_TRANSITIVE
        or CompatibilityLevel.FORWARD_TRANSITIVE or CompatibilityLevel.FULL_TRANSITIVE;
}
