namespace Platform.Cluster.Configuration;

/// <summary>Rules between listeners, what is advertised, and the roles of the node.</summary>
internal sealed class ListenerCheck(
    BrokerConfig config, NodeConfig node, NodeListeners listeners, List<EndPoint> stated, ListenerParser parser)
{
    private readonly string _listenersText = config[BrokerConfigs.Listeners];

    public void Run()
    {
        CheckPorts();
        CheckController();
        CheckAdvertised();
        if (node.IsBroker)
            CheckInterBroker();
    }

    private void CheckPorts()
    {
        var used = new Dictionary<int, EndPoint>();
        foreach (var endPoint in listeners.All.Where(endPoint => endPoint.Port != 0))
        {
            if (used.TryGetValue(endPoint.Port, out var other) && SameFamily(other.Host, endPoint.Host))
                parser.Problem(BrokerConfigs.Listeners, _listenersText,
                    $"{other} and {endPoint} have the same port; give each listener a port of its own");
            used.TryAdd(endPoint.Port, endPoint);
        }
    }

    // One listener of IPv4 and one of IPv6 may share a port.
    private static bool SameFamily(string one, string other) => one.Contains(':') == other.Contains(':');

    private void CheckController()
    {
        var names = listeners.ControllerNames;
        var text = string.Join(',', names);
        if (names.Count == 0)
        {
            parser.Problem(BrokerConfigs.ControllerListenerNames, null,
                "must be set to the listener that reaches the controller, such as CONTROLLER");
            return;
        }
        var missing = names.FirstOrDefault(name => !listeners.All.Any(endPoint => endPoint.ListenerName == name));
        if (node.IsController && missing is not null)
            parser.Problem(BrokerConfigs.ControllerListenerNames, text,
                $"a controller must listen on {missing}; add {missing}://:9093 to {BrokerConfigs.Listeners.Name}");
        if (!node.IsController && listeners.Controller.FirstOrDefault() is { } extra)
            parser.Problem(BrokerConfigs.Listeners, _listenersText,
                $"{extra} belongs to the controller, which is not among process.roles; remove it");
        if (node.IsBroker && !listeners.Broker.Any())
            parser.Problem(BrokerConfigs.Listeners, _listenersText,
                "a broker needs a listener that is not among controller.listener.names, such as PLAINTEXT://:9092");
        if (!node.IsBroker && listeners.Broker.FirstOrDefault() is { } brokers)
            parser.Problem(BrokerConfigs.Listeners, _listenersText,
                $"{brokers} is for a broker, which is not among process.roles; remove it or add it to "
                + "controller.listener.names");
    }

    private void CheckAdvertised()
    {
        var text = config.Get(BrokerConfigs.AdvertisedListeners);
        foreach (var endPoint in stated.Where(own =>
            listeners.All.All(other => other.ListenerName != own.ListenerName)))
            parser.Problem(BrokerConfigs.AdvertisedListeners, text,
                $"listener {endPoint.ListenerName} is not in {BrokerConfigs.Listeners.Name}={_listenersText}; only "
                + "those can be advertised");
        // What the controller listens on is told by the list of voters, so that only clients' listeners matter here.
        foreach (var endPoint in listeners.Advertised.Where(endPoint =>
            endPoint.Host is "0.0.0.0" or "::" && !listeners.IsController(endPoint.ListenerName)))
            parser.Problem(BrokerConfigs.AdvertisedListeners, text,
                $"{endPoint} cannot be reached by clients; advertise the name or address by which they find this "
                + $"machine, such as {endPoint.ListenerName}://localhost:{endPoint.Port}");
    }

    private void CheckInterBroker()
    {
        var key = BrokerConfigs.InterBrokerListenerName;
        if (config.Properties.ContainsKey(key.Name)
            && config.Properties.ContainsKey(BrokerConfigs.SecurityInterBrokerProtocol.Name))
            parser.Problem(key, listeners.InterBrokerName,
                $"set either this or {BrokerConfigs.SecurityInterBrokerProtocol.Name}");
        else if (listeners.IsController(listeners.InterBrokerName))
            parser.Problem(key, listeners.InterBrokerName, "is a listener of the controller; brokers need another one");
        else if (listeners.Broker.All(endPoint => endPoint.ListenerName != listeners.InterBrokerName))
            parser.Problem(key, listeners.InterBrokerName,
                $"is not a listener of this broker; set it to one of {Names()}");
    }

    private string Names() => string.Join(", ", listeners.Broker.Select(endPoint => endPoint.ListenerName));
}
