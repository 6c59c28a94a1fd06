using Platform.Client.Metadata;
using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

/// <summary>A cluster and its brokers.</summary>
/// <param name="ClusterId">Its id.</param>
/// <param name="ControllerId">Broker that takes administrative requests, or -1.</param>
/// <param name="Brokers">Live brokers, ordered by id.</param>
public sealed record ClusterDescription(string ClusterId, int ControllerId, IReadOnlyList<BrokerInfo> Brokers);

public sealed partial class AdminClient
{
    /// <summary>The cluster's id and its live brokers.</summary>
    public async Task<ClusterDescription> DescribeClusterAsync(CancellationToken cancellation = default)
    {
        var request = new MetadataRequest { Topics = [], AllowAutoTopicCreation = false };
        var response = await SendAsync(request, Destination.Any, cancellation, answer => answer.ErrorCode);
        var metadata = _cluster.MetadataCache.Put(response, complete: false);
        return new ClusterDescription(metadata.ClusterId ?? "", metadata.ControllerId,
            metadata.Brokers.Values.OrderBy(broker => broker.Id).ToList());
    }

    /// <summary>Forgets a broker that will not come back.</summary>
    /// <exception cref="KafkaException">No such broker is registered.</exception>
    public async Task UnregisterBrokerAsync(int broker, CancellationToken cancellation = default)
    {
        var response = await SendAsync(
            new UnregisterBrokerRequest { BrokerId = broker }, Destination.Controller, cancellation);
        if (response.ErrorCode != ErrorCode.None)
            throw KafkaException.For(response.ErrorCode, $"broker {broker}", response.ErrorMessage);
    }

    /// <summary>Says that a controller will not come back (KIP-1312). It must have no vote.</summary>
    /// <exception cref="KafkaException">It is not registered, votes, or is the active one; the message says which.</exception>
    public async Task UnregisterControllerAsync(int controller, CancellationToken cancellation = default)
    {
        var response = await SendAsync(
            new UnregisterControllerRequest { ControllerId = controller }, Destination.Controller, cancellation);
        if (response.ErrorCode != ErrorCode.None)
            throw KafkaException.For(response.ErrorCode, $"controller {controller}", response.ErrorMessage);
    }
}
