using Platform.Chaos.Checks;
using Platform.Chaos.Faults;
using Platform.Chaos.Nodes;

namespace Platform.Chaos.Scenarios;

/// <summary>A cluster, what is done to it, and what is asked of it.</summary>
/// <param name="Name">For the command line.</param>
/// <param name="About">What it shows.</param>
/// <param name="Script">Called again and again until the time is over.</param>
public sealed record Scenario(string Name, string About, Func<Nemesis, Task> Script)
{
    /// <summary>The cluster.</summary>
    public ClusterShape Shape { get; init; } = new();

    /// <summary>What this machine must have; the scenario is skipped, and says so, without.</summary>
    public Func<string?> Lacks { get; init; } = () => null;

    /// <summary>Checks beside the usual ones.</summary>
    public IReadOnlyList<ICheck> Checks { get; init; } = [];

    /// <summary>How often the script is run at least, however short the time.</summary>
    public int LeastRounds { get; init; } = 1;

    /// <summary>What producers of <see cref="Topics.Plain"/> are promised.</summary>
    public History.Guarantee Guarantee { get; init; } = History.Guarantee.ExactlyOnce;

    /// <summary>A negative control: the check that must find breaches, or null.</summary>
    public Type? MustBreach { get; init; }

    /// <summary>Settings of the topics.</summary>
    public IReadOnlyDictionary<string, string?> TopicSettings { get; init; } = new Dictionary<string, string?>();

    /// <summary>How long everything may take to be in sync again.</summary>
    public TimeSpan RecoveryLimit { get; init; } = TimeSpan.FromSeconds(60);
}
