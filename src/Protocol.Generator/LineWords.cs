using System;
using System.Globalization;

namespace Platform.Protocol.Generator;

/// <summary>The words of one line, taken one after the other; what is missing or malformed is named with the line.</summary>
internal sealed class LineWords(string code, int line)
{
    private readonly string[] _words = code.Split([' '], StringSplitOptions.RemoveEmptyEntries);
    private int _next;

    public int Line { get; } = line;
    public bool HasMore => _next < _words.Length;
    public bool NextIsNumber => HasMore && char.IsDigit(_words[_next][0]);

    /// <summary>True when the next word is <paramref name="word"/>, which is then taken.</summary>
    public bool Skip(string word)
    {
        if (!HasMore || _words[_next] != word)
            return false;
        _next++;
        return true;
    }

    public string Next(string what) => HasMore ? _words[_next++] : throw Error($"{what} is missing at the end of the line");

    public int NextNumber(string what)
    {
        var word = Next(what);
        return TryNumber(word, out var number) ? number : throw Error($"'{word}' is no number; expected {what}");
    }

    /// <summary>'3+', '0-4' or 'none'.</summary>
    public VersionRange NextRange(string what)
    {
        var word = Next(what);
        if (word == "none")
            return VersionRange.None;
        if (word.EndsWith("+", StringComparison.Ordinal) && TryNumber(word.TrimEnd('+'), out var from))
            return new VersionRange(from, VersionRange.Open);
        var ends = word.Split('-');
        if (ends.Length != 2 || !TryNumber(ends[0], out var lowest) || !TryNumber(ends[1], out var highest))
            throw Error($"'{word}' is no version range; expected '3+', '0-4' or 'none' for {what}");
        if (lowest > highest)
            throw Error($"the range '{word}' ends before it begins");
        return new VersionRange(lowest, highest);
    }

    public SchemaException Error(string message) => new(Line, message);

    private static bool TryNumber(string word, out int number) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
