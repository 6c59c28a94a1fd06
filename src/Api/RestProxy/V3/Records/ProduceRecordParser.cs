using System.Globalization;
using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Protocol.Compression;
using Platform.Protocol.Records;

namespace Platform.Api.RestProxy.V3.Records;

/// <summary>Key or value as it is written to Kafka; null bytes are Kafka's null.</summary>
/// <param name="Type">BINARY, STRING, JSON, or the type of its schema.</param>
/// <param name="Bytes">What is written; not there yet while <paramref name="Pending"/> is.</param>
/// <param name="Pending">Data whose schema is still to be found.</param>
/// <param name="Schema">The schema that it was written with.</param>
internal readonly record struct RecordPart(
    string Type, ReadOnlyMemory<byte>? Bytes, SchemaData? Pending = null, StoredSchema? Schema = null)
{
    /// <summary>Whose memory the bytes are; null when they are an array of their own.</summary>
    public PooledBuffer? Owner { get; init; }
}

/// <summary>What the answer tells of a key or value.</summary>
/// <param name="Type">As <see cref="RecordPart.Type"/>.</param>
/// <param name="Size">Bytes that are written.</param>
/// <param name="Schema">The schema that it was written with.</param>
internal readonly record struct PartSummary(string Type, int Size, StoredSchema? Schema)
{
    public static PartSummary? Of(in RecordPart? part) =>
        part is { } one ? new PartSummary(one.Type, one.Bytes?.Length ?? 0, one.Schema) : null;
}

/// <summary>A record of a request, ready to be sent. Key or value may be missing altogether.</summary>
internal readonly record struct ParsedRecord(
    int? Partition, RecordHeader[] Headers, RecordPart? Key, RecordPart? Value, long? TimestampMs)
{
    /// <summary>True while the schema of key or value is still to be found.</summary>
    public bool IsPending => Key?.Pending is not null || Value?.Pending is not null;

    /// <summary>Gives the memory of key and value back, once, when nobody reads them any more. Who never does leaves it to the
    /// garbage collector.</summary>
    public void Release()
    {
        Key?.Owner?.Dispose();
        Value?.Owner?.Dispose();
    }
}

/// <summary>
/// Turns one JSON object of a request into a record. Hot path: no reflection, no intermediate objects.
/// </summary>
internal static class ProduceRecordParser
{
    /// <summary>Headers of one record.</summary>
    public const int MaxHeaders = 1_000;

    /// <summary>Reads a record.</summary>
    /// <exception cref="ProblemException">422, with the field that is wrong and why.</exception>
    /// <param name="json">The object.</param>
    /// <param name="besides">A member that is not the record's own and is passed over, or null.</param>
    public static ParsedRecord Parse(JsonElement json, string? besides = null)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw V3Problems.Invalid($"A record is a JSON object, not {json.ValueKind}.");
        var record = new ParsedRecord(null, [], null, null, null);
        foreach (var member in json.EnumerateObject())
        {
            var isNull = member.Value.ValueKind == JsonValueKind.Null;
            if (member.NameEquals("value"u8))
                record = record with { Value = isNull ? null : Part("value", member.Value) };
            else if (member.NameEquals("key"u8))
                record = record with { Key = isNull ? null : Part("key", member.Value) };
            else if (member.NameEquals("partition_id"u8))
                record = record with { Partition = isNull ? null : Partition(member.Value) };
            else if (member.NameEquals("headers"u8))
                record = record with { Headers = isNull ? [] : Headers(member.Value) };
            else if (member.NameEquals("timestamp"u8))
                record = record with { TimestampMs = isNull ? null : Timestamp(member.Value) };
            else if (besides is null || !member.NameEquals(besides))
                throw Unrecognized(member.Name);
        }
        return record;
    }

    private static int Partition(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var partition) && partition >= 0 ? partition
            : throw V3Problems.Invalid($"partition_id: {value.GetRawText()} is not a partition number.");

    private static long Timestamp(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(
            value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw V3Problems.Invalid(
                $"timestamp: {value.GetRawText()} is not a time such as \"2026-01-01T00:00:00Z\".");

    private static RecordHeader[] Headers(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw V3Problems.Invalid("headers: an array is expected.");
        if (value.GetArrayLength() > MaxHeaders)
            throw V3Problems.Invalid($"headers: more than {MaxHeaders}.");
        var headers = new RecordHeader[value.GetArrayLength()];
        for (var i = 0; i < headers.Length; i++)
            headers[i] = Header(value[i]);
        return headers;
    }

    private static RecordHeader Header(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("name", out var name)
            || name.ValueKind != JsonValueKind.String)
            throw V3Problems.Invalid("headers: each is an object with a \"name\" and, in base64, a \"value\".");
        var bytes = value.TryGetProperty("value", out var data) && data.ValueKind != JsonValueKind.Null
            ? Base64("headers", data) : null;
        return new RecordHeader(name.GetString()!, bytes);
    }

    private static RecordPart Part(string field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw V3Problems.Invalid($"{field}: an object with \"type\" and \"data\" is expected.");
        string? type = null;
        JsonElement data = default;
        SchemaChoice? choice = null;
        foreach (var member in value.EnumerateObject())
        {
            if (member.NameEquals("type"u8))
                type = Type(member.Value);
            else if (member.NameEquals("data"u8))
                data = member.Value;
            else if (!IsSchemaField(member.Name))
                throw Unrecognized(member.Name);
            else if (member.Value.ValueKind != JsonValueKind.Null)
                (choice ??= new SchemaChoice(field)).Set(member.Name, member.Value);
        }
        var plain = type is "STRING" or "JSON" or "BINARY" ? type : type?.ToUpperInvariant();
        var isPlain = plain is "BINARY" or "STRING" or "JSON";
        if (isPlain && choice is not null)
            throw V3Problems.Invalid($"{field}: the type {type} has no schema; leave the schema's fields out.");
        return isPlain ? PlainData.Encode(field, plain!, data) : (choice ?? new SchemaChoice(field)).Pending(type, data);
    }

    // Most records name one of these three, so that no text needs to be made for it.
    private static string? Type(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            if (value.ValueEquals("STRING"u8))
                return "STRING";
            if (value.ValueEquals("JSON"u8))
                return "JSON";
            if (value.ValueEquals("BINARY"u8))
                return "BINARY";
        }
        return value.GetString();
    }

    private static byte[] Base64(string field, JsonElement data) =>
        data.ValueKind == JsonValueKind.String && data.TryGetBytesFromBase64(out var bytes) ? bytes
            : throw V3Problems.Invalid($"{field}: binary data is given as base64 text.");

    private static bool IsSchemaField(string name) =>
        name is "subject" or "subject_name_strategy" or "schema_id" or "schema_version" or "schema";

    private static ProblemException Unrecognized(string field) => V3Problems.Invalid($"Unrecognized field: {field}");
}
