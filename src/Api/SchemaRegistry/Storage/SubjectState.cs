using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>The versions of one subject, deleted ones included, by ascending number.</summary>
internal sealed class SubjectState
{
    private readonly SortedList<int, StoredSchema> _versions = [];

    public bool IsEmpty => _versions.Count == 0;

    public StoredSchema? Find(int version) => _versions.GetValueOrDefault(version);

    /// <summary>Ascending; <paramref name="which"/> says whether deleted versions count.</summary>
    public IEnumerable<StoredSchema> Versions(Visibility which) =>
        _versions.Values.Where(schema => which.Shows(schema.Deleted));

    /// <summary>The highest version that is asked for, or null.</summary>
    public StoredSchema? Newest(Visibility which, Func<StoredSchema, bool> isWanted)
    {
        for (var i = _versions.Count - 1; i >= 0; i--)
        {
            var schema = _versions.GetValueAtIndex(i);
            if (which.Shows(schema.Deleted) && isWanted(schema))
                return schema;
        }
        return null;
    }

    public void Put(StoredSchema schema) => _versions[schema.Version] = schema;

    public void Remove(int version) => _versions.Remove(version);
}

/// <summary>Which versions and subjects a caller asks for.</summary>
internal enum Visibility
{
    Live,
    LiveAndDeleted,
    DeletedOnly,
}

internal static class VisibilityRules
{
    public static bool Shows(this Visibility which, bool deleted) => which switch
    {
        Visibility.Live => !deleted,
        Visibility.DeletedOnly => deleted,
        _ => true,
    };

    /// <summary>From the query flags; deletedOnly wins.</summary>
    public static Visibility From(bool? deleted, bool? deletedOnly = null) =>
        deletedOnly == true ? Visibility.DeletedOnly : deleted == true ? Visibility.LiveAndDeleted : Visibility.Live;
}
