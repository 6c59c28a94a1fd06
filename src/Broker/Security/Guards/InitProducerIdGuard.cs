using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Security.Guards;

/// <summary>InitProducerId (key 22) without a transactional id: for whoever may write to any topic at all, or has the right to
/// idempotent writes (KIP-679).</summary>
internal sealed class InitProducerIdGuard(Authorizer authorizer) : IApiGuard<InitProducerIdRequest, InitProducerIdResponse>
{
    /// <inheritdoc/>
    public ValueTask<InitProducerIdResponse?> HandleAsync(InitProducerIdRequest request, RequestContext context,
        IApiHandler<InitProducerIdRequest, InitProducerIdResponse> next)
    {
        var needed = Needed.Cluster(AclOperation.IdempotentWrite);
        return request.TransactionalId is not null || authorizer.MayWriteSomewhere(context) || authorizer.Allows(context, needed)
            ? next.HandleAsync(request, context)
            : new(next.Fail(request, needed.Refusal, needed.Refusal.Describe()));
    }
}
