using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>The ids of one context: the same content has one id in it, and other contexts count for themselves.</summary>
internal sealed class ContextState
{
    private static readonly Comparer<StoredSchema> BySubjectAndVersion = Comparer<StoredSchema>.Create(
        (one, other) => string.CompareOrdinal(one.Subject, other.Subject) is not 0 and var order ? order
            : one.Version.CompareTo(other.Version));

    private readonly Dictionary<int, SortedSet<StoredSchema>> _byId = [];
    private readonly Dictionary<Guid, int> _idByGuid = [];

    /// <summary>The highest id ever given; it never goes back.</summary>
    public int MaxId { get; set; }

    public int? IdOf(Guid guid) => _idByGuid.TryGetValue(guid, out var id) ? id : null;

    public IEnumerable<StoredSchema> Holders(int id) => _byId.GetValueOrDefault(id) ?? [];

    /// <summary>The first holder of an id, a live one when there is one.</summary>
    public StoredSchema? Best(int id)
    {
        if (!_byId.TryGetValue(id, out var holders))
            return null;
        foreach (var schema in holders)
        {
            if (!schema.Deleted)
                return schema;
        }
        return holders.Min;
    }

    public void Add(StoredSchema schema)
    {
        if (!_byId.TryGetValue(schema.Id, out var holders))
            _byId.Add(schema.Id, holders = new SortedSet<StoredSchema>(BySubjectAndVersion));
        holders.Add(schema);
        _idByGuid[schema.Guid] = schema.Id;
        MaxId = Math.Max(MaxId, schema.Id);
    }

    // The content is forgotten with its last holder, its id is not.
    public void Remove(StoredSchema schema)
    {
        if (!_byId.TryGetValue(schema.Id, out var holders))
            return;
        holders.Remove(schema);
        if (holders.Count > 0)
            return;
        _byId.Remove(schema.Id);
        if (_idByGuid.TryGetValue(schema.Guid, out var id) && id == schema.Id)
            _idByGuid.Remove(schema.Guid);
    }
}
