namespace Platform.Cluster.Security;

/// <summary>The setting super.users: principals as Type:name, separated by semicolons, since names may have commas.</summary>
public static class SuperUsers
{
    /// <summary>Reads the setting.</summary>
    /// <param name="text">Such as User:alice;User:bob.</param>
    /// <param name="problem">The first part that is no principal.</param>
    public static IReadOnlySet<string> Parse(string text, out string? problem)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        problem = parts.FirstOrDefault(part => part.IndexOf(':', StringComparison.Ordinal) <= 0 || part.EndsWith(':'));
        return parts.ToHashSet(StringComparer.Ordinal);
    }
}
