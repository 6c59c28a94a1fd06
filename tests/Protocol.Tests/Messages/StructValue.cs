using Platform.Protocol.Generator;

namespace Platform.Protocol.Tests.Messages;

/// <summary>
/// The values of one struct in one version, by field, in the order of the schema. Numbers are long, double or bool;
/// arrays are lists; null is null.
/// </summary>
internal sealed class StructValue : List<(FieldModel Field, object? Value)>
{
    /// <summary>What the field holds when nobody sets it, in the same terms.</summary>
    public static object? DefaultOf(FieldModel field)
    {
        if (field.Default == "null")
            return null;
        if (field.IsArray)
            return new List<object?>();
        return field.BaseType switch
        {
            "string" => (field.Default ?? "").Trim('"'),
            "bytes" => Array.Empty<byte>(),
            "records" => null,
            "uuid" => Uuid.Zero,
            "bool" => field.Default == "true",
            "float64" => 0.0,
            _ when field.Struct is not null => new StructValue(),
            _ => Number(field.Default ?? "0"),
        };
    }

    private static long Number(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) ? Convert.ToInt64(text, 16) : long.Parse(text);

    /// <summary>True when a tagged field with this value is left out.</summary>
    public static bool IsDefault(FieldModel field, object? value) => value switch
    {
        null => DefaultOf(field) is null,
        _ when DefaultOf(field) is null => false,
        List<object?> list => list.Count == 0,
        byte[] bytes => bytes.Length == 0,
        StructValue fields => fields.All(f => IsDefault(f.Field, f.Value)),
        _ => value.Equals(DefaultOf(field)),
    };
}
