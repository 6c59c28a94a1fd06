using Platform.Protocol;

namespace Platform.Broker.Coordination;

/// <summary>Creates the brokers' own topics when they are first needed.</summary>
internal interface IInternalTopics
{
    /// <summary>Creates a coordinator's topic unless it exists; completes when this broker knows it.</summary>
    /// <returns>None, or why it cannot be created now.</returns>
    ValueTask<ErrorCode> EnsureCreatedAsync(string topic);
}
