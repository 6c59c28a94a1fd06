using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry;
using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Json;
using Platform.Api.SchemaRegistry.Leadership;
using Platform.Api.SchemaRegistry.Protobuf;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.SchemaRegistry.Subjects;
using Platform.Protocol.Records;

namespace Platform.Api.Serialization;

/// <summary>
/// Data with a schema of the registry, in the form that serializers of all languages use: a byte 0, the id of the
/// schema in four bytes, and the data. The newer form with a GUID, in a header or in front of the data, is read as well.
/// </summary>
internal sealed class SchemaSerializer(
    SchemaRegistry.SchemaRegistry registry, LeaderRegistration registration, ISchemaLog log)
{
    /// <summary>Schemas that are kept ready; a schema never changes, so none is ever stale.</summary>
    public const int MaxCodecs = 1_000;

    private const byte Magic = 0;
    private const int HeadBytes = 1 + sizeof(int);

    private readonly ConcurrentDictionary<(string Context, int Id), (StoredSchema Schema, ISchemaCodec Codec)>
        _codecs = new();

    /// <summary>The schema with an id. Throws 42205 when there is none.</summary>
    public StoredSchema ById(int id)
    {
        CheckLoaded();
        return registry.Store.FindById(id)
            ?? throw new ProblemException(42205, $"Invalid schema: the registry has no schema with the id {id}");
    }

    /// <summary>A version of a subject, or its latest with null. Throws 42205 when it is not there.</summary>
    public StoredSchema ByVersion(string subject, int? version)
    {
        CheckLoaded();
        subject = registry.Resolve(subject);
        var found = version is { } number ? registry.Store.Find(subject, number)
            : registry.Store.Versions(subject, Visibility.Live).LastOrDefault();
        return found ?? throw new ProblemException(42205,
            $"Invalid schema: the registry has no {(version is { } one ? $"version {one}" : "version")} of '{subject}'");
    }

    /// <summary>Reads a schema without registering it. Throws 42205 when it is none.</summary>
    public ParsedSchema Parse(string schemaType, string text)
    {
        try
        {
            return registry.Parser.ParseNew(schemaType, text, null);
        }
        catch (ProblemException problem) when (problem.ErrorCode == 42201)
        {
            throw new ProblemException(42205, problem.Message);
        }
    }

    /// <summary>Finds the schema in its subject, or registers it there.</summary>
    public async ValueTask<StoredSchema> RegisterAsync(
        string subject, string schemaType, string text, CancellationToken cancellation)
    {
        CheckLoaded();
        try
        {
            return await registration.RegisterAsync(
                registry.Resolve(subject), new RegisterSchemaRequest(text, schemaType), cancellation);
        }
        catch (ProblemException problem) when (problem.ErrorCode == 42201)
        {
            throw new ProblemException(42205, problem.Message);
        }
    }

    /// <summary>The bytes of a record's key or value. Throws 42203 when the data does not fit.</summary>
    public byte[] Serialize(StoredSchema schema, JsonElement data, string where)
    {
        try
        {
            var encoded = CodecOf(schema).Encode(data);
            var bytes = new byte[HeadBytes + encoded.Length];
            bytes[0] = Magic;
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), schema.Id);
            encoded.CopyTo(bytes, HeadBytes);
            return bytes;
        }
        catch (DataMismatchException error)
        {
            throw new ProblemException(42203, $"{where}: the data does not fit the schema {schema.Id}: {error.Message}");
        }
    }

    /// <summary>The schema of a record's key or value with the data behind the head, or null when it carries none that is
    /// known.</summary>
    public WrittenData? Find(ReadOnlyMemory<byte> data, RecordHeaders headers, string headerName)
    {
        if (SchemaTag.Read(data.Span, headers, headerName, out var headBytes) is not { } tag)
            return null;
        var schema = tag.Id is { } id ? registry.Store.FindById(id) : registry.Store.FindByGuid(tag.Guid!.Value);
        return schema is null ? null : new WrittenData(schema, data[headBytes..]);
    }

    /// <summary>Writes data as JSON.</summary>
    /// <exception cref="DataMismatchException">It does not fit the schema.</exception>
    public void Deserialize(WrittenData written, Utf8JsonWriter to) => CodecOf(written.Schema).Decode(written.Data, to);

    private ISchemaCodec CodecOf(StoredSchema schema)
    {
        var key = (SubjectNames.ContextOf(schema.Subject), schema.Id);
        if (_codecs.TryGetValue(key, out var known) && known.Schema.Guid == schema.Guid)
            return known.Codec;
        if (_codecs.Count >= MaxCodecs)
            _codecs.Clear();
        ISchemaCodec codec = registry.Parser.ParseStored(schema).Model switch
        {
            AvroModel avro => new AvroCodec(avro.Root),
            ProtoSchema proto => new ProtobufCodec(proto),
            JsonSchema json => new JsonSchemaCodec(json),
            var other => throw new DataMismatchException($"schemas of the type {other.SchemaType} are not served"),
        };
        _codecs[key] = (schema, codec);
        return codec;
    }

    // Before the registry is read, a known schema would look like an unknown one.
    private void CheckLoaded()
    {
        if (!log.Loaded.IsCompletedSuccessfully)
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable,
                "The schemas have not been read from Kafka yet. Try again shortly.");
    }
}
