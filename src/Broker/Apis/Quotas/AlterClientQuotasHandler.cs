using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Quotas;

/// <summary>AlterClientQuotas (key 49): has the active controller change quotas (KIP-546).</summary>
internal sealed class AlterClientQuotasHandler(IControllerChannel controller)
    : IApiHandler<AlterClientQuotasRequest, AlterClientQuotasResponse>
{
    public async ValueTask<AlterClientQuotasResponse?> HandleAsync(
        AlterClientQuotasRequest request, RequestContext context) => await controller.SendAsync(request, context);

    public AlterClientQuotasResponse? Fail(AlterClientQuotasRequest request, ErrorCode error, string message) => new()
    {
        Entries = request.Entries.ConvertAll(entry => new AlterClientQuotasResponse.EntryData
        {
            ErrorCode = error,
            ErrorMessage = message,
            Entity = entry.Entity.ConvertAll(part => new AlterClientQuotasResponse.EntityData
            {
                EntityType = part.EntityType,
                EntityName = part.EntityName,
            }),
        }),
    };
}
