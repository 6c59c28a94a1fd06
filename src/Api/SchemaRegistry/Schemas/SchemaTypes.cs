namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>Names of schema types as they appear in requests and records.</summary>
internal static class SchemaTypes
{
    public const string Avro = "AVRO";
    public const string Json = "JSON";
    public const string Protobuf = "PROTOBUF";

    /// <summary>Types that can be registered here.</summary>
    public static readonly IReadOnlyList<string> Supported = [Json, Protobuf, Avro];

    /// <summary>The type of a request or record that may leave it out.</summary>
    public static string OrDefault(string? type) => string.IsNullOrEmpty(type) ? Avro : type.ToUpperInvariant();
}
