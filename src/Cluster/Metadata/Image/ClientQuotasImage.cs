using System.Collections.Immutable;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Quotas of clients (KIP-546).</summary>
/// <param name="Entities">Values by key, such as producer_byte_rate; whoever has none is absent.</param>
public sealed record ClientQuotasImage(
    ImmutableSortedDictionary<QuotaEntity, ImmutableSortedDictionary<string, double>> Entities)
{
    /// <summary>No quotas.</summary>
    public static readonly ClientQuotasImage Empty =
        new(ImmutableSortedDictionary<QuotaEntity, ImmutableSortedDictionary<string, double>>.Empty);

    /// <summary>Quotas of an entity; empty when it has none.</summary>
    public ImmutableSortedDictionary<string, double> Of(QuotaEntity entity) => Entities.GetValueOrDefault(entity,
        ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal));

    internal IEnumerable<IMetadataRecord> ToRecords() =>
        from entity in Entities
        from quota in entity.Value
        select Record(entity.Key, quota.Key, quota.Value);

    internal static ClientQuotaRecord Record(QuotaEntity entity, string key, double? value) => new()
    {
        Entity = [.. entity.Parts.Select(part =>
            new ClientQuotaRecord.EntityData { EntityType = part.Type, EntityName = part.Name })],
        Key = key,
        Value = value ?? 0,
        Remove = value is null,
    };
}
