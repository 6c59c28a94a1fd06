namespace Platform.Api.SchemaRegistry;

/// <summary>
/// Names of subjects. A subject of another context than the default one is written :.context:name; :.context: alone
/// is the context itself, and :*: means all of them.
/// </summary>
internal static class SubjectNames
{
    /// <summary>The default context, as lists show it.</summary>
    public const string DefaultContext = ".";

    /// <summary>Settings of this context hold in all contexts.</summary>
    public const string GlobalContext = ":.__GLOBAL:";

    /// <summary>Prefix that means every context.</summary>
    public const string AnyContext = ":*:";

    private const string Global = "__GLOBAL";
    private const string Empty = "__EMPTY";

    /// <summary>Throws 42208 for a reserved name or one with control characters.</summary>
    public static void Check(string subject)
    {
        if (subject.Length == 0 || NameOf(subject) is Global or Empty || subject.Any(char.IsControl)
            || (subject != GlobalContext && ContextOf(subject) is ".__GLOBAL"))
            throw RegistryProblems.InvalidSubject(subject);
    }

    /// <summary>The context with its dot, ".a"; empty for the default one.</summary>
    public static string ContextOf(string subject)
    {
        if (!subject.StartsWith(":.", StringComparison.Ordinal))
            return "";
        var end = subject.IndexOf(':', 2);
        return end < 0 || end == 2 ? "" : subject[1..end];
    }

    /// <summary>The name without its context.</summary>
    public static string NameOf(string subject)
    {
        if (!subject.StartsWith(":.", StringComparison.Ordinal))
            return subject;
        var end = subject.IndexOf(':', 2);
        return end < 0 ? subject : subject[(end + 1)..];
    }

    /// <summary>The name within a context; a name that says its context keeps it.</summary>
    public static string Qualify(string context, string subject) =>
        context is "" or "." || subject.StartsWith(":.", StringComparison.Ordinal) ? Normalize(subject)
            : $":{(context.StartsWith('.') ? context : "." + context)}:{subject}";

    /// <summary>":.:name" is in the default context, which is written without it.</summary>
    public static string Normalize(string subject) =>
        subject.StartsWith(":.:", StringComparison.Ordinal) ? subject[3..] : subject;

    /// <summary>True for :.context: alone.</summary>
    public static bool IsContext(string subject) => ContextOf(subject).Length > 0 && NameOf(subject).Length == 0;
}
