namespace Platform.Chaos.Faults;

/// <summary>Topics of every scenario.</summary>
public static class Topics
{
    /// <summary>Records of idempotent producers.</summary>
    public const string Plain = "plain";
    /// <summary>Transactions.</summary>
    public const string Transactional = "transactional";
    /// <summary>What is copied.</summary>
    public const string Source = "source";
    /// <summary>Copies of it.</summary>
    public const string Copy = "copy";
    /// <summary>Partitions of each.</summary>
    public const int Partitions = 3;
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Plain, Transactional, Source, Copy];
}
