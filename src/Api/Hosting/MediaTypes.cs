namespace Platform.Api.Hosting;

/// <summary>Media types that Confluent's clients send and expect.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string OctetStream = "application/octet-stream";
    public const string Registry = "application/vnd.schemaregistry.v1+json";
    public const string RegistryUnversioned = "application/vnd.schemaregistry+json";
    public const string KafkaV2 = "application/vnd.kafka.v2+json";
    public const string KafkaV2Json = "application/vnd.kafka.json.v2+json";
    public const string KafkaV2Binary = "application/vnd.kafka.binary.v2+json";
    public const string KafkaV2Avro = "application/vnd.kafka.avro.v2+json";
    public const string KafkaV2JsonSchema = "application/vnd.kafka.jsonschema.v2+json";
    public const string KafkaV2Protobuf = "application/vnd.kafka.protobuf.v2+json";
    public const string KafkaJson = "application/vnd.kafka+json";

    private static readonly string[] RegistryTypes = [Registry, RegistryUnversioned, Json];
    private static readonly string[] V2Types =
        [KafkaV2, KafkaV2Json, KafkaV2Binary, KafkaV2Avro, KafkaV2JsonSchema, KafkaV2Protobuf, KafkaJson, Json];
    private static readonly string[] V3Types = [Json];

    /// <summary>Types that a surface answers with, its own first.</summary>
    public static IReadOnlyList<string> Of(Surface surface) => surface switch
    {
        Surface.Registry => RegistryTypes,
        Surface.RestV2 => V2Types,
        _ => V3Types,
    };

    /// <summary>The type without parameters such as charset: "application/json".</summary>
    public static ReadOnlySpan<char> Essence(ReadOnlySpan<char> mediaType)
    {
        var end = mediaType.IndexOf(';');
        return (end < 0 ? mediaType : mediaType[..end]).Trim();
    }

    /// <summary>
    /// True when an Accept header allows one of <paramref name="offered"/>; without a header everything is allowed.
    /// </summary>
    public static bool Accepts(string? accept, IReadOnlyList<string> offered)
    {
        if (string.IsNullOrEmpty(accept))
            return true;
        foreach (var part in accept.AsSpan().Split(','))
        {
            if (Matches(Essence(accept.AsSpan(part)), offered))
                return true;
        }
        return false;
    }

    private static bool Matches(ReadOnlySpan<char> wanted, IReadOnlyList<string> offered)
    {
        if (wanted is "*/*" or "application/*" or "*")
            return true;
        foreach (var type in offered)
        {
            if (wanted.Equals(type, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
