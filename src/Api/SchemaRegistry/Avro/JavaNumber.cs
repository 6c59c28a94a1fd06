using System.Globalization;
using System.Text;

namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>
/// Numbers as Java prints them, because the stored text of a schema must equal that of other registries.
/// </summary>
internal static class JavaNumber
{
    /// <summary>Reads what Java's Double.valueOf reads: numbers, NaN, Infinity.</summary>
    public static bool TryParse(string text, out double value) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>Prints a JSON number: whole numbers as they were written, others as Java's Double.toString.</summary>
    public static string Print(string json) =>
        json.AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? json : Print(double.Parse(json, CultureInfo.InvariantCulture));

    /// <summary>
    /// Java's form: plain between 0.001 and ten million, otherwise d.dddEn; always with a decimal point.
    /// </summary>
    public static string Print(double value)
    {
        if (value == 0)
            return double.IsNegative(value) ? "-0.0" : "0.0";
        if (!double.IsFinite(value))
            return value.ToString(CultureInfo.InvariantCulture);
        var (digits, exponent) = Decompose(Math.Abs(value));
        var text = new StringBuilder();
        if (value < 0)
            text.Append('-');
        if (exponent is < -3 or >= 7)
            return AppendWithPoint(text, digits, 1).Append('E').Append(exponent).ToString();
        if (exponent >= 0)
            return AppendWithPoint(text, digits, exponent + 1).ToString();
        return text.Append("0.").Append('0', -exponent - 1).Append(digits).ToString();
    }

    // 123.4 is the digits 1234 with exponent 2.
    private static (string Digits, int Exponent) Decompose(double value)
    {
        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1),
            CultureInfo.InvariantCulture);
        var mantissa = shortest.Split('E')[0].Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        return (mantissa, exponent);
    }

    private static StringBuilder AppendWithPoint(StringBuilder text, string digits, int whole)
    {
        if (digits.Length <= whole)
            return text.Append(digits).Append('0', whole - digits.Length).Append(".0");
        return text.Append(digits, 0, whole).Append('.').Append(digits, whole, digits.Length - whole);
    }
}
