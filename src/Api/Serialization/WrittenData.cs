using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.Serialization;

/// <summary>A key or value that was written with a schema of the registry.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Data">The bytes, without the head that names the schema.</param>
internal readonly record struct WrittenData(StoredSchema Schema, ReadOnlyMemory<byte> Data);
