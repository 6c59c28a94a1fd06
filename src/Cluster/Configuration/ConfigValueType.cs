using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Platform.Cluster.Configuration;

internal delegate bool ConfigParser<T>(string text, [MaybeNullWhen(false)] out T value);

/// <summary>How values of a setting are read, printed and limited.</summary>
internal sealed record ConfigValueType<T>(ConfigType Type, string Allowed, ConfigParser<T> TryParse, Func<T,
    string> Format);

/// <summary>The types that settings are made of.</summary>
internal static class ConfigValueTypes
{
    public static readonly ConfigValueType<bool> Boolean =
        new(ConfigType.Boolean, "true or false", TryParseBool, value => value ? "true" : "false");

    public static readonly ConfigValueType<bool?> OptionalBoolean = new(ConfigType.Boolean, "true or false",
        (string text, out bool? value) =>
        {
            var valid = TryParseBool(text, out var parsed);
            value = parsed;
            return valid;
        }, value => value == true ? "true" : "false");

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static ConfigValueType<T> Number<T>(ConfigType type, T min, T max)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(type, Range(min, max),
            (string text, out T value) => TryParseNumber(text, out value) && value >= min && value <= max, Print);

    /// <summary>A number, or nothing when it is not set.</summary>
    public static ConfigValueType<T?> OptionalNumber<T>(ConfigType type, T min, T max)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(type, Range(min, max), (string text, out T? value) =>
        {
            var valid = TryParseNumber<T>(text, out var number) && number >= min && number <= max;
            value = number;
            return valid;
        }, value => Print(value.GetValueOrDefault()));

    /// <summary>A number in a range, or one that stands outside of it and means something special.</summary>
    public static ConfigValueType<int> RangeOr(int min, int max, int special) => new(ConfigType.Int,
        string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}, or {special}"),
        (string text, out int value) => TryParseNumber(text, out value)
        && (value == special || (value >= min && value <= max)),
        Print);

    /// <summary>Text; when <paramref name="oneOf"/> is not empty, one of these.</summary>
    public static ConfigValueType<T> Text<T>(ConfigType type, IReadOnlyList<string> oneOf)
        where T : class? => new(type, oneOf.Count == 0 ? "text" : "one of " + string.Join(", ", oneOf),
            (string text, [MaybeNullWhen(false)] out T value) =>
            {
                value = (T)(object)text.Trim();
                return oneOf.Count == 0 || oneOf.Contains(text.Trim());
            }, value => (string)(object)value!);

    /// <summary>Values between commas; when <paramref name="oneOf"/> is not empty, each of them one of these.</summary>
    public static ConfigValueType<IReadOnlyList<string>> List(IReadOnlyList<string> oneOf) =>
        new(ConfigType.List, oneOf.Count == 0 ? "a list separated by commas" : "a list of " + string.Join(", ", oneOf),
            (string text, [MaybeNullWhen(false)] out IReadOnlyList<string> value) =>
            {
                value = Split(text);
                return oneOf.Count == 0 || value.All(oneOf.Contains);
            }, value => string.Join(',', value));

    /// <summary>The parts of a list.</summary>
    public static IReadOnlyList<string> Split(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool TryParseBool(string text, out bool value)
    {
        value = text.Trim().Equals("true", StringComparison.OrdinalIgnoreCase);
        return value || text.Trim().Equals("false", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryParseNumber<T>(string text, out T value)
        where T : struct, INumber<T> =>
        T.TryParse(text,
        NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite
            | (typeof(T) == typeof(double) ? NumberStyles.Float : 0), CultureInfo.InvariantCulture, out value);

    private static string Print<T>(T value)
        where T : struct, INumber<T> => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Range<T>(T min, T max)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        if (min == T.MinValue && max == T.MaxValue)
            return "a number";
        if (max == T.MaxValue)
            return $"a number of at least {Print(min)}";
        return $"a number from {Print(min)} to {Print(max)}";
    }
}
