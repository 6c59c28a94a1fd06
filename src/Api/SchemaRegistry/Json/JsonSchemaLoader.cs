using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Json;

/// <summary>Turns the JSON of a schema into nodes, each of which demands one kind of thing.</summary>
internal sealed class JsonSchemaLoader
{
    private static readonly Dictionary<string, CombinedCriterion> Criteria = new(StringComparer.Ordinal)
    {
        ["allOf"] = CombinedCriterion.AllOf,
        ["anyOf"] = CombinedCriterion.AnyOf,
        ["oneOf"] = CombinedCriterion.OneOf,
    };

    private readonly JsonSchemaResources _resources;
    private readonly Dictionary<string, ReferenceNode> _references = new(StringComparer.Ordinal);
    private readonly Queue<(ReferenceNode Node, JsonPlace Place)> _open = new();

    private JsonSchemaLoader(JsonSchemaResources resources) => _resources = resources;

    /// <exception cref="SchemaParseException">A keyword is malformed or a $ref means nothing.</exception>
    public static JsonSchemaNode Load(JsonSchemaResources resources)
    {
        var loader = new JsonSchemaLoader(resources);
        var root = loader.Read(resources.Root, "#");
        while (loader._open.TryDequeue(out var reference))
            reference.Node.Target = loader.Read(reference.Place, reference.Node.Uri);
        return root;
    }

