namespace Platform.Cluster.Configuration;

/// <summary>The listeners of a node, checked against each other and against its roles.</summary>
public sealed class NodeListeners
{
    private NodeListeners(List<EndPoint> all, List<EndPoint> advertised, IReadOnlyList<string> controllerNames,
        string interBroker)
    {
        (All, Advertised, ControllerNames, InterBrokerName) = (all, advertised, controllerNames, interBroker);
        ControllerProtocol = SecurityProtocol.Plaintext;
    }

    /// <summary>Every address to listen on, those of the controller included.</summary>
    public IReadOnlyList<EndPoint> All { get; }

    /// <summary>What others are told, one for each listener of <see cref="All"/>.</summary>
    public IReadOnlyList<EndPoint> Advertised { get; }

    /// <summary>Names of the controller's listeners; nodes reach it by the first.</summary>
    public IReadOnlyList<string> ControllerNames { get; }

    /// <summary>Name of the listener that brokers use among themselves.</summary>
    public string InterBrokerName { get; }

    /// <summary>How connections to the controller are protected.</summary>
    public SecurityProtocol ControllerProtocol { get; private init; }

    /// <summary>Addresses for clients and brokers.</summary>
    public IEnumerable<EndPoint> Broker => All.Where(endPoint => !IsController(endPoint.ListenerName));

    /// <summary>Addresses for the controller.</summary>
    public IEnumerable<EndPoint> Controller => All.Where(endPoint => IsController(endPoint.ListenerName));

    /// <summary>True for a listener of the controller.</summary>
    public bool IsController(string listenerName) => ControllerNames.Contains(listenerName);

    internal static NodeListeners Read(BrokerConfig config, NodeConfig node, List<ConfigProblem> problems)
    {
        var parser = new ListenerParser(problems);
        var controllerNames = config[BrokerConfigs.ControllerListenerNames].Select(name =>
            name.ToUpperInvariant()).ToList();
        var protocols = Protocols(config, controllerNames, parser);
        var all = parser.EndPoints(BrokerConfigs.Listeners, config[BrokerConfigs.Listeners], protocols);
        var advertisedText = config.Get(BrokerConfigs.AdvertisedListeners);
        var stated = parser.EndPoints(BrokerConfigs.AdvertisedListeners, advertisedText ?? "", protocols);
        var advertised = all.Select(own =>
            stated.Find(other => other.ListenerName == own.ListenerName) ?? own).ToList();
        var listeners = new NodeListeners(all, advertised, controllerNames, InterBroker(config))
        {
            ControllerProtocol = controllerNames.Count > 0 ? protocols.GetValueOrDefault(controllerNames[0]) : default,
        };
        // A list that could not be read has been reported; checking its remains would only confuse.
        if (problems.Count == 0)
            new ListenerCheck(config, node, listeners, stated, parser).Run();
        return listeners;
    }

    // As Kafka does: without a map of one's own, the controller's listeners are PLAINTEXT if no other protocol is in
    // use.
    private static SortedDictionary<string, SecurityProtocol> Protocols(
        BrokerConfig config, List<string> controllerNames, ListenerParser parser)
    {
        var map = parser.ProtocolMap(config[BrokerConfigs.ListenerSecurityProtocolMap]);
        var isDefault = !config.Properties.ContainsKey(BrokerConfigs.ListenerSecurityProtocolMap.Name);
        var usesSecurity = config[BrokerConfigs.Listeners].Contains("SSL://", StringComparison.OrdinalIgnoreCase)
            || config[BrokerConfigs.Listeners].Contains("SASL_", StringComparison.OrdinalIgnoreCase);
        if (isDefault && !usesSecurity)
        {
            foreach (var name in controllerNames)
                map.TryAdd(name, SecurityProtocol.Plaintext);
        }
        return map;
    }

    private static string InterBroker(BrokerConfig config)
    {
        var name = config.Get(BrokerConfigs.InterBrokerListenerName);
        return (name ?? config[BrokerConfigs.SecurityInterBrokerProtocol]).ToUpperInvariant();
    }
}
