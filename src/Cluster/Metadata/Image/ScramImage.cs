using System.Collections.Immutable;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>What a node keeps of a password (RFC 5802): enough to check it, not enough to find it out.</summary>
/// <param name="Salt">Random bytes.</param>
/// <param name="StoredKey">Hash of the client's key.</param>
/// <param name="ServerKey">The server's key.</param>
/// <param name="Iterations">Rounds of the hash.</param>
public sealed record ScramCredential(byte[] Salt, byte[] StoredKey, byte[] ServerKey, int Iterations);

/// <summary>Credentials of users (KIP-554).</summary>
/// <param name="ByUser">Mechanism to credential; whoever has none is absent.</param>
public sealed record ScramImage(
    ImmutableSortedDictionary<string, ImmutableSortedDictionary<ScramMechanism, ScramCredential>> ByUser)
{
    /// <summary>No credentials.</summary>
    public static readonly ScramImage Empty = new(
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<ScramMechanism, ScramCredential>>(StringComparer.Ordinal));

    /// <summary>Credentials of a user; empty when there are none.</summary>
    public ImmutableSortedDictionary<ScramMechanism, ScramCredential> Of(string user) =>
        ByUser.GetValueOrDefault(user, ImmutableSortedDictionary<ScramMechanism, ScramCredential>.Empty);

    internal IEnumerable<IMetadataRecord> ToRecords() =>
        from user in ByUser
        from credential in user.Value
        select Record(user.Key, credential.Key, credential.Value);

    internal static UserScramCredentialRecord Record(string user, ScramMechanism mechanism, ScramCredential credential) => new()
    {
        Name = user,
        Mechanism = (sbyte)mechanism,
        Salt = credential.Salt,
        StoredKey = credential.StoredKey,
        ServerKey = credential.ServerKey,
        Iterations = credential.Iterations,
    };
}
