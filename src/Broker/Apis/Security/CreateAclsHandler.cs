using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Security;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Security;

/// <summary>CreateAcls (key 30): has the active controller add access rules.</summary>
internal sealed class CreateAclsHandler(IControllerChannel controller, Authorizer authorizer)
    : IApiHandler<CreateAclsRequest, CreateAclsResponse>
{
    public async ValueTask<CreateAclsResponse?> HandleAsync(CreateAclsRequest request, RequestContext context) =>
        authorizer.IsOn ? await controller.SendAsync(request, context)
            : Fail(request, ErrorCode.SecurityDisabled, Authorizer.IsOffMessage);

    public CreateAclsResponse? Fail(CreateAclsRequest request, ErrorCode error, string message) => new()
    {
        Results = request.Creations.ConvertAll(_ =>
            new CreateAclsResponse.AclCreationResult { ErrorCode = error, ErrorMessage = message }),
    };
}
