namespace Platform.Chaos.Nodes;

/// <summary>What a scenario's cluster looks like.</summary>
public sealed record ClusterShape
{
    /// <summary>Roles of the nodes, the first of which has id 1.</summary>
    public IReadOnlyList<string> Roles { get; init; } = Enumerable.Repeat("broker,controller", 3).ToList();

    /// <summary>What the log directories lie on.</summary>
    public DiskKind Disk { get; init; }

    /// <summary>True when calls to the operating system can be made to fail (see clients/faults.c).</summary>
    public bool CanFailCalls { get; init; }

    /// <summary>True when nodes have a second log directory, which is the one whose calls can fail; the metadata lies in the
    /// first.</summary>
    public bool TwoLogDirs { get; init; }

    /// <summary>Settings beside the usual ones.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Ids of the nodes.</summary>
    public IEnumerable<int> Ids => Enumerable.Range(1, Roles.Count);

    /// <summary>Ids of brokers.</summary>
    public IEnumerable<int> Brokers => Ids.Where(id => Roles[id - 1].Contains("broker", StringComparison.Ordinal));

    /// <summary>Ids of voters of the quorum.</summary>
    public IEnumerable<int> Controllers => Ids.Where(id => Roles[id - 1].Contains("controller", StringComparison.Ordinal));

    /// <summary>Three controllers that are no brokers, and three brokers.</summary>
    public static ClusterShape Dedicated { get; } = new()
    {
        Roles = ["controller", "controller", "controller", "broker", "broker", "broker"],
    };
}
