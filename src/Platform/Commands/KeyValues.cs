namespace Platform.Commands;

/// <summary>Arguments of the form key=value.</summary>
internal static class KeyValues
{
    /// <summary>Splits at the first '='.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static KeyValuePair<string, string> Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new(text[..equals].Trim(), text[(equals + 1)..].Trim())
            : throw new CommandException($"'{text}' must have the form key=value");
    }

    /// <summary>Splits each.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ParseAll(IEnumerable<string>? texts) => (texts ?? []).Select(Parse);
}
