namespace Platform.Cluster.Configuration;

/// <summary>Identity, directories, listeners and quorum of a node, read together because they must
/// fit each other.</summary>
public sealed class NodeConfig
{
    private readonly BrokerConfig _config;
    private readonly List<ConfigProblem> _problems = [];

    internal NodeConfig(BrokerConfig config)
    {
        _config = config;
        Id = config[BrokerConfigs.NodeId];
        IsBroker = config[BrokerConfigs.ProcessRoles].Contains("broker");
        IsController = config[BrokerConfigs.ProcessRoles].Contains("controller");
        LogDirs = ConfigValueTypes.Split(config.Get(BrokerConfigs.LogDirs) ?? config[BrokerConfigs.LogDir]);
        Voters = ReadVoters();
        BootstrapServers = ReadBootstrapServers();
        Listeners = NodeListeners.Read(config, this, _problems);
    }

    /// <summary>node.id.</summary>
    public int Id { get; }

    /// <summary>True when the process serves clients.</summary>
    public bool IsBroker { get; }

    /// <summary>True when the process is a member of the controller quorum.</summary>
    public bool IsController { get; }

    /// <summary>Data directories.</summary>
    public IReadOnlyList<string> LogDirs { get; }

    /// <summary>Directory of the metadata log.</summary>
    public string MetadataLogDir => _config.Get(BrokerConfigs.MetadataLogDir) ?? LogDirs[0];

    /// <summary>Id of the cluster, when it is set.</summary>
    public string? ClusterId => _config.Get(BrokerConfigs.ClusterId);

    /// <summary>Rack, when it is set.</summary>
    public string? Rack => _config.Get(BrokerConfigs.BrokerRack);

    /// <summary>Members of a fixed quorum; empty for a dynamic one.</summary>
    public IReadOnlyList<QuorumVoter> Voters { get; }

    /// <summary>Controllers to ask first in a dynamic quorum.</summary>
    public IReadOnlyList<HostAndPort> BootstrapServers { get; }

    /// <summary>Where the node listens and what it advertises.</summary>
    public NodeListeners Listeners { get; }

    /// <summary>Throws what is wrong with settings that concern each other.</summary>
    internal void Validate()
    {
        var problems = new List<ConfigProblem>();
        if (!IsBroker && !IsController)
            problems.Add(new(BrokerConfigs.ProcessRoles.Name, null,
            "must be set to broker, controller or broker,controller"));
        if (Id < 0)
            problems.Add(new(BrokerConfigs.NodeId.Name, null, "must be set to the number of this node, at least 0"));
        CheckDirectories(problems);
        CheckQuorum(problems);
        problems.AddRange(_problems);
        if (problems.Count > 0)
            throw new ConfigException(problems);
    }

    private void CheckDirectories(List<ConfigProblem> problems)
    {
        if (LogDirs.Count == 0)
            problems.Add(new(BrokerConfigs.LogDirs.Name, "", "must name at least one directory"));
        else if (LogDirs.Distinct(StringComparer.Ordinal).Count() < LogDirs.Count)
            problems.Add(new(BrokerConfigs.LogDirs.Name, string.Join(',', LogDirs), "names a directory twice"));
    }

    private void CheckQuorum(List<ConfigProblem> problems)
    {
        var key = BrokerConfigs.ControllerQuorumVoters.Name;
        var text = string.Join(',', Voters);
        if (_problems.Count > 0)
            return;
        if (Voters.Count == 0 && BootstrapServers.Count == 0)
            problems.Add(new(key, null, "must list the controllers as id@host:port, "
                + $"or {BrokerConfigs.ControllerQuorumBootstrapServers.Name} must as host:port"));
        var isVoter = Voters.Any(voter => voter.NodeId == Id);
        if (Voters.Count > 0 && IsController && !isVoter)
            problems.Add(new(key, text, $"does not list node {Id}, which is a controller; add {Id}@host:port"));
        if (!IsController && IsBroker && isVoter)
            problems.Add(new(key, text,
            $"lists node {Id}, which is no controller; add controller to process.roles or remove it"));
    }

    private List<QuorumVoter> ReadVoters()
    {
        var voters = new List<QuorumVoter>();
        foreach (var entry in _config[BrokerConfigs.ControllerQuorumVoters])
        {
            if (!QuorumVoter.TryParse(entry, out var voter))
                _problems.Add(new(BrokerConfigs.ControllerQuorumVoters.Name, entry, "must be id@host:port"));
            else if (voters.Exists(other => other.NodeId == voter!.NodeId))
                _problems.Add(new(BrokerConfigs.ControllerQuorumVoters.Name, entry,
                "has the id of another controller in the list"));
            else
                voters.Add(voter!);
        }
        return voters;
    }

    private List<HostAndPort> ReadBootstrapServers()
    {
        var servers = new List<HostAndPort>();
        foreach (var entry in _config[BrokerConfigs.ControllerQuorumBootstrapServers])
        {
            if (HostAndPort.TryParse(entry, out var server) && server.Host.Length > 0)
                servers.Add(server);
            else
                _problems.Add(new(BrokerConfigs.ControllerQuorumBootstrapServers.Name, entry, "must be host:port"));
        }
        return servers;
    }
}
