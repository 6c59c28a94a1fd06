using System.Globalization;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Protocol;

namespace Platform.Cluster.Controller;

/// <summary>Checks settings that are to be stored for a broker, or for all of them.</summary>
internal static class BrokerConfigCheck
{
    /// <summary>Null when the name is that of a registered broker, or empty for all.</summary>
    public static ApiError? Resource(ClusterImage cluster, string name)
    {
        if (name.Length == 0)
            return null;
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return new ApiError(ErrorCode.InvalidRequest,
                $"'{name}' is no id of a broker; it must be a number, or empty for all brokers");
        return cluster.Broker(id) is not null ? null
            : new ApiError(ErrorCode.BrokerIdNotRegistered, $"broker {id} is not registered");
    }

    /// <summary>Null when the setting can be stored with this value; null deletes it.</summary>
    public static ApiError? Setting(string name, string? value, bool forAll)
    {
        if (BrokerConfigs.Find(name) is not { } key)
            return KnownKafkaKeys.Contains(name, out _) ? null : new ApiError(ErrorCode.InvalidConfig, Unknown(name));
        if (value is null)
            return null;
        if (key.UpdateMode == ConfigUpdateMode.ReadOnly)
            return new ApiError(ErrorCode.InvalidRequest,
                $"{name} cannot be changed while the broker runs; set it in its properties and restart");
        if (key.UpdateMode == ConfigUpdateMode.PerBroker && forAll)
            return new ApiError(ErrorCode.InvalidRequest, $"{name} can only be set for one broker at a time");
        return key.Validate(value, out var problem) ? null : new ApiError(ErrorCode.InvalidConfig, problem.ToString());
    }

    private static string Unknown(string name)
    {
        var meant = KeySuggestion.For(name, BrokerConfigs.All.Select(key => key.Name));
        return meant is null ? $"{name} is no setting of a broker"
            : $"{name} is no setting of a broker; did you mean {meant}?";
    }
}
