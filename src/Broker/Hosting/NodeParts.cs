using Platform.Broker.Metadata;
using Platform.Broker.Quorum;
using Platform.Broker.Security;
using Platform.Cluster.Configuration;
using Platform.Storage;

namespace Platform.Broker.Hosting;

/// <summary>What the broker and the controller of a node share.</summary>
internal sealed record NodeParts(
    BrokerConfig Config,
    BrokerHostOptions Options,
    string ClusterId,
    LogManager Logs,
    ControllerLoop Quorum,
    QuorumAddresses Addresses,
    MetadataCache Metadata,
    Authorizer Access)
{
    /// <summary>Called when the node cannot go on.</summary>
    public Action<Exception> OnFatal { get; init; } = static _ => { };

    /// <summary>Id of the node.</summary>
    public int NodeId => Config.Node.Id;
}
