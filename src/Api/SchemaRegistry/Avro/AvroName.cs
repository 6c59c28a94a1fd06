namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>A name and the namespace it lives in; the empty namespace is the default one.</summary>
internal readonly record struct AvroName(string Name, string Namespace)
{
    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";

    /// <summary>
    /// Resolves <paramref name="text"/>: a dotted name is complete, another one is in <paramref name="space"/>.
    /// </summary>
    public static AvroName Resolve(string text, string space)
    {
        var dot = text.LastIndexOf('.');
        return dot < 0 ? new AvroName(text, space) : new AvroName(text[(dot + 1)..], text[..dot]);
    }

    /// <summary>How the name is written where <paramref name="space"/> is the enclosing namespace.</summary>
    public string RelativeTo(string space) => Namespace == space ? Name : FullName;

    /// <summary>The specification's rule: a letter or underscore, then letters, digits, underscores.</summary>
    public static bool IsLegal(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0]))
            return false;
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '_')
                return false;
        }
        return true;
    }

    /// <summary>True when every part between the dots is a legal name; the empty namespace is legal.</summary>
    public static bool IsLegalNamespace(string space)
    {
        if (space.Length == 0)
            return true;
        foreach (var part in space.AsSpan().Split('.'))
        {
            if (!IsLegal(space.AsSpan(part)))
                return false;
        }
        return true;
    }
}
