using System.Globalization;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry.Subjects;

/// <summary>The version in a path: a number, or "latest" (also -1) for the newest live one.</summary>
internal static class VersionText
{
    private const string Latest = "latest";

    /// <summary>Finds the version, or throws 42202, 40401 or 40402.</summary>
    public static StoredSchema Find(SchemaStore store, string subject, string text, Visibility which)
    {
        var number = Parse(text);
        var versions = store.Versions(subject, which);
        if (versions.Count == 0)
            throw RegistryProblems.SubjectNotFound(subject);
        var found = number is null ? versions[^1] : versions.FirstOrDefault(schema => schema.Version == number);
        return found ?? throw RegistryProblems.VersionNotFound(number!.Value);
    }

    /// <summary>The number, or null for the latest.</summary>
    public static int? Parse(string text)
    {
        if (text is Latest or "-1")
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number : throw RegistryProblems.InvalidVersion(text);
    }
}
