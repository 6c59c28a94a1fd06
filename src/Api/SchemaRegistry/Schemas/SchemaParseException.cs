namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>The text is not a schema of its type; the message says where and why.</summary>
internal class SchemaParseException(string message) : Exception(message);
