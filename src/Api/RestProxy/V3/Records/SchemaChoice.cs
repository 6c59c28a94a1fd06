using System.Text.Json;
using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Protobuf;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.Serialization;

namespace Platform.Api.RestProxy.V3.Records;

/// <summary>Which schema a key or value is to be written with: by id, by version, as text, or the latest.</summary>
internal sealed class SchemaChoice(string field)
{
    private int? _id;
    private int? _version;
    private string? _text;
    private string? _subject;
    private string? _strategy;

    /// <summary>Takes a member of the key or value. Throws 422 when it is of the wrong type.</summary>
    public void Set(string name, JsonElement value)
    {
        switch (name)
        {
            case "schema_id":
                _id = Number(name, value);
                break;
            case "schema_version":
                _version = Number(name, value);
                break;
            case "schema":
                _text = Text(name, value);
                break;
            case "subject":
                _subject = Text(name, value);
                break;
            default:
                _strategy = Text(name, value).ToUpperInvariant();
                break;
        }
    }

    /// <summary>The part with its schema still to be found; the data is kept beyond the request's buffer.</summary>
    /// <exception cref="Hosting.ProblemException">422 when the choice contradicts itself.</exception>
    public RecordPart Pending(string? type, JsonElement data)
    {
        var schemaType = type?.ToUpperInvariant() switch
        {
            null => null,
            "AVRO" => SchemaTypes.Avro,
            "JSONSCHEMA" => SchemaTypes.Json,
            "PROTOBUF" => SchemaTypes.Protobuf,
            _ => throw V3Problems.Invalid($"{field}.type: '{type}' is unknown; allowed are "
                + "BINARY, STRING, JSON, AVRO, JSONSCHEMA and PROTOBUF."),
        };
        if ((_id is null ? 0 : 1) + (_version is null ? 0 : 1) + (_text is null ? 0 : 1) > 1)
            throw V3Problems.Invalid($"{field}: schema_id, schema_version and schema exclude each other.");
        if (_subject is not null && _strategy is not null)
            throw V3Problems.Invalid($"{field}: subject and subject_name_strategy exclude each other.");
        if (schemaType is not null && _text is null)
            throw V3Problems.Invalid($"{field}: the type {type} needs the schema as text; "
                + "leave the type out to name a schema of the registry.");
        if (_text is not null && schemaType is null)
            throw V3Problems.Invalid($"{field}: the schema's type is missing.");
        var isNull = data.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
        return new RecordPart(type?.ToUpperInvariant() ?? "", null,
            new SchemaData(this, schemaType, isNull ? null : data.Clone()));
    }

    /// <summary>Finds or registers the schema.</summary>
    public async ValueTask<StoredSchema> FindAsync(
        SchemaSerializer serializer, string topic, string? type, CancellationToken cancellation)
    {
        if (_id is { } id)
            return serializer.ById(id);
        if (_text is null)
            return serializer.ByVersion(_subject ?? TopicName(topic), _version);
        var subject = _subject ?? _strategy switch
        {
            null or "TOPIC_NAME" => TopicName(topic),
            "RECORD_NAME" => NameIn(serializer, type!),
            "TOPIC_RECORD_NAME" => $"{topic}-{NameIn(serializer, type!)}",
            _ => throw V3Problems.Invalid($"{field}.subject_name_strategy: '{_strategy}' is unknown; allowed are "
                + "TOPIC_NAME, RECORD_NAME and TOPIC_RECORD_NAME."),
        };
        return await serializer.RegisterAsync(subject, type!, _text, cancellation);
    }

    private string TopicName(string topic) => _strategy is null or "TOPIC_NAME" ? $"{topic}-{field}"
        : throw V3Problems.Invalid($"{field}.subject_name_strategy: {_strategy} needs the schema as text.");

    // The name of the record in the schema itself.
    private string NameIn(SchemaSerializer serializer, string type) => serializer.Parse(type, _text!).Model switch
    {
        AvroModel { Root: NamedSchema named } => named.Name.FullName,
        ProtoSchema { FirstMessage: { } message } => message.FullName,
        _ => throw V3Problems.Invalid($"{field}.subject_name_strategy: the schema defines no name for {_strategy}."),
    };

    private int Number(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
            : throw V3Problems.Invalid($"{field}.{name}: {value.GetRawText()} is not a number.");

    private string Text(string name, JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()!
        : throw V3Problems.Invalid($"{field}.{name}: {value.GetRawText()} is not a string.");
}

/// <summary>Data that waits for its schema; null data stays Kafka's null.</summary>
internal sealed record SchemaData(SchemaChoice Choice, string? Type, JsonElement? Data)
{
    /// <summary>The key or value as it is written.</summary>
    public async ValueTask<RecordPart> SerializeAsync(
        SchemaSerializer serializer, string topic, string where, CancellationToken cancellation)
    {
        var schema = await Choice.FindAsync(serializer, topic, Type, cancellation);
        var type = schema.SchemaType == SchemaTypes.Json ? "JSONSCHEMA" : schema.SchemaType;
        ReadOnlyMemory<byte>? bytes = null;
        if (Data is { } data)
            bytes = serializer.Serialize(schema, data, where);
        return new RecordPart(type, bytes, Schema: schema);
    }
}
