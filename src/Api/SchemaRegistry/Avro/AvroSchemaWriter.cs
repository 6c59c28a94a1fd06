using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Platform.Api.SchemaRegistry.Avro;

/// <summary>
/// Prints a schema as Avro's Java library does, which is the form that a registry stores and hashes: no whitespace,
/// primitives without properties as bare names, namespaces only where they change, a named type in full once.
/// </summary>
internal sealed class AvroSchemaWriter
{
    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _written;

    private readonly bool _sort;

    private AvroSchemaWriter(IEnumerable<string> referenced, bool sort)
    {
        _written = new(referenced, StringComparer.Ordinal);
        _sort = sort;
    }

    /// <param name="schema">What to print.</param>
    /// <param name="referenced">Full names that references define; they are printed by name only.</param>
    /// <param name="sortProperties">True prints custom properties in the order of their names.</param>
    public static string Write(AvroSchema schema, IEnumerable<string> referenced, bool sortProperties = false)
    {
        var writer = new AvroSchemaWriter(referenced, sortProperties);
        writer.Append(schema, space: "");
        return writer._text.ToString();
    }

    private void Append(AvroSchema schema, string space)
    {
        switch (schema)
        {
            case NamedSchema named when !_written.Add(named.Name.FullName):
                AppendText(named.Name.RelativeTo(space));
                break;
            case RecordSchema record:
                AppendRecord(record, space);
                break;
            case EnumSchema symbols:
                AppendEnum(symbols, space);
                break;
            case FixedSchema @fixed:
                AppendHead("fixed", @fixed, space);
                _text.Append(",\"size\":").Append(@fixed.Size.ToString(CultureInfo.InvariantCulture));
                AppendTail(@fixed);
                break;
            case ArraySchema array:
                AppendContainer("{\"type\":\"array\",\"items\":", array.Items, array, space);
                break;
            case MapSchema map:
                AppendContainer("{\"type\":\"map\",\"values\":", map.Values, map, space);
                break;
            case UnionSchema union:
                AppendList(union.Branches, branch => Append(branch, space));
                break;
            default:
                AppendPrimitive(schema);
                break;
        }
    }

    private void AppendPrimitive(AvroSchema schema)
    {
        if (schema.Properties.Count == 0)
        {
            AppendText(AvroTypes.NameOf(schema.Type));
            return;
        }
        _text.Append("{\"type\":");
        AppendText(AvroTypes.NameOf(schema.Type));
        AppendProperties(schema.Properties);
        _text.Append('}');
    }

    private void AppendContainer(string opening, AvroSchema inner, AvroSchema outer, string space)
    {
        _text.Append(opening);
        Append(inner, space);
        AppendProperties(outer.Properties);
        _text.Append('}');
    }

    private void AppendRecord(RecordSchema record, string space)
    {
        AppendHead(record.IsError ? "error" : "record", record, space);
        _text.Append(",\"fields\":");
        AppendList(record.Fields, field => AppendField(field, record.Name.Namespace));
        AppendTail(record);
    }

    private void AppendField(AvroField field, string space)
    {
        _text.Append("{\"name\":");
        AppendText(field.Name);
        _text.Append(",\"type\":");
        Append(field.Schema, space);
        AppendMember("doc", field.Doc);
        if (field.Default is { } value)
        {
            _text.Append(",\"default\":");
            AppendDefault(field.Schema.Type, value);
        }
        if (field.Order != AvroField.Ascending)
            AppendMember("order", field.Order);
        if (field.Aliases.Count > 0)
        {
            _text.Append(",\"aliases\":");
            AppendList(field.Aliases, AppendText);
        }
        AppendProperties(field.Properties);
        _text.Append('}');
    }

    // Avro reads a default of text, such as "1.5", for a float or double as the number.
    private void AppendDefault(AvroType type, JsonElement value)
    {
        if (type is AvroType.Float or AvroType.Double && value.ValueKind == JsonValueKind.String
            && JavaNumber.TryParse(value.GetString()!, out var number) && double.IsFinite(number))
            _text.Append(JavaNumber.Print(number));
        else
            JsonText.AppendValue(_text, value);
    }

    private void AppendEnum(EnumSchema symbols, string space)
    {
        AppendHead("enum", symbols, space);
        _text.Append(",\"symbols\":");
        AppendList(symbols.Symbols, AppendText);
        AppendMember("default", symbols.DefaultSymbol);
        AppendTail(symbols);
    }

    private void AppendHead(string type, NamedSchema schema, string space)
    {
        _text.Append("{\"type\":");
        AppendText(type);
        AppendMember("name", schema.Name.Name);
        if (schema.Name.Namespace != space)
            AppendMember("namespace", schema.Name.Namespace);
        AppendMember("doc", schema.Doc);
    }

    private void AppendTail(NamedSchema schema)
    {
        AppendProperties(schema.Properties);
        if (schema.Aliases.Count > 0)
        {
            _text.Append(",\"aliases\":");
            AppendList(schema.Aliases, alias => AppendText(alias.RelativeTo(schema.Name.Namespace)));
        }
        _text.Append('}');
    }

    private void AppendProperties(IReadOnlyList<AvroProperty> properties)
    {
        foreach (var property in Ordered(properties))
        {
            _text.Append(',');
            AppendText(property.Name);
            _text.Append(':');
            if (_sort)
                JsonText.AppendSorted(_text, property.Value);
            else
                JsonText.AppendValue(_text, property.Value);
        }
    }

    private IEnumerable<AvroProperty> Ordered(IReadOnlyList<AvroProperty> properties) => _sort
        ? properties.OrderBy(property => property.Name, StringComparer.Ordinal) : properties;

    private void AppendMember(string name, string? value)
    {
        if (value is null)
            return;
        _text.Append(",\"").Append(name).Append("\":");
        AppendText(value);
    }

    private void AppendList<T>(IReadOnlyList<T> items, Action<T> append)
    {
        _text.Append('[');
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                _text.Append(',');
            append(items[i]);
        }
        _text.Append(']');
    }

    private void AppendText(string text) => JsonText.AppendString(_text, text);
}
