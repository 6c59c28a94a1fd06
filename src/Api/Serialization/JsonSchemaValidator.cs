using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Api.SchemaRegistry.Avro;
using Platform.Api.SchemaRegistry.Json;

namespace Platform.Api.Serialization;

/// <summary>
/// Says whether data fits a JSON schema, by the drafts' rules. The keywords format, contentEncoding and
/// unevaluatedItems are not asserted.
/// </summary>
internal sealed class JsonSchemaValidator(JsonSchemaResources resources)
{
    /// <summary>Schemas that one check may apply; alternatives of alternatives multiply.</summary>
    public const int MaxSteps = 1_000_000;

    private int _steps;

    /// <summary>The first thing that is wrong, with a JSON pointer, or null.</summary>
    public string? Problem(JsonElement data) => Check(resources.Root, data, "", null);

    private string? Check(JsonPlace place, JsonElement data, string path, HashSet<string>? seen)
    {
        if (++_steps > MaxSteps || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return "the schema and the data are too complex to be checked";
        if (place.Element.ValueKind == JsonValueKind.False)
            return At(path, "nothing is allowed here");
        if (place.Element.ValueKind != JsonValueKind.Object)
            return null;
        place = JsonSchemaResources.Rebased(place);
        foreach (var keyword in (string[])["$ref", "$dynamicRef", "$recursiveRef"])
        {
            if (!place.Element.TryGetProperty(keyword, out var reference))
                continue;
            var problem = JsonDialects.IsMetaSchema(reference.GetString()!) ? null
                : Check(resources.Resolve(place, reference.GetString()!).Place, data, path, seen);
            if (problem is not null || !place.Dialect.ReferencesHaveSiblings())
                return problem;
        }
        return Values(place.Element, data, path) ?? Alternatives(place, data, path, seen) ?? data.ValueKind switch
        {
            JsonValueKind.String => Strings(place.Element, data.GetString()!, path),
            JsonValueKind.Number => Numbers(place.Element, data, path),
            JsonValueKind.Array => Arrays(place, data, path),
            JsonValueKind.Object => Objects(place, data, path, seen),
            _ => null,
        };
    }

    private static string? Values(JsonElement schema, JsonElement data, string path)
    {
        if (schema.TryGetProperty("type", out var type) && !(type.ValueKind == JsonValueKind.Array
            ? type.EnumerateArray().Any(one => IsType(one.GetString(), data)) : IsType(type.GetString(), data)))
            return At(path, $"{type.GetRawText()} is expected, not {Shown(data)}");
        if (schema.TryGetProperty("enum", out var values)
            && !values.EnumerateArray().Any(one => Canonical(one) == Canonical(data)))
            return At(path, $"{Shown(data)} is none of the allowed values");
        return schema.TryGetProperty("const", out var value) && Canonical(value) != Canonical(data)
            ? At(path, $"{Shown(value)} is expected, not {Shown(data)}") : null;
    }

    private string? Alternatives(JsonPlace place, JsonElement data, string path, HashSet<string>? seen)
    {
        if (place.Element.TryGetProperty("allOf", out var all))
        {
            foreach (var branch in all.EnumerateArray())
            {
                if (Check(place with { Element = branch }, data, path, seen) is { } problem)
                    return problem;
            }
        }
        if (place.Element.TryGetProperty("anyOf", out var any) && Fitting(place, any, data, path, seen) == 0)
            return At(path, "none of the alternatives of anyOf fits");
        if (place.Element.TryGetProperty("oneOf", out var one)
            && Fitting(place, one, data, path, seen) is var fitting and not 1)
            return At(path, $"{fitting} of the alternatives of oneOf fit, but exactly one must");
        if (place.Element.TryGetProperty("not", out var not)
            && Check(place with { Element = not }, data, path, null) is null)
            return At(path, "what not forbids is there");
        if (!place.Element.TryGetProperty("if", out var condition))
            return null;
        var then = Check(place with { Element = condition }, data, path, seen) is null ? "then" : "else";
        return place.Element.TryGetProperty(then, out var chosen)
            ? Check(place with { Element = chosen }, data, path, seen) : null;
    }

    private int Fitting(JsonPlace place, JsonElement branches, JsonElement data, string path, HashSet<string>? seen)
    {
        var count = 0;
        foreach (var branch in branches.EnumerateArray())
        {
            // What a branch that does not fit has looked at does not count as evaluated.
            var own = seen is null ? null : new HashSet<string>(StringComparer.Ordinal);
            if (Check(place with { Element = branch }, data, path, own) is not null)
                continue;
            count++;
            seen?.UnionWith(own!);
        }
        return count;
    }

    private static string? Strings(JsonElement schema, string text, string path)
    {
        var length = text.EnumerateRunes().Count();
        if (Bound(schema, "minLength") is { } min && length < min)
            return At(path, $"at least {min} characters are expected, not {length}");
        if (Bound(schema, "maxLength") is { } max && length > max)
            return At(path, $"at most {max} characters are expected, not {length}");
        return schema.TryGetProperty("pattern", out var pattern) && !Matches(pattern.GetString()!, text)
            ? At(path, $"the text does not match {pattern.GetRawText()}") : null;
    }

    private static string? Numbers(JsonElement schema, JsonElement data, string path)
    {
        var number = data.GetDouble();
        if (Bound(schema, "minimum") is { } min && (number < min || (number <= min && Flag(schema, "exclusiveMinimum"))))
            return At(path, Compared(data, "at least", min));
        if (Bound(schema, "maximum") is { } max && (number > max || (number >= max && Flag(schema, "exclusiveMaximum"))))
            return At(path, Compared(data, "at most", max));
        if (Bound(schema, "exclusiveMinimum") is { } above && number <= above)
            return At(path, Compared(data, "more than", above));
        if (Bound(schema, "exclusiveMaximum") is { } below && number >= below)
            return At(path, Compared(data, "less than", below));
        if (schema.TryGetProperty("multipleOf", out var multiple) && multiple.TryGetDecimal(out var step)
            && data.TryGetDecimal(out var exact) && step > 0 && exact % step != 0)
            return At(path, $"{Shown(data)} is no multiple of {Shown(multiple)}");
        return null;
    }

    private string? Arrays(JsonPlace place, JsonElement data, string path)
    {
        var schema = place.Element;
        var count = data.GetArrayLength();
        if (Bound(schema, "minItems") is { } min && count < min)
            return At(path, $"at least {min} items are expected, not {count}");
        if (Bound(schema, "maxItems") is { } max && count > max)
            return At(path, $"at most {max} items are expected, not {count}");
        if (Flag(schema, "uniqueItems") && data.EnumerateArray().Select(Canonical).Distinct().Count() < count)
            return At(path, "the items must differ");
        return Items(place, data, path) ?? Contained(place, data, path);
    }

    private string? Items(JsonPlace place, JsonElement data, string path)
    {
        var hasPrefix = place.Element.TryGetProperty("prefixItems", out var tuple);
        var hasItems = place.Element.TryGetProperty("items", out var items);
        if (!hasPrefix && hasItems && items.ValueKind == JsonValueKind.Array)
        {
            tuple = items;
            hasItems = place.Element.TryGetProperty("additionalItems", out items);
        }
        var fixedCount = tuple.ValueKind == JsonValueKind.Array ? tuple.GetArrayLength() : 0;
        for (var i = 0; i < data.GetArrayLength(); i++)
        {
            if (i >= fixedCount && !hasItems)
                return null;
            var schema = place with { Element = i < fixedCount ? tuple[i] : items };
            if (Check(schema, data[i], $"{path}/{i.ToString(CultureInfo.InvariantCulture)}", null) is { } problem)
                return problem;
        }
        return null;
    }

    private string? Contained(JsonPlace place, JsonElement data, string path)
    {
        if (!place.Element.TryGetProperty("contains", out var wanted))
            return null;
        var found = data.EnumerateArray().Count(
            item => Check(place with { Element = wanted }, item, path, null) is null);
        return found < (Bound(place.Element, "minContains") ?? 1)
            || found > (Bound(place.Element, "maxContains") ?? double.MaxValue)
            ? At(path, $"{found} of the items fit contains, which is too few or too many") : null;
    }

    private string? Objects(JsonPlace place, JsonElement data, string path, HashSet<string>? seen)
    {
        var schema = place.Element;
        var count = data.EnumerateObject().Count();
        if (Bound(schema, "minProperties") is { } min && count < min)
            return At(path, $"at least {min} properties are expected, not {count}");
        if (Bound(schema, "maxProperties") is { } max && count > max)
            return At(path, $"at most {max} properties are expected, not {count}");
        if (schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array
            && required.EnumerateArray().FirstOrDefault(one => !data.TryGetProperty(one.GetString()!, out _))
                is { ValueKind: JsonValueKind.String } missing)
            return At(path, $"the property {missing.GetRawText()} is missing");
        return Dependencies(place, data, path, seen) ?? Properties(place, data, path, seen);
    }

    private string? Properties(JsonPlace place, JsonElement data, string path, HashSet<string>? seen)
    {
        var schema = place.Element;
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in data.EnumerateObject())
        {
            var here = $"{path}/{member.Name}";
            if (schema.TryGetProperty("propertyNames", out var names) && Check(place with { Element = names },
                JsonSerializer.SerializeToElement(member.Name, NameJson.Default.String), here, null) is { } bad)
                return bad;
            foreach (var part in SchemasOf(schema, member.Name))
            {
                own.Add(member.Name);
                if (Check(place with { Element = part }, member.Value, here, null) is { } problem)
                    return problem;
            }
            if (!own.Contains(member.Name) && schema.TryGetProperty("additionalProperties", out var additional))
            {
                own.Add(member.Name);
                if (Check(place with { Element = additional }, member.Value, here, null) is { } problem)
                    return problem;
            }
        }
        seen?.UnionWith(own);
        return Unevaluated(place, data, path, own);
    }

