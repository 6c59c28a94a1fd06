using System;
using System.Collections.Generic;
using System.Globalization;

namespace Platform.Protocol.Generator;

/// <summary>Rules that make a schema wrong although each of its lines can be read.</summary>
internal static class SchemaChecks
{
    public static void Check(MessageModel message, SchemaModel schema)
    {
        foreach (var owner in message.All)
        {
            var names = new HashSet<string>();
            var tags = new HashSet<int>();
            foreach (var field in owner.Fields)
            {
                if (!names.Add(field.Name))
                    throw Error(field, $"is declared twice in {owner.Name}");
                if (field.Tag is { } tag && !tags.Add(tag))
                    throw Error(field, $"has tag {tag}, which another field of {owner.Name} has too");
                CheckTag(field, schema);
                CheckDefault(field);
            }
        }
    }

    private static void CheckTag(FieldModel field, SchemaModel schema)
    {
        if (field.Tag is null)
            return;
        var tagged = field.Tagged.Intersect(field.Versions).Intersect(schema.Versions);
        if (!schema.Flexible.Covers(tagged))
            throw Error(field, $"has a tag in versions {tagged}, but only {schema.Flexible} are flexible");
    }

    private static void CheckDefault(FieldModel field)
    {
        if (field.Default is null)
            return;
        if (field.Default == "null" && field.Nullable.IsEmpty)
            throw Error(field, "has the default null, but no version allows null");
        if (field.Default != "null" && !Fits(field))
            throw Error(field, $"has the default '{field.Default}', which is no {field.BaseType}");
    }

    private static bool Fits(FieldModel field)
    {
        if (field.IsArray)
            return false;
        return field.BaseType switch
        {
            "bool" => field.Default is "true" or "false",
            "string" => true,
            "int8" => IsBetween(field.Default!, sbyte.MinValue, sbyte.MaxValue),
            "int16" or "error" => IsBetween(field.Default!, short.MinValue, short.MaxValue),
            "uint16" => IsBetween(field.Default!, 0, ushort.MaxValue),
            "int32" => IsBetween(field.Default!, int.MinValue, int.MaxValue),
            "uint32" => IsBetween(field.Default!, 0, uint.MaxValue),
            "int64" => IsBetween(field.Default!, long.MinValue, long.MaxValue),
            _ => false,
        };
    }

    private static bool IsBetween(string text, long lowest, long highest)
    {
        var isHex = text.StartsWith("0x", StringComparison.Ordinal);
        var parsed = isHex
            ? long.TryParse(text.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        return parsed && value >= lowest && value <= highest;
    }

    private static SchemaException Error(FieldModel field, string what) => new(field.Line, $"field '{field.Name}' {what}");
}
