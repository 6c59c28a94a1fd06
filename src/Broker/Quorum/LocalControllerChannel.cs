using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Cluster.Controller;
using Platform.Protocol.Messages;

namespace Platform.Broker.Quorum;

/// <summary>The controller of this node, and no other: what its own listener serves.</summary>
internal sealed class LocalControllerChannel(ControllerLoop controller) : IControllerChannel
{
    /// <inheritdoc/>
    public async ValueTask<TResponse> SendAsync<TResponse>(
        IRequest<TResponse> request, ConnectionContext? client = null, CancellationToken cancellation = default)
        where TResponse : class, IResponse, new() =>
        request is DescribeQuorumRequest or AddRaftVoterRequest or RemoveRaftVoterRequest
            ? (TResponse)await controller.HandleRequest(request).AsTask().WaitAsync(cancellation)
            : (TResponse)await controller.SubmitAsync(context => ControllerOperations.Handle(context, request))
                .WaitAsync(cancellation);
}
