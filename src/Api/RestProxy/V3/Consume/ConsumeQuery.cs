using System.Globalization;
using Platform.Api.Hosting;
using Platform.Client.Admin;

namespace Platform.Api.RestProxy.V3.Consume;

/// <summary>What a reader asks for, from the query; every limit has a name.</summary>
internal sealed record ConsumeQuery(
    PositionVector? Position, OffsetSpec? Start, long? Offset, int MaxRecords, long MaxBytes, int WaitMs,
    RecordFormat Keys, RecordFormat Values)
{
    public const int DefaultRecords = 500;
    public const int MostRecords = 10_000;
    public const long DefaultBytes = 1024 * 1024;
    public const long MostBytes = 64 * 1024 * 1024;
    public const int DefaultWaitMs = 500;
    public const int MostWaitMs = 60_000;

    /// <exception cref="ProblemException">422, with the parameter that is wrong.</exception>
    public static ConsumeQuery Read(HttpRequest request, bool isStream)
    {
        var query = request.Query;
        var lastEvent = request.Headers["Last-Event-ID"].ToString();
        var start = query["offset"].ToString();
        var timestamp = query["timestamp"].ToString();
        if (start.Length > 0 && timestamp.Length > 0)
            throw V3Problems.Invalid("offset and timestamp exclude each other.");
        var number = Number(request, "offset", isNumber: start.Length > 0 && char.IsAsciiDigit(start[0]));
        return new ConsumeQuery(
            PositionVector.Parse(lastEvent.Length > 0 ? lastEvent : query["position"].ToString()),
            timestamp.Length > 0 ? OffsetSpec.ForTimestamp(Timestamp(timestamp)) : Named(start, isStream), number,
            (int)Limit(request, "max_records", DefaultRecords, MostRecords),
            Limit(request, "max_bytes", DefaultBytes, MostBytes),
            (int)Limit(request, "wait_ms", DefaultWaitMs, MostWaitMs),
            RecordFormats.Parse(query["key_format"]), RecordFormats.Parse(query["value_format"]));
    }

    // A page begins with the oldest record, a stream with the next one that comes.
    private static OffsetSpec? Named(string start, bool isStream) => start.ToLowerInvariant() switch
    {
        "" => isStream ? OffsetSpec.Latest : OffsetSpec.Earliest,
        "earliest" => OffsetSpec.Earliest,
        "latest" => OffsetSpec.Latest,
        _ when char.IsAsciiDigit(start[0]) => null,
        _ => throw V3Problems.Invalid($"offset '{start}': a number, earliest or latest is expected."),
    };

    private static long? Number(HttpRequest request, string name, bool isNumber) =>
        isNumber ? Limit(request, name, 0, long.MaxValue) : null;

    private static long Limit(HttpRequest request, string name, long preset, long most)
    {
        var text = request.Query[name].ToString();
        if (text.Length == 0)
            return preset;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? Math.Min(value, most) : throw V3Problems.Invalid($"{name} '{text}': a number is expected.");
    }

    private static long Timestamp(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? ms
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time.ToUnixTimeMilliseconds()
                : throw V3Problems.Invalid($"timestamp '{text}': milliseconds since 1970 or a time such as "
                    + "2026-01-01T00:00:00Z is expected.");
}
