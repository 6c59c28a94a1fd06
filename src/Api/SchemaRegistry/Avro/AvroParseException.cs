using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>The text is not an Avro schema; the message says where and why.</summary>
internal sealed class AvroParseException(string location, string reason)
    : SchemaParseException(location.Length == 0 ? reason : $"{reason} (at {location})");
