using System.Text.Json;

namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>The kinds of Avro schema, named as in the specification.</summary>
internal enum AvroType
{
    Null, Boolean, Int, Long, Float, Double, Bytes, String, Record, Enum, Array, Map, Union, Fixed,
}

/// <summary>A custom attribute such as logicalType, kept in the order in which it was written.</summary>
internal readonly record struct AvroProperty(string Name, JsonElement Value);

/// <summary>A parsed Avro schema. Nodes are compared by reference, because schemas may refer to themselves.</summary>
internal abstract class AvroSchema(AvroType type, IReadOnlyList<AvroProperty> properties)
{
    public AvroType Type { get; } = type;

    public IReadOnlyList<AvroProperty> Properties { get; } = properties;

    /// <summary>The type as people read it in messages: STRING, RECORD.</summary>
    public string TypeText => Type.ToString().ToUpperInvariant();
}

internal sealed class PrimitiveSchema(AvroType type, IReadOnlyList<AvroProperty> properties)
    : AvroSchema(type, properties);

internal sealed class ArraySchema(AvroSchema items, IReadOnlyList<AvroProperty> properties)
    : AvroSchema(AvroType.Array, properties)
{
    public AvroSchema Items { get; } = items;
}

internal sealed class MapSchema(AvroSchema values, IReadOnlyList<AvroProperty> properties)
    : AvroSchema(AvroType.Map, properties)
{
    public AvroSchema Values { get; } = values;
}

internal sealed class UnionSchema(IReadOnlyList<AvroSchema> branches) : AvroSchema(AvroType.Union, [])
{
    public IReadOnlyList<AvroSchema> Branches { get; } = branches;
}

/// <summary>Record, enum or fixed: the types that others may refer to by name.</summary>
internal abstract class NamedSchema(AvroType type, NamedSchemaHead head) : AvroSchema(type, head.Properties)
{
    public AvroName Name { get; } = head.Name;

    public string? Doc { get; } = head.Doc;

    public IReadOnlyList<AvroName> Aliases { get; } = head.Aliases;
}

/// <summary>What record, enum and fixed have in common.</summary>
internal sealed record NamedSchemaHead(
    AvroName Name, string? Doc, IReadOnlyList<AvroName> Aliases, IReadOnlyList<AvroProperty> Properties);

internal sealed class RecordSchema(NamedSchemaHead head, bool isError) : NamedSchema(AvroType.Record, head)
{
    public bool IsError { get; } = isError;

    private Dictionary<string, int>? _places;

    /// <summary>Set once the body was read: a record is known by name before its fields are.</summary>
    public IReadOnlyList<AvroField> Fields { get; set; } = [];

    /// <summary>Place of the field with a name, or -1. Names are unique in a record.</summary>
    public int PlaceOf(string name) => Places().GetValueOrDefault(name, -1);

    // Made when it is first asked for, since most records are never compared. Threads that meet here make the same twice.
    private Dictionary<string, int> Places()
    {
        if (Volatile.Read(ref _places) is { } known)
            return known;
        var places = new Dictionary<string, int>(Fields.Count, StringComparer.Ordinal);
        for (var i = 0; i < Fields.Count; i++)
            places.TryAdd(Fields[i].Name, i);
        Volatile.Write(ref _places, places);
        return places;
    }
}

internal sealed class EnumSchema(NamedSchemaHead head, IReadOnlyList<string> symbols, string? defaultSymbol)
    : NamedSchema(AvroType.Enum, head)
{
    public IReadOnlyList<string> Symbols { get; } = symbols;

    public string? DefaultSymbol { get; } = defaultSymbol;
}

internal sealed class FixedSchema(NamedSchemaHead head, int size) : NamedSchema(AvroType.Fixed, head)
{
    /// <summary>Length of a value in bytes.</summary>
    public int Size { get; } = size;
}

/// <summary>
/// A field of a record. <see cref="Default"/> is null when none was written; a default of null is a value.
/// </summary>
internal sealed record AvroField(
    string Name,
    AvroSchema Schema,
    string? Doc,
    JsonElement? Default,
    string Order,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<AvroProperty> Properties)
{
    public const string Ascending = "ascending";
}
