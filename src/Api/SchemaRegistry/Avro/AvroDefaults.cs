using System.Text.Json;

namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>Says whether a default value fits the type of its field.</summary>
internal static class AvroDefaults
{
    /// <summary>Null when <paramref name="value"/> fits, otherwise what is wrong with it.</summary>
    public static string? Mismatch(AvroSchema schema, JsonElement value)
    {
        var fits = schema switch
        {
            UnionSchema union => union.Branches.Any(branch => Mismatch(branch, value) is null),
            ArraySchema array => value.ValueKind == JsonValueKind.Array
                && value.EnumerateArray().All(item => Mismatch(array.Items, item) is null),
            MapSchema map => value.ValueKind == JsonValueKind.Object
                && value.EnumerateObject().All(member => Mismatch(map.Values, member.Value) is null),
            RecordSchema record => FitsRecord(record, value),
            EnumSchema symbols =>
                value.ValueKind == JsonValueKind.String && symbols.Symbols.Contains(value.GetString()!),
            FixedSchema @fixed => value.ValueKind == JsonValueKind.String && value.GetString()!.Length == @fixed.Size,
            _ => FitsPrimitive(schema.Type, value),
        };
        return fits ? null : $"{value.GetRawText()} is not a {AvroTypes.NameOf(schema.Type)}";
    }

    private static bool FitsRecord(RecordSchema record, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && record.Fields.All(field =>
            value.TryGetProperty(field.Name, out var member) ? Mismatch(field.Schema, member) is null
                : field.Default is not null);

    // Avro's own parser takes numbers of any form for float and double, and text for a double such as "NaN".
    private static bool FitsPrimitive(AvroType type, JsonElement value) => type switch
    {
        AvroType.Null => value.ValueKind == JsonValueKind.Null,
        AvroType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        AvroType.Int => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
        AvroType.Long => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        AvroType.Float or AvroType.Double => value.ValueKind == JsonValueKind.Number || IsNumberText(value),
        _ => value.ValueKind == JsonValueKind.String,
    };

    private static bool IsNumberText(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && JavaNumber.TryParse(value.GetString()!, out _);
}
