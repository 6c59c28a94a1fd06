using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Platform.Api.Hosting;
using Platform.Client.Admin;

namespace Platform.Api.RestProxy.V3.Consume;

/// <summary>The query of a read, as it is documented.</summary>
internal sealed class ConsumeParameters
{
    [FromQuery(Name = "offset")]
    public string? Offset { get; init; }

    [FromQuery(Name = "timestamp")]
    public string? Timestamp { get; init; }

    [FromQuery(Name = "position")]
    public string? Position { get; init; }

    [FromQuery(Name = "max_records")]
    public int? MaxRecords { get; init; }

    [FromQuery(Name = "max_bytes")]
    public long? MaxBytes { get; init; }

    [FromQuery(Name = "wait_ms")]
    public int? WaitMs { get; init; }

    [FromQuery(Name = "key_format")]
    public string? KeyFormat { get; init; }

    [FromQuery(Name = "value_format")]
    public string? ValueFormat { get; init; }

    [FromQuery(Name = "group")]
    public string? Group { get; init; }
}

/// <summary>What a reader asks for, checked; every limit has a name.</summary>
internal sealed record ConsumeQuery(
    PositionVector? Position, OffsetSpec? Start, long? Offset, int MaxRecords, long MaxBytes, int WaitMs,
    RecordFormat Keys, RecordFormat Values, string? Group)
{
    public const int DefaultRecords = 500;
    public const int MostRecords = 10_000;
    public const long DefaultBytes = 1024 * 1024;
    public const long MostBytes = 64 * 1024 * 1024;
    public const int DefaultWaitMs = 500;
    public const int MostWaitMs = 60_000;

    /// <exception cref="ProblemException">422, with the parameter that is wrong.</exception>
    public static ConsumeQuery Read(ConsumeParameters query, string lastEventId, bool isStream)
    {
        if (query is { Offset.Length: > 0, Timestamp.Length: > 0 })
            throw V3Problems.Invalid("offset and timestamp exclude each other.");
        var start = query.Offset ?? "";
        return new ConsumeQuery(
            PositionVector.Parse(lastEventId.Length > 0 ? lastEventId : query.Position),
            query.Timestamp is { Length: > 0 } time ? OffsetSpec.ForTimestamp(Timestamp(time))
                : Named(start, isStream), Number(start),
            (int)Limit("max_records", query.MaxRecords, DefaultRecords, MostRecords),
            Limit("max_bytes", query.MaxBytes, DefaultBytes, MostBytes),
            (int)Limit("wait_ms", query.WaitMs, DefaultWaitMs, MostWaitMs),
            RecordFormats.Parse(query.KeyFormat), RecordFormats.Parse(query.ValueFormat), GroupOf(query, isStream));
    }

    private static string? GroupOf(ConsumeParameters query, bool isStream)
    {
        if (string.IsNullOrEmpty(query.Group))
            return null;
        if (!isStream)
            throw V3Problems.Invalid("group: only a stream can be a member of a group; a page is read without one.");
        return query is { Timestamp.Length: > 0 } or { Position.Length: > 0 }
            ? throw V3Problems.Invalid("group: a member begins where its group has committed, or at offset=earliest.")
            : query.Group;
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

    private static long? Number(string start) => start.Length == 0 || !char.IsAsciiDigit(start[0]) ? null
        : long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset
            : throw V3Problems.Invalid($"offset '{start}': a number, earliest or latest is expected.");

    private static long Limit(string name, long? wanted, long preset, long most) => wanted < 0
        ? throw V3Problems.Invalid($"{name} must be 0 or more.") : Math.Min(wanted ?? preset, most);

    private static long Timestamp(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? ms
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time.ToUnixTimeMilliseconds()
                : throw V3Problems.Invalid($"timestamp '{text}': milliseconds since 1970 or a time such as "
                    + "2026-01-01T00:00:00Z is expected.");
}
