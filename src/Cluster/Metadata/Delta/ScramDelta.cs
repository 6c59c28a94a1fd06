using System.Collections.Immutable;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Changes of credentials.</summary>
public sealed class ScramDelta
{
    private readonly ScramImage _image;
    private readonly SortedDictionary<string, ImmutableSortedDictionary<ScramMechanism, ScramCredential>> _changes =
        new(StringComparer.Ordinal);

    internal ScramDelta(ScramImage image) => _image = image;

    /// <summary>True when something changed.</summary>
    public bool HasChanges => _changes.Count > 0;

    internal void Replay(UserScramCredentialRecord record) => _changes[record.Name] = Of(record.Name).SetItem(
        (ScramMechanism)record.Mechanism,
        new ScramCredential(record.Salt, record.StoredKey, record.ServerKey, record.Iterations));

    internal void Replay(RemoveUserScramCredentialRecord record) =>
        _changes[record.Name] = Of(record.Name).Remove((ScramMechanism)record.Mechanism);

    internal ScramImage Apply()
    {
        if (!HasChanges)
            return _image;
        var users = _image.ByUser.ToBuilder();
        foreach (var (user, credentials) in _changes)
        {
            if (credentials.IsEmpty)
                users.Remove(user);
            else
                users[user] = credentials;
        }
        return new ScramImage(users.ToImmutable());
    }

    private ImmutableSortedDictionary<ScramMechanism, ScramCredential> Of(string user) =>
        _changes.GetValueOrDefault(user) ?? _image.Of(user);
}