    private JsonSchemaNode Read(JsonPlace place, string path)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new SchemaParseException($"the schema is nested too deeply at '{path}'");
        switch (place.Element.ValueKind)
        {
            case JsonValueKind.True:
                return new EmptyNode();
            case JsonValueKind.False:
                return new FalseNode();
            case JsonValueKind.Object:
                return ReadObject(JsonSchemaResources.Rebased(place), path);
            default:
                throw new SchemaParseException(
                    $"a schema is an object or a boolean, not {place.Element.ValueKind}, at '{path}'");
        }
    }

    private JsonSchemaNode ReadObject(JsonPlace place, string path)
    {
        var json = place.Element;
        var reference = ReadReference(place, path);
        if (reference is not null && !place.Dialect.ReferencesHaveSiblings())
            return reference;
        var parts = new List<JsonSchemaNode>();
        if (reference is not null)
            parts.Add(reference);
        AddLiterals(parts, json, path);
        AddCombined(parts, place, path);
        AddTyped(parts, place, path);
        var node = parts.Count switch
        {
            0 => new EmptyNode(),
            1 => parts[0],
            _ => new CombinedNode(CombinedCriterion.AllOf, parts),
        };
        if (node is not ReferenceNode)
            Annotate(node, place, path);
        return node;
    }

    private ReferenceNode? ReadReference(JsonPlace place, string path)
    {
        var uri = JsonKeywords.Text(place.Element, "$ref", path)
            ?? JsonKeywords.Text(place.Element, "$dynamicRef", path)
            ?? JsonKeywords.Text(place.Element, "$recursiveRef", path);
        if (uri is null)
            return null;
        if (JsonDialects.IsMetaSchema(uri))
            return new ReferenceNode(uri) { Target = new EmptyNode() };
        var (known, target) = _resources.Resolve(place, uri);
        if (_references.TryGetValue(known, out var node))
            return node;
        node = new ReferenceNode(known);
        _references.Add(known, node);
        _open.Enqueue((node, target));
        return node;
    }

    private static void Annotate(JsonSchemaNode node, JsonPlace place, string path)
    {
        node.Id = JsonKeywords.Text(place.Element, place.Dialect == JsonDialect.Draft4 ? "id" : "$id", path);
        node.Title = JsonKeywords.Text(place.Element, "title", path);
        node.Description = JsonKeywords.Text(place.Element, "description", path);
        node.Default = place.Element.TryGetProperty("default", out var preset) ? preset : null;
    }

    private static void AddLiterals(List<JsonSchemaNode> parts, JsonElement json, string path)
    {
        if (json.TryGetProperty("enum", out var values))
        {
            if (values.ValueKind != JsonValueKind.Array)
                throw JsonKeywords.Fail(path, "enum", "an array", values);
            parts.Add(new EnumNode([.. values.EnumerateArray().Select(Canonical)]));
        }
        if (json.TryGetProperty("const", out var value))
            parts.Add(new ConstNode(Canonical(value)));
    }

    private void AddCombined(List<JsonSchemaNode> parts, JsonPlace place, string path)
    {
        foreach (var (keyword, criterion) in Criteria)
        {
            if (!place.Element.TryGetProperty(keyword, out var branches))
                continue;
            if (branches.ValueKind != JsonValueKind.Array || branches.GetArrayLength() == 0)
                throw JsonKeywords.Fail(path, keyword, "an array of at least one schema", branches);
            parts.Add(new CombinedNode(criterion, [.. branches.EnumerateArray().Select(
                (branch, i) => Read(place with { Element = branch }, $"{path}/{keyword}/{Text(i)}"))]));
        }
        if (place.Element.TryGetProperty("not", out var inner))
            parts.Add(new NotNode(Read(place with { Element = inner }, $"{path}/not")));
        if (place.Element.TryGetProperty("if", out var condition))
        {
            Read(place with { Element = condition }, $"{path}/if");
            foreach (var keyword in (string[])["then", "else"])
                Member(place, keyword, path);
            parts.Add(new ConditionalNode());
        }
    }

    private void AddTyped(List<JsonSchemaNode> parts, JsonPlace place, string path)
    {
        var json = place.Element;
        if (json.TryGetProperty("type", out var type))
        {
            parts.Add(type.ValueKind switch
            {
                JsonValueKind.String => Typed(type.GetString()!, place, path),
                JsonValueKind.Array when type.GetArrayLength() > 0 => new CombinedNode(CombinedCriterion.AnyOf,
                    [.. JsonKeywords.Texts(json, "type", path).Select(one => Typed(one, place, path))]),
                _ => throw JsonKeywords.Fail(path, "type", "the name of a type or an array of such", type),
            });
            return;
        }
        if (JsonKeywords.HasAny(json, JsonKeywords.OfArrays))
            parts.Add(Typed("array", place, path));
        if (JsonKeywords.HasAny(json, JsonKeywords.OfObjects))
            parts.Add(Typed("object", place, path));
        if (JsonKeywords.HasAny(json, JsonKeywords.OfNumbers))
            parts.Add(Typed("number", place, path));
        if (JsonKeywords.HasAny(json, JsonKeywords.OfStrings))
            parts.Add(Typed("string", place, path));
    }

    private JsonSchemaNode Typed(string type, JsonPlace place, string path) => type switch
    {
        "string" => new StringNode
        {
            MinLength = JsonKeywords.Count(place.Element, "minLength", path),
            MaxLength = JsonKeywords.Count(place.Element, "maxLength", path),
            Pattern = JsonKeywords.Pattern(place.Element, "pattern", path),
        },
        "number" or "integer" => Numbers(place.Element, type == "integer", path),
        "boolean" => new BooleanNode(),
        "null" => new NullNode(),
        "object" => Objects(place, path),
        "array" => Arrays(place, path),
        _ => throw new SchemaParseException($"'{type}' at '{path}/type' is no type; types are "
            + "string, number, integer, boolean, null, object and array"),
    };

    // In draft 4 exclusiveMinimum is a flag of minimum; later it is a bound of its own.
    private static NumberNode Numbers(JsonElement json, bool isInteger, string path)
    {
        var minimum = JsonKeywords.Number(json, "minimum", path);
        var maximum = JsonKeywords.Number(json, "maximum", path);
        var isAbove = IsFlag(json, "exclusiveMinimum", out var aboveIsFlag);
        var isBelow = IsFlag(json, "exclusiveMaximum", out var belowIsFlag);
        var multiple = JsonKeywords.Number(json, "multipleOf", path);
        if (multiple <= 0)
            throw JsonKeywords.Fail(path, "multipleOf", "a number above 0", json.GetProperty("multipleOf"));
        return new NumberNode
        {
            IsInteger = isInteger,
            Minimum = isAbove ? null : minimum,
            Maximum = isBelow ? null : maximum,
            ExclusiveMinimum = aboveIsFlag ? isAbove ? minimum : null
                : JsonKeywords.Number(json, "exclusiveMinimum", path),
            ExclusiveMaximum = belowIsFlag ? isBelow ? maximum : null
                : JsonKeywords.Number(json, "exclusiveMaximum", path),
            MultipleOf = multiple,
        };
    }

    private static bool IsFlag(JsonElement json, string keyword, out bool isFlag)
    {
        isFlag = json.TryGetProperty(keyword, out var value)
            && value.ValueKind is JsonValueKind.True or JsonValueKind.False;
        return isFlag && value.GetBoolean();
    }

    private ObjectNode Objects(JsonPlace place, string path)
    {
        var json = place.Element;
        var node = new ObjectNode
        {
            MinProperties = JsonKeywords.Count(json, "minProperties", path),
            MaxProperties = JsonKeywords.Count(json, "maxProperties", path),
            Additional = Member(place, "additionalProperties", path),
            Unevaluated = Member(place, "unevaluatedProperties", path),
        };
        Members(place, "properties", path, node.Properties);
        Members(place, "patternProperties", path, node.Patterns);
        foreach (var pattern in node.Patterns.Keys)
            JsonKeywords.CheckPattern(pattern, $"{path}/patternProperties");
        // In draft 3 and some hand-written schemas required is a flag of the property; it demands nothing here.
        if (!json.TryGetProperty("required", out var required) || required.ValueKind != JsonValueKind.True)
            node.Required.UnionWith(JsonKeywords.Texts(json, "required", path));
        Member(place, "propertyNames", path);
        AddDependencies(node, place, path);
        return node;
    }

    private void AddDependencies(ObjectNode node, JsonPlace place, string path)
    {
        foreach (var keyword in (string[])["dependencies", "dependentRequired", "dependentSchemas"])
        {
            if (JsonKeywords.Object(place.Element, keyword, path) is not { } members)
                continue;
            foreach (var member in members.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.Array)
                    node.DependencyArrays[member.Name] =
                        [.. JsonKeywords.Texts(members, member.Name, $"{path}/{keyword}")];
                else
                    node.DependencySchemas[member.Name] =
                        Read(place with { Element = member.Value }, $"{path}/{keyword}/{member.Name}");
            }
        }
    }

    private ArrayNode Arrays(JsonPlace place, string path)
    {
        var json = place.Element;
        var node = new ArrayNode
        {
            MinItems = JsonKeywords.Count(json, "minItems", path),
            MaxItems = JsonKeywords.Count(json, "maxItems", path),
            MinContains = JsonKeywords.Count(json, "minContains", path),
            MaxContains = JsonKeywords.Count(json, "maxContains", path),
            UniqueItems = json.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind == JsonValueKind.True,
            Unevaluated = Member(place, "unevaluatedItems", path),
        };
        Member(place, "contains", path);
        // Since 2020-12 a tuple is prefixItems and items are the rest; before, items was either.
        var tuple = json.TryGetProperty("prefixItems", out var prefix) ? "prefixItems" : "items";
        if (tuple == "prefixItems" ? prefix.ValueKind == JsonValueKind.Array
            : json.TryGetProperty("items", out prefix) && prefix.ValueKind == JsonValueKind.Array)
        {
            node.Tuple.AddRange(prefix.EnumerateArray().Select(
                (item, i) => Read(place with { Element = item }, $"{path}/{tuple}/{Text(i)}")));
            node.Additional = Member(place, tuple == "items" ? "additionalItems" : "items", path);
        }
        else
        {
            node.All = Member(place, "items", path);
        }
        return node;
    }

    private JsonSchemaNode? Member(JsonPlace place, string keyword, string path) =>
        place.Element.TryGetProperty(keyword, out var member)
            ? Read(place with { Element = member }, $"{path}/{keyword}") : null;

    private void Members(JsonPlace place, string keyword, string path, Dictionary<string, JsonSchemaNode> into)
    {
        if (JsonKeywords.Object(place.Element, keyword, path) is not { } members)
            return;
        foreach (var member in members.EnumerateObject())
            into[member.Name] = Read(place with { Element = member.Value }, $"{path}/{keyword}/{member.Name}");
    }

    private static string Canonical(JsonElement value)
    {
        var text = new StringBuilder();
        JsonText.AppendSorted(text, value);
        return text.ToString();
    }

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);
}
