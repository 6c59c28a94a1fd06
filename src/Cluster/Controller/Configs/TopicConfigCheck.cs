using System.Collections.Immutable;
using Platform.Cluster.Configuration;
using Platform.Protocol;

namespace Platform.Cluster.Controller;

/// <summary>Checks all settings of a topic, each by itself and against each other.</summary>
internal static class TopicConfigCheck
{
    /// <summary>Null when they are allowed.</summary>
    /// <param name="overrides">Settings that the topic shall have.</param>
    /// <param name="broker">Settings of this node, with what is stored for all.</param>
    /// <param name="before">Settings that it has; null for a new topic.</param>
    public static ApiError? Problem(ImmutableSortedDictionary<string, string> overrides, BrokerConfig broker,
        ImmutableSortedDictionary<string, string>? before = null)
    {
        foreach (var (name, value) in overrides)
        {
            if (TopicConfigs.Find(name) is not { } key)
                return Invalid(Unknown(name));
            if (!key.Validate(value, out var problem))
                return Invalid(problem.ToString());
        }
        var config = new TopicConfig(overrides, BrokerConfig.Default);
        var contradiction = Contradiction(config) ?? RemoteStorageCheck.Problem(
            before is null ? null : new TopicConfig(before, broker), new TopicConfig(overrides, broker),
            broker[BrokerConfigs.RemoteLogStorageSystemEnable]);
        return contradiction is null ? null : Invalid(contradiction);
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
        return config[TopicConfigs.MinCompactionLagMs] > config[TopicConfigs.MaxCompactionLagMs]
            ? $"{TopicConfigs.MinCompactionLagMs.Name} must not be more than {TopicConfigs.MaxCompactionLagMs.Name}"
            : null;
    }
}
