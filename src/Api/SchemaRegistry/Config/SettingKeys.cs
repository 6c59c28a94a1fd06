using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Config;

/// <summary>What settings and modes belong to: a subject, a context, or with no name in the path everything.</summary>
internal static class SettingKeys
{
    /// <summary>The key that a path names; ":.:" is the default context, which has the global settings.</summary>
    public static string From(string? subject)
    {
        if (subject is null)
            return SchemaStore.Global;
        var key = SubjectNames.Normalize(PathSegment.Decode(subject));
        if (key.Length > 0)
            SubjectNames.Check(key);
        return key;
    }
}
