using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Security;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Security;

/// <summary>DeleteAcls (key 31): has the active controller remove the access rules that filters match.</summary>
internal sealed class DeleteAclsHandler(IControllerChannel controller, Authorizer authorizer)
    : IApiHandler<DeleteAclsRequest, DeleteAclsResponse>
{
    public async ValueTask<DeleteAclsResponse?> HandleAsync(DeleteAclsRequest request, RequestContext context) =>
        authorizer.IsOn ? await controller.SendAsync(request, context)
            : Fail(request, ErrorCode.SecurityDisabled, Authorizer.IsOffMessage);

    public DeleteAclsResponse? Fail(DeleteAclsRequest request, ErrorCode error, string message) => new()
    {
        FilterResults = request.Filters.ConvertAll(_ =>
            new DeleteAclsResponse.DeleteAclsFilterResult { ErrorCode = error, ErrorMessage = message }),
    };
}
