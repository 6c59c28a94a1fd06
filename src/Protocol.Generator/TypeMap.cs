using System.Collections.Generic;
using System.Linq;

namespace Platform.Protocol.Generator;

/// <summary>How each schema type looks in C#, and how it is read, written and compared with its default.</summary>
internal static class TypeMap
{
    private static readonly Dictionary<string, (string Type, string Method)> Map = new()
    {
        ["bool"] = ("bool", "Bool"),
        ["int8"] = ("sbyte", "Int8"),
        ["int16"] = ("short", "Int16"),
        ["uint16"] = ("ushort", "UInt16"),
        ["int32"] = ("int", "Int32"),
        ["uint32"] = ("uint", "UInt32"),
        ["int64"] = ("long", "Int64"),
        ["float64"] = ("double", "Float64"),
        ["uuid"] = ("Uuid", "Uuid"),
        ["error"] = ("ErrorCode", "ErrorCode"),
        ["string"] = ("string", "String"),
        ["bytes"] = ("byte[]", "Bytes"),
        ["records"] = ("RecordsData", "Records"),
    };

    public static bool IsFixedWidth(string type) => type is not ("string" or "bytes" or "records") && Map.ContainsKey(type);

    public static string Element(FieldModel field) => field.Struct?.Name ?? Map[field.BaseType].Type;

    public static string Method(string type) => Map[type].Method;

    // RecordsData is a struct that knows by itself whether it is null.
    public static string CSharp(FieldModel field) =>
        (field.IsArray ? $"List<{Element(field)}>" : Element(field)) + (IsNullable(field) ? "?" : "");

    public static bool IsNullable(FieldModel field) => !field.Nullable.IsEmpty && (field.IsArray || field.BaseType != "records");

    /// <summary>The initial value of the property, or null when C#'s own default is right.</summary>
    public static string? Initial(FieldModel field)
    {
        if (field.Default is "null")
            return null;
        if (field.IsArray || field.Struct is not null)
            return null;
        return field.BaseType switch
        {
            "string" => IsNullable(field) && field.Default is null ? "\"\"" : field.Default is null or "\"\"" ? "\"\"" : $"\"{field.Default}\"",
            "bytes" => "[]",
            "records" or "uuid" => null,
            "error" => field.Default is null or "0" ? null : $"(ErrorCode){field.Default}",
            _ => field.Default is null or "0" or "false" ? null : field.Default,
        };
    }

    /// <summary>An expression that is true when the property holds its default.</summary>
    public static string IsDefault(FieldModel field)
    {
        var name = field.PropertyName;
        if (field.Default == "null")
            return field.BaseType == "records" && !field.IsArray ? $"{name}.IsNull" : $"{name} is null";
        if (field.IsArray)
            return IsNullable(field) ? $"{name} is {{ Count: 0 }}" : $"(_{Camel(name)} is null || _{Camel(name)}.Count == 0)";
        if (field.Struct is not null)
            return IsNullable(field) ? $"({name} is not null && {name}.IsDefault())" : $"(_{Camel(name)} is null || _{Camel(name)}.IsDefault())";
        return field.BaseType switch
        {
            "string" => $"{name} == {Initial(field)}",
            "bytes" => $"{name} is {{ Length: 0 }}",
            "records" => $"{name}.IsNull",
            "uuid" => $"{name} == Uuid.Zero",
            "bool" => field.Default == "true" ? name : $"!{name}",
            "error" => $"{name} == {Initial(field) ?? "ErrorCode.None"}",
            _ => $"{name} == {Initial(field) ?? "0"}",
        };
    }

    public static string Camel(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);
}
