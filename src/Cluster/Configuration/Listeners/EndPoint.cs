namespace Platform.Cluster.Configuration;

/// <summary>An address that a node listens on or advertises.</summary>
/// <param name="ListenerName">Name of the listener, in upper case.</param>
/// <param name="Host">Name or address; empty means every interface, and for an advertised one the name of the
/// machine.</param>
/// <param name="Port">Port; 0 means a free one, known once the socket listens.</param>
/// <param name="SecurityProtocol">How connections are protected.</param>
public sealed record EndPoint(string ListenerName, string Host, int Port, SecurityProtocol SecurityProtocol)
{
    /// <summary><c>NAME://host:port</c>.</summary>
    public override string ToString() => $"{ListenerName}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";
}
