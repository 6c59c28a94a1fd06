using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Cluster;

/// <summary>DescribeCluster (key 60): the brokers that a client of this listener can reach.</summary>
/// <remarks>v1 endpoint type (KIP-919) · v2 fenced brokers on request (KIP-1073).</remarks>
internal sealed class DescribeClusterHandler(MetadataCache metadata)
    : IApiHandler<DescribeClusterRequest, DescribeClusterResponse>
{
    private const sbyte BrokerEndpoints = 1;
    private const sbyte ControllerEndpoints = 2;

    public ValueTask<DescribeClusterResponse?> HandleAsync(DescribeClusterRequest request, RequestContext context)
    {
        if (request.EndpointType == ControllerEndpoints)
            return new(Fail(request, ErrorCode.MismatchedEndpointType,
            "this is a broker; ask a controller for its endpoints"));
        if (request.EndpointType != BrokerEndpoints)
            return new(Fail(request, ErrorCode.UnsupportedEndpointType,
            $"endpoint type {request.EndpointType} is not known"));
        return new(Describe(request, context.ListenerName));
    }

    public DescribeClusterResponse? Fail(DescribeClusterRequest request, ErrorCode error, string message) => new()
    {
        ErrorCode = error,
        ErrorMessage = message,
        EndpointType = request.EndpointType,
        ClusterId = metadata.ClusterId,
    };

    private DescribeClusterResponse Describe(DescribeClusterRequest request, string listenerName)
    {
        var response = new DescribeClusterResponse { ClusterId = metadata.ClusterId };
        foreach (var broker in metadata.Image.Cluster.Brokers.Values)
        {
            if ((broker.Fenced && !request.IncludeFencedBrokers) || broker.EndPointOf(listenerName) is not { } endPoint)
                continue;
            response.Brokers.Add(new()
            {
                BrokerId = broker.Id,
                Host = endPoint.Host,
                Port = endPoint.Port,
                Rack = broker.Rack,
                IsFenced = broker.Fenced,
            });
        }
        // In KRaft any live broker serves as "controller": it forwards what only the active one can do.
        var live = response.Brokers.Where(broker => !broker.IsFenced).Select(broker => broker.BrokerId).ToList();
        response.ControllerId = live.Contains(metadata.NodeId) ? metadata.NodeId : live.FirstOrDefault(-1);
        return response;
    }
}
