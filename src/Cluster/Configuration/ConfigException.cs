namespace Platform.Cluster.Configuration;

/// <summary>A configuration that cannot be used. The message has a line for each problem.</summary>
public sealed class ConfigException(IReadOnlyList<ConfigProblem> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>A single problem.</summary>
    public ConfigException(ConfigProblem problem)
        : this([problem])
    {
    }

    /// <summary>Everything that is wrong, so that it can be mended in one go.</summary>
    public IReadOnlyList<ConfigProblem> Problems { get; } = problems;
}
