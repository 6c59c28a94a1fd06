using System.Globalization;

namespace Platform.Dashboard.Diagnosis;

/// <summary>Numbers in sentences.</summary>
internal static class Words
{
    /// <summary>"1 partition", "12 partitions".</summary>
    public static string Count(long count, string noun, string? plural = null) =>
        $"{Number(count)} {(count == 1 ? noun : plural ?? noun + "s")}";

    /// <summary>The number with its digits in groups of three.</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
