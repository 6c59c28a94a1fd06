using System.Globalization;

namespace Platform.Dashboard.Shared;

/// <summary>Numbers, sizes and times as people read them. Everything shown goes through here.</summary>
internal static class Fmt
{
    /// <summary>What is not known.</summary>
    public const string Unknown = "–";

    private static readonly string[] Thousands = ["", " k", " M", " G", " T"];
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>All digits, in groups of three.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>An offset: all digits and nothing else, so that it can be copied.</summary>
    public static string Offset(long? value) =>
        value is null or < 0 ? Unknown : value.Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>At most three digits that matter: 950, 12.3 k, 4.56 M.</summary>
    public static string Short(double? value)
    {
        if (value is not { } number)
            return Unknown;
        if (Math.Abs(number) < 10_000)
            return number == Math.Floor(number) || number >= 100
                ? number.ToString("N0", CultureInfo.InvariantCulture)
                : number.ToString("0.0", CultureInfo.InvariantCulture);
        var power = 0;
        for (; Math.Abs(number) >= 1000 && power < Thousands.Length - 1; power++)
            number /= 1000;
        return ThreeDigits(number) + Thousands[power];
    }

    /// <summary>A rate per second.</summary>
    public static string Rate(double? perSecond) => perSecond is null ? Unknown : $"{Short(perSecond)}/s";

    /// <summary>Bytes in binary units.</summary>
    public static string Bytes(double? bytes)
    {
        if (bytes is not { } number)
            return Unknown;
        var power = 0;
        for (; Math.Abs(number) >= 1024 && power < ByteUnits.Length - 1; power++)
            number /= 1024;
        return power == 0 ? $"{number:0} B" : $"{ThreeDigits(number)} {ByteUnits[power]}";
    }

    /// <summary>A length of time in its two largest units.</summary>
    public static string Duration(long ms)
    {
        var time = TimeSpan.FromMilliseconds(Math.Max(0, ms));
        if (time.TotalSeconds < 60)
            return $"{Math.Floor(time.TotalSeconds):0} s";
        if (time.TotalMinutes < 60)
            return time.Seconds == 0 ? $"{time.Minutes} min" : $"{time.Minutes} min {time.Seconds} s";
        if (time.TotalHours < 24)
            return time.Minutes == 0 ? $"{time.Hours} h" : $"{time.Hours} h {time.Minutes} min";
        return time.Hours == 0 ? $"{time.Days} d" : $"{time.Days} d {time.Hours} h";
    }

    /// <summary>Time of day in UTC.</summary>
    public static string Clock(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Date and time in UTC with milliseconds; unknown when the client did not set it.</summary>
    public static string Timestamp(long ms) => ms < 0 || ms > MaxTimestampMs ? Unknown
        : DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>The largest time that can be written, in ms since 1970; records may carry any number.</summary>
    private const long MaxTimestampMs = 253_402_300_799_999;

    /// <summary>Broker ids, separated by commas.</summary>
    public static string Ids(IEnumerable<int> ids) => string.Join(", ", ids);

    private static string ThreeDigits(double number) => Math.Abs(number) switch
    {
        >= 99.95 => number.ToString("0", CultureInfo.InvariantCulture),
        >= 9.995 => number.ToString("0.0", CultureInfo.InvariantCulture),
        _ => number.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
