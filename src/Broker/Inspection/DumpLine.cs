using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Protocol;

namespace Platform.Broker.Inspection;

/// <summary>One thing found in a file: what it is, and its values by name.</summary>
/// <param name="Kind">Such as batch, record, offsetIndexEntry.</param>
/// <param name="Values">Names and values, in the order in which they are shown.</param>
public sealed record DumpLine(string Kind, params IReadOnlyList<(string Name, object? Value)> Values)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(), new UuidConverter() },
    };

    /// <summary>Belongs to the line before it, such as a record to its batch.</summary>
    public bool IsDetail { get; init; }

    /// <summary>Something is wrong with the file.</summary>
    public bool IsProblem { get; init; }

    /// <summary>One line in the manner of Kafka's own tool: <c>name: value name: value</c>.</summary>
    public string ToText() => (IsDetail ? "| " : "") +
        string.Join(' ', Values.Select(static value => $"{value.Name}: {Shown(value.Value)}"));

    /// <summary>One line of JSON.</summary>
    public string ToJson()
    {
        var fields = new Dictionary<string, object?> { ["kind"] = Kind };
        foreach (var (name, value) in Values)
            fields[name] = value;
        return JsonSerializer.Serialize(fields, Json);
    }

    private static string Shown(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => JsonSerializer.Serialize(value, value.GetType(), Json),
    };

    private sealed class UuidConverter : JsonConverter<Uuid>
    {
        public override Uuid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Dumps are written, not read.");

        public override void Write(Utf8JsonWriter writer, Uuid value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
