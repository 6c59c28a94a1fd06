namespace Platform.Simulation;

/// <summary>Seeds that once found a fault. They are run every time, for ever: add a line, never remove one.</summary>
public static class Seeds
{
    /// <summary>The seeds, each with what it found.</summary>
    public static readonly IReadOnlyList<ulong> ThatFailed =
    [
    ];
}
