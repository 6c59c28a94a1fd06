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
        IRequest<TResponse> request, RequestContext? client = null, CancellationToken cancellation = default)
        where TResponse : class, IResponse, new() =>
        request is DescribeQuorumRequest or AddRaftVoterRequest or RemoveRaftVoterRequest
            ? (TResponse)await controller.HandleRequest(request).AsTask().WaitAsync(cancellation)
            : KRaftVersionUpdate.Concerns(request)
            ? (TResponse)(IResponse)await KRaftVersionUpdate.RunAsync(controller, (UpdateFeaturesRequest)(IRequest)request)
                .WaitAsync(cancellation)
            : (TResponse)await controller.SubmitAsync(context => ControllerOperations.Handle(Of(context, client), request))
                .WaitAsync(cancellation);

    // On the controller's thread.
    private ControllerContext Of(ControllerContext context, RequestContext? client) => client is null ? context : context with
    {
        Mutations = controller.MutationQuotas.For(
            context.Image.ClientQuotas, client.Connection.User, client.ClientId, KnowsQuotas(client), context.NowMs),
    };

    // The first versions that know THROTTLING_QUOTA_EXCEEDED (KIP-599).
    private static bool KnowsQuotas(RequestContext client) => client.ApiVersion >= client.ApiKey switch
    {
        ApiKey.CreateTopics => 6,
        ApiKey.DeleteTopics => 5,
        ApiKey.CreatePartitions => 3,
        _ => short.MaxValue,
    };
}
