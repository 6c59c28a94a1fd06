namespace Platform.Api.SchemaRegistry.Subjects;

/// <summary>The subjects that a list shows, from its subjectPrefix.</summary>
internal static class SubjectFilter
{
    /// <summary>
    /// ":*:" is every context, ":.a:" one of them, a plain prefix the default one; without a prefix every context.
    /// </summary>
    public static Func<string, bool> From(string? prefix)
    {
        if (prefix is null or SubjectNames.AnyContext)
            return _ => true;
        if (prefix.StartsWith(SubjectNames.AnyContext, StringComparison.Ordinal))
        {
            var name = prefix[SubjectNames.AnyContext.Length..];
            return subject => SubjectNames.NameOf(subject).StartsWith(name, StringComparison.Ordinal);
        }
        var wanted = SubjectNames.Normalize(prefix);
        var context = SubjectNames.ContextOf(wanted);
        return subject => SubjectNames.ContextOf(subject) == context
            && subject.StartsWith(wanted, StringComparison.Ordinal);
    }
}
