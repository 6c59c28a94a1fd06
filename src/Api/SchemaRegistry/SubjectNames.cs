namespace Platform.Api.SchemaRegistry;

/// <summary>Which names a subject may have.</summary>
internal static class SubjectNames
{
    private const string Global = "__GLOBAL";
    private const string Empty = "__EMPTY";

    /// <summary>Throws 42208 for a reserved name or one with control characters.</summary>
    public static void Check(string subject)
    {
        if (subject.Length == 0 || subject is Global or Empty || subject.Any(char.IsControl))
            throw RegistryProblems.InvalidSubject(subject);
    }
}
