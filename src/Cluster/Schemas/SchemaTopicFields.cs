using System.Text.Json;

namespace Platform.Cluster.Schemas;

/// <summary>The fields of a key or value of the registry's topic that the check of ids needs. The text of the schema,
/// which may be long, is passed over.</summary>
internal readonly record struct SchemaTopicFields
{
    private const int GuidBytes = 16;

    public string? KeyType { get; private init; }

    public string? Subject { get; private init; }

    public int? Version { get; private init; }

    public int? Id { get; private init; }

    /// <summary>The GUID is the MD5 of the schema, which records carry in base64.</summary>
    public Guid? Guid { get; private init; }

    public bool Deleted { get; private init; }

    /// <exception cref="JsonException">This is no JSON.</exception>
    public static SchemaTopicFields Read(ReadOnlySpan<byte> json)
    {
        var fields = default(SchemaTopicFields);
        if (json.IsEmpty)
            return fields;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                continue;
            var name = reader.GetString();
            reader.Read();
            fields = fields.With(name, ref reader);
        }
        return fields;
    }

    private SchemaTopicFields With(string? name, ref Utf8JsonReader reader) => (name, reader.TokenType) switch
    {
        ("keytype", JsonTokenType.String) => this with { KeyType = reader.GetString() },
        ("subject", JsonTokenType.String) => this with { Subject = reader.GetString() },
        ("version", JsonTokenType.Number) when reader.TryGetInt32(out var version) => this with { Version = version },
        ("id", JsonTokenType.Number) when reader.TryGetInt32(out var id) => this with { Id = id },
        ("md5", JsonTokenType.String) when reader.TryGetBytesFromBase64(out var md5) && md5.Length == GuidBytes =>
            this with { Guid = new Guid(md5, bigEndian: true) },
        ("deleted", JsonTokenType.True) => this with { Deleted = true },
        _ => this,
    };
}
