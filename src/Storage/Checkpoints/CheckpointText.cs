using System.Globalization;
using System.Text;

namespace Platform.Storage;

/// <summary>The text form that Kafka's checkpoints share: a version, a count, and that many lines of words.</summary>
internal static class CheckpointText
{
    private const int Version = 0;

    internal static string Format<T>(IReadOnlyCollection<T> entries, Action<StringBuilder, T> append)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Version}\n{entries.Count}\n");
        foreach (var entry in entries)
        {
            append(text, entry);
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Calls <paramref name="accept"/> for every line; false from it means that the line is
    /// malformed.</summary>
    internal static void Parse(string path, string text, Func<string, bool> accept)
    {
        var lines = text.Split('\n');
        if (Number(path, lines, 0) is var version && version != Version)
            throw new CorruptLogException(path, $"version {version} is not known, {Version} is");
        var count = Number(path, lines, 1);
        for (var i = 2; i < count + 2; i++)
        {
            if (i >= lines.Length || lines[i].Length == 0)
                throw new CorruptLogException(
                    path, $"line 2 promises {count} entries, but the file ends after {i - 2}");
            if (!accept(lines[i]))
                throw new CorruptLogException(path, $"line {i + 1}, '{lines[i]}', is malformed");
        }
        if (lines.Skip(count + 2).Any(line => line.Length > 0))
            throw new CorruptLogException(path, $"line 2 promises {count} entries, but the file holds more");
    }

    internal static bool TryNumber(string word, out long number) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static int Number(string path, string[] lines, int index)
    {
        if (index < lines.Length && TryNumber(lines[index], out var number) && number is >= 0 and <= int.MaxValue)
            return (int)number;
        throw new CorruptLogException(path, $"line {index + 1} is no number");
    }
}
