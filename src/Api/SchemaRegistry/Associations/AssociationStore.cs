namespace Platform.Api.SchemaRegistry.Associations;

/// <summary>The associations, in memory; changed only by applying records of the schemas topic.</summary>
internal sealed class AssociationStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AssociationKey, Association> _all = [];

    /// <summary>Those that are wanted, by resource, type and subject.</summary>
    public IReadOnlyList<Association> Where(Func<Association, bool> isWanted)
    {
        lock (_lock)
        {
            return [.. _all.Values.Where(isWanted).OrderBy(one => one.ResourceName, StringComparer.Ordinal)
                .ThenBy(one => one.AssociationType, StringComparer.Ordinal)
                .ThenBy(one => one.Subject, StringComparer.Ordinal)];
        }
    }

    internal void Apply(AssociationKey key, Association? association)
    {
        lock (_lock)
        {
            if (association is null)
                _all.Remove(key);
            else
                _all[key] = association;
        }
    }
}
