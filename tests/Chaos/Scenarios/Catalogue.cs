namespace Platform.Chaos.Scenarios;

/// <summary>All scenarios.</summary>
public static class Catalogue
{
    /// <summary>In the order of a whole campaign.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
        [.. ProcessScenarios.All, .. NetworkScenarios.All, .. DiskScenarios.All, .. ChurnScenarios.All];

    /// <summary>The scenarios that a word of the command line means: one, "all", or several separated by commas.</summary>
    /// <exception cref="ArgumentException">There is no such scenario.</exception>
    public static IReadOnlyList<Scenario> Find(string words) => words == "all"
        ? [.. All.Where(scenario => scenario.Name != "short")]
        : [.. words.Split(',').Select(word => All.FirstOrDefault(scenario => scenario.Name == word)
            ?? throw new ArgumentException($"there is no scenario '{word}'; there are: {string.Join(", ", All.Select(s => s.Name))}"))];
}
