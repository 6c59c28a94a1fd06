using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.Serialization;

namespace Platform.Api.RestProxy.V2.Records;

/// <summary>The schemas of a request's keys and values; found once for all its records.</summary>
internal sealed class RecordSchemas
{
    private readonly EmbeddedFormat _format;
    private readonly SchemaSerializer _serializer;

    private RecordSchemas(EmbeddedFormat format, SchemaSerializer serializer)
    {
        _format = format;
        _serializer = serializer;
    }

    public StoredSchema? Key { get; private init; }

    public StoredSchema? Value { get; private init; }

    /// <summary>Checks what can be known without the registry.</summary>
    /// <exception cref="ProblemException">42201 or 42202 when a schema is missing, 422 when none is wanted.</exception>
    public static void Check(EmbeddedFormat format, ProduceRecordsRequest request)
    {
        var hasKey = request.KeySchema is not null || request.KeySchemaId is not null;
        var hasValue = request.ValueSchema is not null || request.ValueSchemaId is not null;
        if (format.SchemaType() is null)
        {
            if (hasKey || hasValue)
                throw V2Problems.Invalid("Schemas are for the formats avro, jsonschema and protobuf.");
        }
        else if (!hasKey && request.Records!.Any(record => IsGiven(record!.Key)))
        {
            throw new ProblemException(42201, "Keys are given, but no schema for them.");
        }
        else if (!hasValue && request.Records!.Any(record => IsGiven(record!.Value)))
        {
            throw new ProblemException(42202, "Values are given, but no schema for them.");
        }
    }

    /// <summary>Looks the schemas up, or registers them. The id wins when both are given.</summary>
    /// <exception cref="ProblemException">42205 when one is unknown or none.</exception>
    public static async ValueTask<RecordSchemas> ForAsync(EmbeddedFormat format, SchemaSerializer serializer,
        string topic, ProduceRecordsRequest request, CancellationToken cancellation)
    {
        if (format.SchemaType() is not { } type)
            return new RecordSchemas(format, serializer);
        return new RecordSchemas(format, serializer)
        {
            Key = await FindAsync(serializer, request.KeySchemaId, request.KeySchema, type, topic + "-key",
                cancellation),
            Value = await FindAsync(serializer, request.ValueSchemaId, request.ValueSchema, type, topic + "-value",
                cancellation),
        };
    }

    public byte[]? DecodeKey(JsonElement? data, string where) => Decode(Key, data, where);

    public byte[]? DecodeValue(JsonElement? data, string where) => Decode(Value, data, where);

    // null is Kafka's null in every format: it deletes, whatever the schema is.
    private byte[]? Decode(StoredSchema? schema, JsonElement? data, string where) => schema is null
        ? _format.Decode(data, where)
        : IsGiven(data) ? _serializer.Serialize(schema, data!.Value, where) : null;

    private static async ValueTask<StoredSchema?> FindAsync(SchemaSerializer serializer, int? id, string? text,
        string type, string subject, CancellationToken cancellation)
    {
        var found = id is { } known ? serializer.ById(known)
            : text is null ? null : await serializer.RegisterAsync(subject, type, text, cancellation);
        return found is null || found.SchemaType == type ? found : throw new ProblemException(42205,
            $"Invalid schema: the schema {found.Id} is of the type {found.SchemaType}, not {type}");
    }

    private static bool IsGiven(JsonElement? data) =>
        data is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };
}
