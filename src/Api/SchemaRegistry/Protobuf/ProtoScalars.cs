using System.Collections.Frozen;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>The scalar types: how each travels, and which of them a reader may exchange for each other.</summary>
internal static class ProtoScalars
{
    /// <summary>Types of one group have the same encoding, so that one reads what another one wrote.</summary>
    private static readonly FrozenDictionary<string, string> Groups = new Dictionary<string, string>
    {
        ["int32"] = "varint", ["int64"] = "varint", ["uint32"] = "varint", ["uint64"] = "varint", ["bool"] = "varint",
        ["sint32"] = "zigzag", ["sint64"] = "zigzag",
        ["string"] = "bytes", ["bytes"] = "bytes",
        ["fixed32"] = "fixed32", ["sfixed32"] = "fixed32",
        ["fixed64"] = "fixed64", ["sfixed64"] = "fixed64",
        ["float"] = "float", ["double"] = "double",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Group of enums, which travel as an int32.</summary>
    public const string EnumGroup = "varint";

    public static bool IsScalar(string type) => Groups.ContainsKey(type);

    public static string? GroupOf(string type) => Groups.GetValueOrDefault(type);

    /// <summary>Types that may be the key of a map.</summary>
    public static bool MayBeKey(string type) => IsScalar(type) && type is not ("float" or "double" or "bytes");
}
