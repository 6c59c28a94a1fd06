namespace Platform.Cluster.Configuration;

/// <summary>Spans of time in milliseconds, for readable defaults.</summary>
internal static class Time
{
    public const long Second = 1000;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;
}
