using System.Collections.Immutable;
using Platform.Cluster.Configuration;
using Platform.Protocol;

namespace Platform.Cluster.Controller;

/// <summary>Checks all settings of a topic, each by itself and against each other.</summary>
internal static class TopicConfigCheck
{
    /// <summary>Null when they are allowed.</summary>
    public static ApiError? Problem(ImmutableSortedDictionary<string, string> overrides)
    {
        foreach (var (name, value) in overrides)
        {
            if (TopicConfigs.Find(name) is not { } key)
                return Invalid(Unknown(name));
            if (!key.Validate(value, out var problem))
                return Invalid(problem.ToString());
        }
        var config = new TopicConfig(overrides, BrokerConfig.Default);
        return Contradiction(config) is { } contradiction ? Invalid(contradiction) : null;
    }

    private static ApiError Invalid(string message) => new(ErrorCode.InvalidConfig, message);

    private static string Unknown(string name)
    {
        var meant = KeySuggestion.For(name, TopicConfigs.All.Select(key => key.Name));
        return meant is null ? $"{name} is no setting of a topic"
            : $"{name} is no setting of a topic; did you mean {meant}?";
    }

    private static string? Contradiction(TopicConfig config)
    {
        if (config[TopicConfigs.MinCompactionLagMs] > config[TopicConfigs.MaxCompactionLagMs])
            return $"{TopicConfigs.MinCompactionLagMs.Name} must not be more than "
            + $"{TopicConfigs.MaxCompactionLagMs.Name}";
        return config[TopicConfigs.RemoteStorageEnable]
            ? $"{TopicConfigs.RemoteStorageEnable.Name}=true: this cluster has no remote storage" : null;
    }
}
