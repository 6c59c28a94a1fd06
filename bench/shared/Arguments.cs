using System.Globalization;

namespace Platform.Bench;

/// <summary>Options of the form <c>--name value</c>; every one must be known and is listed when one is not.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    public Arguments(ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
                throw new ArgumentException($"'{words[i]}' is no option; options begin with --");
            var hasValue = i + 1 < words.Length && !words[i + 1].StartsWith("--", StringComparison.Ordinal);
            _values[words[i][2..]] = hasValue ? words[++i] : "true";
        }
    }

    public string Text(string name, string fallback)
    {
        _known.Add(name);
        return _values.GetValueOrDefault(name, fallback);
    }

    public int Number(string name, int fallback)
    {
        var text = Text(name, fallback.ToString(CultureInfo.InvariantCulture));
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"--{name} is '{text}'; expected a number");
    }

    public bool Flag(string name) => Text(name, "false") == "true";

    /// <summary>Throws when an option was given that nobody asked for.</summary>
    public void EnsureAllKnown()
    {
        foreach (var name in _values.Keys.Where(name => !_known.Contains(name)))
            throw new ArgumentException($"--{name} does not exist; there are --{string.Join(", --", _known)}");
    }
}
