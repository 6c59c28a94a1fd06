using System.Text.RegularExpressions;

namespace Platform.Api.SchemaRegistry.Json;

/// <summary>Objects: whether a property may come or go depends on what the other side allows in its place.</summary>
internal sealed partial class JsonComparison
{
    private void Objects(ObjectNode original, ObjectNode update)
    {
        Upper("MAX_PROPERTIES", "maxProperties", original.MaxProperties, update.MaxProperties);
        Lower("MIN_PROPERTIES", "minProperties", original.MinProperties, update.MinProperties);
        Rest("ADDITIONAL_PROPERTIES", "additionalProperties", original.Additional, update.Additional);
        Rest("UNEVALUATED_PROPERTIES", "unevaluatedProperties", original.Unevaluated, update.Unevaluated);
        Dependencies(original, update);
        foreach (var name in original.Properties.Keys.Union(update.Properties.Keys, StringComparer.Ordinal))
            Property(name, original, update);
    }

    // true and absent allow all, false allows nothing, and a schema is in between.
    private void Rest(string name, string keyword, JsonSchemaNode? original, JsonSchemaNode? update)
    {
        var before = original is null ? null : Unwrap(original);
        var after = update is null ? null : Unwrap(update);
        if (before is FalseNode && after is not FalseNode)
            Add(name + (after is null or EmptyNode ? "_ADDED" : "_EXTENDED"), keyword);
        else if (before is null or EmptyNode && after is FalseNode)
            Add(name + "_REMOVED", keyword);
        else if (before is not (null or EmptyNode) && after is null or EmptyNode && before is not FalseNode)
            Add(name + "_EXTENDED", keyword);
        else if (before is null or EmptyNode && after is not (null or EmptyNode))
            Add(name + "_NARROWED", keyword);
        else if (before is not (null or EmptyNode or FalseNode) && after is FalseNode)
            Add(name + "_NARROWED", keyword);
        else if (before is not null && after is not null)
            At(keyword, before, after);
    }

    private void Property(string name, ObjectNode original, ObjectNode update)
    {
        var before = original.Properties.GetValueOrDefault(name);
        var after = update.Properties.GetValueOrDefault(name);
        if (before is not null && after is not null)
        {
            RequiredAttribute(name, original, update, after);
            At($"properties/{name}", before, after);
            return;
        }
        _path.Add($"properties/{name}");
        if (before is null)
            Added(name, original, after!, update.Required.Contains(name));
        else
            Removed(name, before, update);
        _path.RemoveAt(_path.Count - 1);
    }

    private void RequiredAttribute(string name, ObjectNode original, ObjectNode update, JsonSchemaNode property)
    {
        var (before, after) = (original.Required.Contains(name), update.Required.Contains(name));
        if (before == after)
            return;
        Add(before ? "REQUIRED_ATTRIBUTE_REMOVED" : HasDefault(property) ? "REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED"
            : "REQUIRED_ATTRIBUTE_ADDED", $"required/{name}");
    }

    private void Added(string name, ObjectNode original, JsonSchemaNode property, bool isRequired)
    {
        if (IsOpen(original))
        {
            Add(Unwrap(property) is EmptyNode && !isRequired
                ? "PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL"
                : $"{Kind(property, isRequired)}_ADDED_TO_OPEN_CONTENT_MODEL");
            return;
        }
        if (Covering(name, original) is { } covering)
            Add(Fits(covering, property) ? "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
                : "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL");
        Add($"{Kind(property, isRequired)}_ADDED_TO_UNOPEN_CONTENT_MODEL");
    }

    private void Removed(string name, JsonSchemaNode property, ObjectNode update)
    {
        if (IsOpen(update))
            Add("PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL");
        else if (Covering(name, update) is { } covering)
            Add(Fits(property, covering) ? "PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
                : "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL");
        else
            Add(Unwrap(property) is FalseNode ? "PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL"
                : "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL");
    }

    private static string Kind(JsonSchemaNode property, bool isRequired) => !isRequired ? "OPTIONAL_PROPERTY"
        : HasDefault(property) ? "REQUIRED_PROPERTY_WITH_DEFAULT" : "REQUIRED_PROPERTY";

    private static bool HasDefault(JsonSchemaNode property) => (property.Default ?? Unwrap(property).Default) is not null;

    private static bool IsOpen(ObjectNode node) => AllowsAll(node.Additional) && node.Patterns.Count == 0
        && AllowsAll(node.Unevaluated);

    private static bool AllowsAll(JsonSchemaNode? rest) => rest is null || Unwrap(rest) is EmptyNode;

    /// <summary>The schema that a property without one of its own falls under, or null when it is forbidden.</summary>
    private static JsonSchemaNode? Covering(string name, ObjectNode node)
    {
        foreach (var (pattern, schema) in node.Patterns)
        {
            if (Matches(pattern, name))
                return schema;
        }
        if (node.Additional is { } additional)
            return Unwrap(additional) is FalseNode ? null : additional;
        return node.Unevaluated is { } rest && Unwrap(rest) is not FalseNode ? rest
            : node.Unevaluated is null ? new EmptyNode() : null;
    }

    private static bool Matches(string pattern, string name)
    {
        try
        {
            return Regex.IsMatch(name, pattern, RegexOptions.None, JsonKeywords.PatternTimeout);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private void Dependencies(ObjectNode original, ObjectNode update)
    {
        foreach (var name in original.DependencyArrays.Keys.Union(update.DependencyArrays.Keys, StringComparer.Ordinal))
        {
            var before = original.DependencyArrays.GetValueOrDefault(name);
            var after = update.DependencyArrays.GetValueOrDefault(name);
            if (before is null || after is null || !before.SetEquals(after))
                Add("DEPENDENCY_ARRAY_" + (before is null ? "ADDED" : after is null ? "REMOVED"
                    : before.IsSubsetOf(after) ? "EXTENDED" : before.IsSupersetOf(after) ? "NARROWED" : "CHANGED"),
                    $"dependencies/{name}");
        }
        foreach (var name in original.DependencySchemas.Keys.Union(
            update.DependencySchemas.Keys, StringComparer.Ordinal))
        {
            var before = original.DependencySchemas.GetValueOrDefault(name);
            var after = update.DependencySchemas.GetValueOrDefault(name);
            if (before is not null && after is not null)
                At($"dependencies/{name}", before, after);
            else
                Add(before is null ? "DEPENDENCY_SCHEMA_ADDED" : "DEPENDENCY_SCHEMA_REMOVED", $"dependencies/{name}");
        }
    }
}
