using Platform.Cluster.Metadata;

namespace Platform.Cluster.Quotas;

/// <summary>A limit, and who shares it.</summary>
/// <param name="PerSecond">What is allowed a second.</param>
/// <param name="User">The user who has it; null when users do not matter.</param>
/// <param name="ClientId">The client id that has it; null when client ids do not matter.</param>
public readonly record struct ClientQuotaLimit(double PerSecond, string? User, string? ClientId);

/// <summary>Finds the quota that counts for a client: the most specific one, and what names the user before what names
/// only the client id, as in Kafka.</summary>
public static class ClientQuotaLookup
{
    /// <summary>The limit; null when there is none.</summary>
    public static ClientQuotaLimit? Find(ClientQuotasImage quotas, string key, string user, string clientId)
    {
        foreach (var (entity, sharesUser, sharesClient) in Candidates(user, clientId))
            if (quotas.Of(entity).TryGetValue(key, out var limit))
                return new ClientQuotaLimit(limit, sharesUser ? user : null, sharesClient ? clientId : null);
        return null;
    }

    private static IEnumerable<(QuotaEntity Entity, bool OfUser, bool OfClient)> Candidates(string user, string clientId)
    {
        foreach (var name in (string[])[user, QuotaEntity.Default])
        {
            yield return (new QuotaEntity(name, clientId), true, true);
            yield return (new QuotaEntity(name, QuotaEntity.Default), true, true);
            yield return (new QuotaEntity(name), true, false);
        }
        yield return (new QuotaEntity(null, clientId), false, true);
        yield return (new QuotaEntity(null, QuotaEntity.Default), false, true);
    }
}
