using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Json;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.Tests.SchemaRegistry.Compatibility;
using Xunit.Abstractions;

namespace Platform.Api.Tests.SchemaRegistry.Json;

/// <summary>
/// The check says yes exactly when everything that the old schema accepts the new one accepts: random pairs out of the
/// part of the vocabulary on which the reference's rules are exact (elsewhere they refuse more than they must), against
/// a validator of this test's own, on instances at the edges of the old schema.
/// </summary>
public sealed class JsonPropertyTests(ITestOutputHelper output)
{
    private const int MaxDepth = 2;
    private const int Far = 1_000;

    [Fact]
    public void Json_schemas_are_compatible_exactly_when_every_instance_of_the_old_one_fits_the_new_one()
    {
        var (compatible, incompatible) = (0, 0);
        for (var seed = 0; seed < PropertyCases.Count; seed++)
        {
            var random = new Random(seed);
            // Where the old schema lists values and the new one names a type, the reference refuses without looking.
            var unrelated = random.Next(10) == 0;
            var original = Any(random, MaxDepth, mayBeEnum: !unrelated);
            var update = unrelated ? Any(random, MaxDepth, mayBeEnum: false) : Changed(random, original);

            var said = JsonComparison.Compare(Read(original).Root, Read(update).Root)
                .All(difference => difference.IsCompatible(CompatibilityPolicy.STRICT));
            var holds = Edges(original).All(instance => Fits(update, instance));

            Assert.True(said == holds,
                $"seed {seed}: the check says {said}, instances say {holds}\nold {original.ToJsonString()}\nnew {update.ToJsonString()}");
            _ = said ? compatible++ : incompatible++;
        }
        output.WriteLine($"{PropertyCases.Count} pairs, {compatible} compatible, {incompatible} not");
        Assert.True(compatible > PropertyCases.Count / 10 && incompatible > PropertyCases.Count / 10);
    }

    private static JsonSchema Read(JsonObject schema) => (JsonSchema)new JsonSchemaLanguage()
        .Read(schema.ToJsonString(), [], new ParseOptions(IsNew: true, Normalize: false)).Model;

    private static JsonObject Any(Random random, int depth, bool mayBeEnum) =>
        random.Next(depth == 0 ? 4 : 8) switch
        {
            0 => Bounded(random, "string", "minLength", "maxLength"),
            1 => Bounded(random, "integer", "minimum", "maximum"),
            2 => Bounded(random, "number", "minimum", "maximum"),
            3 when mayBeEnum => new JsonObject { ["enum"] = new JsonArray([.. Words(random).Select(word => JsonValue.Create(word))]) },
            3 => new JsonObject { ["type"] = "boolean" },
            4 => new JsonObject { ["type"] = "array", ["items"] = Any(random, depth - 1, mayBeEnum) },
            5 => new JsonObject
            {
                ["anyOf"] = new JsonArray(Bounded(random, "string", "minLength", "maxLength"),
                    Bounded(random, "integer", "minimum", "maximum")),
            },
            _ => Closed(random, depth, mayBeEnum),
        };

    private static JsonObject Bounded(Random random, string type, string least, string most)
    {
        var schema = new JsonObject { ["type"] = type };
        if (random.Next(2) == 0)
            schema[least] = random.Next(1, 4);
        if (random.Next(2) == 0)
            schema[most] = random.Next(5, 8);
        return schema;
    }

    private static string[] Words(Random random) =>
        [.. new[] { "x", "y", "z" }.Where(_ => random.Next(3) > 0).DefaultIfEmpty("x")];