    // Properties that neither this schema nor one that applies beside it has looked at.
    private string? Unevaluated(JsonPlace place, JsonElement data, string path, HashSet<string> own)
    {
        if (!place.Element.TryGetProperty("unevaluatedProperties", out var rest))
            return null;
        var known = new HashSet<string>(own, StringComparer.Ordinal);
        if (place.Element.TryGetProperty("$ref", out var reference))
            Check(resources.Resolve(place, reference.GetString()!).Place, data, path, known);
        Alternatives(place, data, path, known);
        foreach (var member in data.EnumerateObject())
        {
            if (!known.Contains(member.Name)
                && Check(place with { Element = rest }, member.Value, $"{path}/{member.Name}", null) is { } problem)
                return problem;
        }
        return null;
    }

    private static IEnumerable<JsonElement> SchemasOf(JsonElement schema, string name)
    {
        if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var own))
            yield return own;
        if (!schema.TryGetProperty("patternProperties", out var patterns))
            yield break;
        foreach (var pattern in patterns.EnumerateObject())
        {
            if (Matches(pattern.Name, name))
                yield return pattern.Value;
        }
    }

    private string? Dependencies(JsonPlace place, JsonElement data, string path, HashSet<string>? seen)
    {
        foreach (var keyword in (string[])["dependencies", "dependentRequired", "dependentSchemas"])
        {
            if (!place.Element.TryGetProperty(keyword, out var members))
                continue;
            foreach (var member in members.EnumerateObject().Where(one => data.TryGetProperty(one.Name, out _)))
            {
                if (member.Value.ValueKind != JsonValueKind.Array)
                {
                    if (Check(place with { Element = member.Value }, data, path, seen) is { } problem)
                        return problem;
                }
                else if (member.Value.EnumerateArray().Any(one => !data.TryGetProperty(one.GetString()!, out _)))
                {
                    return At(path, $"the property '{member.Name}' asks for {member.Value.GetRawText()}");
                }
            }
        }
        return null;
    }

    private static bool IsType(string? type, JsonElement data) => type switch
    {
        "string" => data.ValueKind == JsonValueKind.String,
        "number" => data.ValueKind == JsonValueKind.Number,
        "integer" => data.ValueKind == JsonValueKind.Number
            && (data.TryGetInt64(out _) || (data.TryGetDouble(out var number) && Math.Floor(number) == number)),
        "boolean" => data.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => data.ValueKind == JsonValueKind.Null,
        "object" => data.ValueKind == JsonValueKind.Object,
        "array" => data.ValueKind == JsonValueKind.Array,
        _ => false,
    };

    private static double? Bound(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var bound) && bound.ValueKind == JsonValueKind.Number
            ? bound.GetDouble() : null;

    private static bool Flag(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var flag) && flag.ValueKind == JsonValueKind.True;

    // A pattern that takes too long is not matched: an evil one must not hold up the service.
    private static bool Matches(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.None, JsonKeywords.PatternTimeout);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static string Canonical(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number)
            return value.GetDouble().ToString("R", CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        JsonText.AppendSorted(text, value);
        return text.ToString();
    }

    private static string Compared(JsonElement data, string how, double bound) =>
        string.Create(CultureInfo.InvariantCulture, $"{how} {bound} is expected, not {Shown(data)}");

    private static string Shown(JsonElement data)
    {
        var text = data.GetRawText();
        return text.Length <= 80 ? text : text[..80] + "…";
    }

    private static string At(string path, string reason) => $"{reason} (at #{path})";
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class NameJson : System.Text.Json.Serialization.JsonSerializerContext;
