namespace Platform.Cluster.Metadata;

/// <summary>Whom a quota is for: a user, a client id, both, or an address. A part is null where the quota does not ask for
/// it, and <see cref="Default"/> where it means whoever has no quota of his own.</summary>
/// <param name="User">Name of the user.</param>
/// <param name="ClientId">The client's name for itself.</param>
/// <param name="Ip">Address of the client.</param>
public sealed record QuotaEntity(string? User = null, string? ClientId = null, string? Ip = null)
    : IComparable<QuotaEntity>
{
    /// <summary>Stands for everybody who is not named; no user or client can have this name.</summary>
    public const string Default = "<default>";

    /// <summary>Kind of entity of the protocol.</summary>
    public const string UserType = "user";

    /// <summary>Kind of entity of the protocol.</summary>
    public const string ClientIdType = "client-id";

    /// <summary>Kind of entity of the protocol.</summary>
    public const string IpType = "ip";

    /// <summary>The parts as the protocol has them; a name is null for the default.</summary>
    public IEnumerable<(string Type, string? Name)> Parts
    {
        get
        {
            foreach (var (type, name) in ((string, string?)[])[(UserType, User), (ClientIdType, ClientId), (IpType, Ip)])
                if (name is not null)
                    yield return (type, name == Default ? null : name);
        }
    }

    /// <summary>An entity of the protocol's parts; null when they make none.</summary>
    public static QuotaEntity? From(IEnumerable<(string Type, string? Name)> parts)
    {
        var entity = new QuotaEntity();
        foreach (var (type, name) in parts)
        {
            var known = name ?? Default;
            if (type == UserType && entity.User is null)
                entity = entity with { User = known };
            else if (type == ClientIdType && entity.ClientId is null)
                entity = entity with { ClientId = known };
            else if (type == IpType && entity.Ip is null)
                entity = entity with { Ip = known };
            else
                return null;
        }
        return entity == new QuotaEntity() ? null : entity;
    }

    /// <inheritdoc/>
    public int CompareTo(QuotaEntity? other)
    {
        var byUser = string.CompareOrdinal(User, other?.User);
        var byClient = byUser != 0 ? byUser : string.CompareOrdinal(ClientId, other?.ClientId);
        return byClient != 0 ? byClient : string.CompareOrdinal(Ip, other?.Ip);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Parts.Select(part => $"{part.Type} {part.Name ?? Default}"));
}
