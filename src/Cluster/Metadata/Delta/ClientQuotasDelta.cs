using System.Collections.Immutable;
using Platform.Protocol.Messages;

namespace Platform.Cluster.Metadata;

/// <summary>Changes of quotas.</summary>
public sealed class ClientQuotasDelta
{
    private readonly ClientQuotasImage _image;
    private readonly SortedDictionary<QuotaEntity, ImmutableSortedDictionary<string, double>> _changes = [];

    internal ClientQuotasDelta(ClientQuotasImage image) => _image = image;

    /// <summary>True when something changed.</summary>
    public bool HasChanges => _changes.Count > 0;

    internal void Replay(ClientQuotaRecord record)
    {
        var entity = QuotaEntity.From(record.Entity.Select(part => (part.EntityType, part.EntityName)))
            ?? throw new InvalidMetadataException($"a quota {record.Key} is for no entity that there can be");
        var quotas = _changes.GetValueOrDefault(entity) ?? _image.Of(entity);
        _changes[entity] = record.Remove ? quotas.Remove(record.Key) : quotas.SetItem(record.Key, record.Value);
    }

    internal ClientQuotasImage Apply()
    {
        if (!HasChanges)
            return _image;
        var entities = _image.Entities.ToBuilder();
        foreach (var (entity, quotas) in _changes)
        {
            if (quotas.IsEmpty)
                entities.Remove(entity);
            else
                entities[entity] = quotas;
        }
        return new ClientQuotasImage(entities.ToImmutable());
    }
}
