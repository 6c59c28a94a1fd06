using System.Globalization;
using System.Text;

namespace Platform.Cluster.Configuration;

/// <summary>Reads the format of Java's properties files: comments, continued lines, escapes, '='
/// or ':' or a blank.</summary>
public static class PropertiesFile
{
    /// <summary>The settings of a file in their order; a name that comes twice counts as it came last.</summary>
    /// <exception cref="ConfigException">A line has no name, or an escape that means nothing.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Parse(string text)
    {
        var settings = new List<KeyValuePair<string, string>>();
        foreach (var (number, line) in LogicalLines(text))
            settings.Add(ParseLine(number, line));
        return settings;
    }

    private static IEnumerable<(int Number, string Line)> LogicalLines(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var first = i;
            var line = lines[i].TrimStart();
            if (line.Length == 0 || line[0] is '#' or '!')
                continue;
            while (IsContinued(line) && i + 1 < lines.Length)
                line = line[..^1] + lines[++i].TrimStart();
            yield return (first + 1, line);
        }
    }

    private static bool IsContinued(string line) => (line.Length - line.TrimEnd('\\').Length) % 2 == 1;

    private static KeyValuePair<string, string> ParseLine(int number, string line)
    {
        var end = 0;
        while (end < line.Length && line[end] is not ('=' or ':') && !char.IsWhiteSpace(line[end]))
            end += line[end] == '\\' ? 2 : 1;
        end = Math.Min(end, line.Length);
        var rest = line[end..].TrimStart();
        if (rest.Length > 0 && rest[0] is '=' or ':')
            rest = rest[1..].TrimStart();
        var name = Unescape(line[..end], number);
        return name.Length > 0 ? new(name, Unescape(rest, number).TrimEnd())
            : throw new ConfigException(new ConfigProblem($"line {number}", null,
            $"'{line}' has no name before its value"));
    }

    private static string Unescape(string text, int lineNumber)
    {
        if (!text.Contains('\\'))
            return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
                plain.Append(text[i]);
            else if (text[++i] == 'u')
                plain.Append(UnicodeEscape(text, ref i, lineNumber));
            else
                plain.Append(text[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', var other => other });
        }
        return plain.ToString();
    }

    private static char UnicodeEscape(string text, ref int position, int lineNumber)
    {
        var digits = text.AsSpan(position + 1, Math.Min(4, text.Length - position - 1));
        if (digits.Length < 4
            || !ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw new ConfigException(new ConfigProblem($"line {lineNumber}", null,
                "\\u must be followed by four hexadecimal digits"));
        position += 4;
        return (char)code;
    }
}
