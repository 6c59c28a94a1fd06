using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Result = Platform.Protocol.Messages.DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult;

namespace Platform.Cluster.Controller;

/// <summary>DescribeUserScramCredentials (key 50): any broker answers from its own metadata (KIP-554).</summary>
public static class DescribeUserScramCredentials
{
    /// <summary>Answers the request; without names it is about everybody who has credentials.</summary>
    public static DescribeUserScramCredentialsResponse Handle(ScramImage scram, DescribeUserScramCredentialsRequest request)
    {
        var names = request.Users is { Count: > 0 } users ? users.ConvertAll(user => user.Name) : [.. scram.ByUser.Keys];
        var repeated = names.CountBy(name => name, StringComparer.Ordinal).Where(name => name.Value > 1).Select(name => name.Key).ToHashSet();
        return new()
        {
            Results = [.. names.Distinct(StringComparer.Ordinal).Select(name =>
                repeated.Contains(name) ? Failed(name, ErrorCode.DuplicateResource, $"the request names user '{name}' more than once")
                : scram.Of(name) is { IsEmpty: false } credentials ? Describe(name, credentials)
                : Failed(name, ErrorCode.ResourceNotFound, $"user '{name}' has no SCRAM credentials"))],
        };
    }

    private static Result Describe(string user, IEnumerable<KeyValuePair<ScramMechanism, ScramCredential>> credentials) => new()
    {
        User = user,
        CredentialInfos = [.. credentials.Select(credential => new DescribeUserScramCredentialsResponse.CredentialInfo
        {
            Mechanism = (sbyte)credential.Key,
            Iterations = credential.Value.Iterations,
        })],
    };

    private static Result Failed(string user, ErrorCode error, string message) =>
        new() { User = user, ErrorCode = error, ErrorMessage = message };
}
