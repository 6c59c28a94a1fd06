using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Broker.Security;
using Platform.Cluster.Controller;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Security;

/// <summary>DescribeAcls (key 29): the access rules that a filter matches.</summary>
internal sealed class DescribeAclsHandler(MetadataCache metadata, Authorizer authorizer)
    : IApiHandler<DescribeAclsRequest, DescribeAclsResponse>
{
    public ValueTask<DescribeAclsResponse?> HandleAsync(DescribeAclsRequest request, RequestContext context) =>
        new(authorizer.IsOn ? DescribeAcls.Handle(metadata.Image.Acls, request)
            : Fail(request, ErrorCode.SecurityDisabled, Authorizer.IsOffMessage));

    public DescribeAclsResponse? Fail(DescribeAclsRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };
}
