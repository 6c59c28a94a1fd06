using System.Text.Json;

namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>Reads the attributes that several kinds of schema share.</summary>
internal static class AvroAttributes
{
    /// <summary>Attributes that the specification does not name, in the order in which they were written.</summary>
    public static IReadOnlyList<AvroProperty> Custom(JsonElement json, IReadOnlySet<string> reserved)
    {
        List<AvroProperty>? custom = null;
        foreach (var member in json.EnumerateObject())
        {
            if (!reserved.Contains(member.Name))
                (custom ??= []).Add(new AvroProperty(member.Name, member.Value));
        }
        return custom ?? (IReadOnlyList<AvroProperty>)[];
    }

    /// <summary>A list of strings, empty when the attribute is missing; other items are left out.</summary>
    public static IReadOnlyList<string> Texts(JsonElement json, string member)
    {
        if (!json.TryGetProperty(member, out var list) || list.ValueKind != JsonValueKind.Array)
            return [];
        return [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String)
            .Select(item => item.GetString()!)];
    }
}
