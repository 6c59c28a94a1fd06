using System.Collections.Frozen;

namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>Names of the primitive types, and the attributes that the specification reserves.</summary>
internal static class AvroTypes
{
    public static readonly FrozenDictionary<string, AvroType> Primitives = new Dictionary<string, AvroType>
    {
        ["null"] = AvroType.Null, ["boolean"] = AvroType.Boolean, ["int"] = AvroType.Int, ["long"] = AvroType.Long,
        ["float"] = AvroType.Float, ["double"] = AvroType.Double, ["bytes"] = AvroType.Bytes,
        ["string"] = AvroType.String,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Attributes of a schema that are not custom properties; Avro drops those that do not apply.</summary>
    public static readonly FrozenSet<string> ReservedInSchemas = FrozenSet.Create(StringComparer.Ordinal,
        "doc", "fields", "items", "name", "namespace", "size", "symbols", "values", "type", "aliases");

    /// <summary>As <see cref="ReservedInSchemas"/>, with the enum's default.</summary>
    public static readonly FrozenSet<string> ReservedInEnums = FrozenSet.Create(StringComparer.Ordinal,
        [.. ReservedInSchemas, "default"]);

    public static readonly FrozenSet<string> ReservedInFields = FrozenSet.Create(StringComparer.Ordinal,
        "default", "doc", "name", "order", "type", "aliases");

    public static string NameOf(AvroType type) => type.ToString().ToLowerInvariant();
}