    private static JsonObject Closed(Random random, int depth, bool mayBeEnum)
    {
        var properties = new JsonObject();
        foreach (var name in new[] { "a", "b" }.Where(_ => random.Next(4) > 0))
            properties[name] = Any(random, depth - 1, mayBeEnum);
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = Required(random, properties),
            ["additionalProperties"] = false,
        };
    }

    private static JsonArray Required(Random random, JsonObject properties) =>
        new([.. properties.Where(_ => random.Next(3) == 0).Select(property => JsonValue.Create(property.Key))]);

    private static JsonObject Changed(Random random, JsonObject schema)
    {
        var copy = (JsonObject)schema.DeepClone();
        if (copy["anyOf"] is JsonArray branches)
        {
            for (var i = 0; i < branches.Count; i++)
                branches[i] = Changed(random, (JsonObject)branches[i]!);
            return copy;
        }
        switch (copy["type"]?.GetValue<string>())
        {
            case null:
                copy["enum"] = new JsonArray([.. Words(random).Select(word => JsonValue.Create(word))]);
                return copy;
            case "array":
                copy["items"] = Changed(random, (JsonObject)copy["items"]!);
                return copy;
            case "object":
                return ChangedObject(random, copy);
            case "boolean":
                return copy;
            case "string":
                return random.Next(3) == 0 ? Bounded(random, "string", "minLength", "maxLength") : copy;
            case var number:
                var type = random.Next(4) == 0 ? number == "integer" ? "number" : "integer" : number!;
                return random.Next(3) == 0 ? Bounded(random, type, "minimum", "maximum") : With(copy, type);
        }
    }

    private static JsonObject With(JsonObject schema, string type)
    {
        schema["type"] = type;
        return schema;
    }

    private static JsonObject ChangedObject(Random random, JsonObject schema)
    {
        var properties = (JsonObject)schema["properties"]!;
        foreach (var name in properties.Select(property => property.Key).ToList())
        {
            if (random.Next(12) == 0)
                properties.Remove(name);
            else
                properties[name] = Changed(random, (JsonObject)properties[name]!);
        }
        if (random.Next(4) == 0)
            properties["c"] = Any(random, 0, mayBeEnum: true);
        var required = ((JsonArray)schema["required"]!).Select(name => name!.GetValue<string>()).ToList();
        schema["required"] = random.Next(3) == 0 ? Required(random, properties)
            : new JsonArray([.. required.Where(properties.ContainsKey).Select(name => JsonValue.Create(name))]);
        return schema;
    }

    // Instances that a schema accepts, at its edges: what another schema may refuse is among them.
    private static IEnumerable<JsonNode?> Edges(JsonObject schema)
    {
        if (schema["anyOf"] is JsonArray branches)
            return branches.SelectMany(branch => Edges((JsonObject)branch!));
        if (schema["enum"] is JsonArray words)
            return words.Select(word => word!.DeepClone());
        return schema["type"]!.GetValue<string>() switch
        {
            "string" => new[] { Bound(schema, "minLength", 0), Bound(schema, "maxLength", Far) }
                .Select(length => (JsonNode?)new string('s', length)),
            "integer" => [Bound(schema, "minimum", -Far), Bound(schema, "maximum", Far)],
            "number" => [Bound(schema, "minimum", -Far), Bound(schema, "maximum", Far), 4.5],
            "boolean" => [true],
            "array" => Edges((JsonObject)schema["items"]!).Select(item => (JsonNode?)new JsonArray(item!.DeepClone()))
                .Append(new JsonArray()),
            _ => Objects(schema),
        };
    }

    private static int Bound(JsonObject schema, string keyword, int otherwise) =>
        schema[keyword]?.GetValue<int>() ?? otherwise;

    // The smallest object, the largest one, and the largest one with each edge of each property.
    private static IEnumerable<JsonNode?> Objects(JsonObject schema)
    {
        var properties = ((JsonObject)schema["properties"]!)
            .ToDictionary(one => one.Key, one => Edges((JsonObject)one.Value!).ToList());
        var required = ((JsonArray)schema["required"]!).Select(name => name!.GetValue<string>()).ToHashSet();
        yield return Object(properties.Where(one => required.Contains(one.Key)).ToDictionary(one => one.Key, one => one.Value[0]));
        var largest = properties.ToDictionary(one => one.Key, one => one.Value[0]);
        yield return Object(largest);
        foreach (var (name, edges) in properties)
        {
            foreach (var edge in edges)
                yield return Object(new Dictionary<string, JsonNode?>(largest) { [name] = edge });
        }
    }

    private static JsonObject Object(Dictionary<string, JsonNode?> members) =>
        new(members.Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    private static bool Fits(JsonObject schema, JsonNode? instance)
    {
        if (schema["anyOf"] is JsonArray branches)
            return branches.Any(branch => Fits((JsonObject)branch!, instance));
        if (schema["enum"] is JsonArray words)
            return words.Any(word => JsonNode.DeepEquals(word, instance));
        return (schema["type"]!.GetValue<string>(), instance) switch
        {
            ("string", JsonValue text) when text.TryGetValue<string>(out var s) => InBounds(schema, "minLength", s.Length, "maxLength"),
            ("boolean", JsonValue flag) => flag.TryGetValue<bool>(out _),
            ("number" or "integer", JsonValue number) => Number(number) is { } n && InBounds(schema, "minimum", n, "maximum")
                && (schema["type"]!.GetValue<string>() == "number" || n == Math.Floor(n)),
            ("array", JsonArray items) => items.All(item => Fits((JsonObject)schema["items"]!, item)),
            ("object", JsonObject members) => FitsObject(schema, members),
            _ => false,
        };
    }

    private static double? Number(JsonValue value) =>
        value.GetValueKind() == System.Text.Json.JsonValueKind.Number
            ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private static bool InBounds(JsonObject schema, string least, double value, string most) =>
        !(schema[least] is { } min && value < min.GetValue<int>()) && !(schema[most] is { } max && value > max.GetValue<int>());

    private static bool FitsObject(JsonObject schema, JsonObject members)
    {
        var properties = (JsonObject)schema["properties"]!;
        return ((JsonArray)schema["required"]!).All(name => members.ContainsKey(name!.GetValue<string>()))
            && members.All(member => properties[member.Key] is JsonObject known && Fits(known, member.Value));
    }
}
