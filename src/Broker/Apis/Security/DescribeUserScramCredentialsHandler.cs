using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Cluster.Controller;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Security;

/// <summary>DescribeUserScramCredentials (key 50): which mechanisms users have, and with how many rounds (KIP-554). Nothing by
/// which a password could be guessed.</summary>
internal sealed class DescribeUserScramCredentialsHandler(MetadataCache metadata)
    : IApiHandler<DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse>
{
    public ValueTask<DescribeUserScramCredentialsResponse?> HandleAsync(
        DescribeUserScramCredentialsRequest request, RequestContext context) =>
        new(DescribeUserScramCredentials.Handle(metadata.Image.Scram, request));

    public DescribeUserScramCredentialsResponse? Fail(
        DescribeUserScramCredentialsRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message };
}
