using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Broker.Apis.Security;

/// <summary>AlterUserScramCredentials (key 51): has the active controller set and delete credentials of users (KIP-554).</summary>
internal sealed class AlterUserScramCredentialsHandler(IControllerChannel controller)
    : IApiHandler<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>
{
    public async ValueTask<AlterUserScramCredentialsResponse?> HandleAsync(
        AlterUserScramCredentialsRequest request, RequestContext context) =>
        await controller.SendAsync(request, context);

    public AlterUserScramCredentialsResponse? Fail(
        AlterUserScramCredentialsRequest request, ErrorCode error, string message) => new()
    {
        Results =
        [
            .. request.Deletions.Select(deletion => deletion.Name).Concat(request.Upsertions.Select(upsertion => upsertion.Name))
                .Distinct(StringComparer.Ordinal)
                .Select(user => new AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult
                {
                    User = user,
                    ErrorCode = error,
                    ErrorMessage = message,
                }),
        ],
    };
}
