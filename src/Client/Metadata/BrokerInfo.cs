using Platform.Client.Network;

namespace Platform.Client.Metadata;

/// <summary>A broker of the cluster.</summary>
public sealed record BrokerInfo(int Id, string Host, int Port, string? Rack = null)
{
    /// <summary>Where it listens.</summary>
    public BrokerEndpoint Endpoint => new(Host, Port);
}
