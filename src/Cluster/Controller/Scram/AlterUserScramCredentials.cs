using Platform.Cluster.Metadata;
using Platform.Cluster.Security;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Deletion = Platform.Protocol.Messages.AlterUserScramCredentialsRequest.ScramCredentialDeletion;
using Upsertion = Platform.Protocol.Messages.AlterUserScramCredentialsRequest.ScramCredentialUpsertion;

namespace Platform.Cluster.Controller;

/// <summary>AlterUserScramCredentials (key 51): sets and deletes credentials (KIP-554). A user of whom one change is wrong keeps
/// all as it was; others go ahead.</summary>
public static class AlterUserScramCredentials
{
    /// <summary>Fewest rounds; fewer make guessing too cheap.</summary>
    public const int MinIterations = 4096;

    /// <summary>Most rounds; more would let one client keep a broker busy.</summary>
    public const int MaxIterations = 16384;

    /// <summary>Answers the request.</summary>
    public static ControllerResult<AlterUserScramCredentialsResponse> Handle(
        ControllerContext controller, AlterUserScramCredentialsRequest request)
    {
        var (response, records) = (new AlterUserScramCredentialsResponse(), new List<IMetadataRecord>());
        var users = request.Deletions.Select(deletion => deletion.Name)
            .Concat(request.Upsertions.Select(upsertion => upsertion.Name)).Distinct(StringComparer.Ordinal);
        foreach (var user in users)
        {
            var deletions = request.Deletions.FindAll(deletion => deletion.Name == user);
            var upsertions = request.Upsertions.FindAll(upsertion => upsertion.Name == user);
            var error = Check(controller.Image.Scram, user, deletions, upsertions);
            if (error is null)
                records.AddRange(Records(deletions, upsertions));
            response.Results.Add(new() { User = user, ErrorCode = error?.Code ?? ErrorCode.None, ErrorMessage = error?.Message });
        }
        return new(records, response);
    }

    private static ApiError? Check(ScramImage scram, string user, List<Deletion> deletions, List<Upsertion> upsertions)
    {
        if (user.Length == 0)
            return new(ErrorCode.UnacceptableCredential, "the name of the user is empty");
        var mechanisms = deletions.Select(deletion => deletion.Mechanism)
            .Concat(upsertions.Select(upsertion => upsertion.Mechanism)).ToList();
        foreach (var mechanism in mechanisms)
            if (mechanism is not ((sbyte)ScramMechanism.Sha256 or (sbyte)ScramMechanism.Sha512))
                return new(ErrorCode.UnsupportedSaslMechanism, $"mechanism {mechanism} is unknown; 1 is SCRAM-SHA-256, 2 SCRAM-SHA-512");
        if (mechanisms.Distinct().Count() < mechanisms.Count)
            return new(ErrorCode.DuplicateResource, $"the request changes a mechanism of user '{user}' more than once");
        foreach (var deletion in deletions)
            if (!scram.Of(user).ContainsKey((ScramMechanism)deletion.Mechanism))
                return new(ErrorCode.ResourceNotFound, $"user '{user}' has no credential of mechanism {deletion.Mechanism}");
        return upsertions.Select(Check).FirstOrDefault(error => error is not null);
    }

    private static ApiError? Check(Upsertion upsertion)
    {
        if (upsertion.Iterations < MinIterations)
            return new(ErrorCode.UnacceptableCredential, $"{upsertion.Iterations} iterations are too few; at least {MinIterations}");
        if (upsertion.Iterations > MaxIterations)
            return new(ErrorCode.UnacceptableCredential, $"{upsertion.Iterations} iterations are too many; at most {MaxIterations}");
        if (upsertion.Salt.Length == 0)
            return new(ErrorCode.UnacceptableCredential, "the salt is empty");
        return upsertion.SaltedPassword.Length == 0
            ? new(ErrorCode.UnacceptableCredential, "the salted password is empty") : null;
    }

    private static IEnumerable<IMetadataRecord> Records(List<Deletion> deletions, List<Upsertion> upsertions) =>
    [
        .. deletions.Select(deletion => new RemoveUserScramCredentialRecord { Name = deletion.Name, Mechanism = deletion.Mechanism }),
        .. upsertions.Select(upsertion => ScramImage.Record(upsertion.Name, (ScramMechanism)upsertion.Mechanism,
            ScramKeys.Credential((ScramMechanism)upsertion.Mechanism, upsertion.Salt, upsertion.SaltedPassword, upsertion.Iterations))),
    ];
}
