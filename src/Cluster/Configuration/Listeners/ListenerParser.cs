namespace Platform.Cluster.Configuration;

/// <summary>Reads lists of listeners and the map of their protocols; problems are collected, not thrown.</summary>
internal sealed class ListenerParser(List<ConfigProblem> problems)
{
    /// <summary>Reads <c>NAME:PROTOCOL,...</c>.</summary>
    public SortedDictionary<string, SecurityProtocol> ProtocolMap(string text)
    {
        var map = new SortedDictionary<string, SecurityProtocol>(StringComparer.Ordinal);
        foreach (var entry in ConfigValueTypes.Split(text))
        {
            var parts = entry.Split(':');
            if (parts.Length != 2 || !SecurityProtocols.TryParse(parts[1], out var protocol))
                Problem(BrokerConfigs.ListenerSecurityProtocolMap, text,
                    $"'{entry}' must be NAME:PROTOCOL with one of {SecurityProtocols.Allowed}");
            else if (!map.TryAdd(parts[0].Trim().ToUpperInvariant(), protocol))
                Problem(BrokerConfigs.ListenerSecurityProtocolMap, text, $"listener {parts[0].Trim()} is there twice");
        }
        return map;
    }

    /// <summary>Reads <c>NAME://host:port,...</c>.</summary>
    public List<EndPoint> EndPoints(ConfigKey key, string text, SortedDictionary<string, SecurityProtocol> protocols)
    {
        var endPoints = new List<EndPoint>();
        foreach (var entry in ConfigValueTypes.Split(text))
        {
            var separator = entry.IndexOf("://", StringComparison.Ordinal);
            if (separator <= 0 || !HostAndPort.TryParse(entry[(separator + 3)..], out var address))
                Problem(key, text, $"'{entry}' must be NAME://host:port with a port from 0 to 65535");
            else
                AddEndPoint(endPoints, key, text, entry[..separator].ToUpperInvariant(), address, protocols);
        }
        return endPoints;
    }

    private void AddEndPoint(List<EndPoint> endPoints, ConfigKey key, string text, string name, HostAndPort address,
        SortedDictionary<string, SecurityProtocol> protocols)
    {
        if (!protocols.TryGetValue(name, out var protocol))
            Problem(key, text, $"listener {name} has no security protocol; add {name}:PLAINTEXT or another to "
                + BrokerConfigs.ListenerSecurityProtocolMap.Name);
        else if (endPoints.Exists(other => other.ListenerName == name))
            Problem(key, text, $"listener {name} is there twice; every listener needs a name of its own");
        else
            endPoints.Add(new EndPoint(name, address.Host, address.Port, protocol));
    }

    public void Problem(ConfigKey key, string? value, string reason) =>
        problems.Add(new ConfigProblem(key.Name, value, reason));
}
