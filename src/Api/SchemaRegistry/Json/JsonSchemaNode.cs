using System.Text.Json;

namespace Platform.Api.SchemaRegistry.Json;

/// <summary>
/// A part of a JSON schema that demands one kind of thing. A schema that demands several, such as a type and an enum,
/// is a <see cref="CombinedNode"/> of all of them: Confluent's rules of compatibility are worded over this form.
/// </summary>
internal abstract class JsonSchemaNode
{
    public string? Id { get; set; }

    public string? Title { get; set; }

    public string? Description { get; set; }

    public JsonElement? Default { get; set; }
}

/// <summary>Allows everything: true or {}.</summary>
internal sealed class EmptyNode : JsonSchemaNode;

/// <summary>Allows nothing: false.</summary>
internal sealed class FalseNode : JsonSchemaNode;

internal sealed class BooleanNode : JsonSchemaNode;

internal sealed class NullNode : JsonSchemaNode;

internal sealed class StringNode : JsonSchemaNode
{
    public decimal? MinLength { get; init; }

    public decimal? MaxLength { get; init; }

    public string? Pattern { get; init; }
}

internal sealed class NumberNode : JsonSchemaNode
{
    public bool IsInteger { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    public decimal? ExclusiveMinimum { get; init; }

    public decimal? ExclusiveMaximum { get; init; }

    public decimal? MultipleOf { get; init; }
}

internal sealed class ObjectNode : JsonSchemaNode
{
    public Dictionary<string, JsonSchemaNode> Properties { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Required { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, JsonSchemaNode> Patterns { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, HashSet<string>> DependencyArrays { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, JsonSchemaNode> DependencySchemas { get; } = new(StringComparer.Ordinal);

    /// <summary>Null when absent, which allows all.</summary>
    public JsonSchemaNode? Additional { get; set; }

    /// <summary>Null when absent, which allows all.</summary>
    public JsonSchemaNode? Unevaluated { get; set; }

    public decimal? MinProperties { get; init; }

    public decimal? MaxProperties { get; init; }
}

internal sealed class ArrayNode : JsonSchemaNode
{
    /// <summary>Schemas of the first items, each for one.</summary>
    public List<JsonSchemaNode> Tuple { get; } = [];

    /// <summary>Schema of all items when there is no tuple.</summary>
    public JsonSchemaNode? All { get; set; }

    /// <summary>Schema of the items after the tuple; null when absent, which allows all.</summary>
    public JsonSchemaNode? Additional { get; set; }

    public JsonSchemaNode? Unevaluated { get; set; }

    public decimal? MinItems { get; init; }

    public decimal? MaxItems { get; init; }

    public decimal? MinContains { get; init; }

    public decimal? MaxContains { get; init; }

    public bool UniqueItems { get; init; }
}

internal sealed class EnumNode(IReadOnlyList<string> values) : JsonSchemaNode
{
    /// <summary>Canonical JSON texts.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}

internal sealed class ConstNode(string value) : JsonSchemaNode
{
    public string Value { get; } = value;
}

internal enum CombinedCriterion
{
    AllOf, AnyOf, OneOf,
}

internal sealed class CombinedNode(CombinedCriterion criterion, IReadOnlyList<JsonSchemaNode> branches)
    : JsonSchemaNode
{
    public CombinedCriterion Criterion { get; } = criterion;

    public IReadOnlyList<JsonSchemaNode> Branches { get; } = branches;
}

internal sealed class NotNode(JsonSchemaNode inner) : JsonSchemaNode
{
    public JsonSchemaNode Inner { get; } = inner;
}

/// <summary>if, then, else: kept, but not compared.</summary>
internal sealed class ConditionalNode : JsonSchemaNode;

/// <summary>A $ref; its target is set once everything was read, because schemas may refer to themselves.</summary>
internal sealed class ReferenceNode(string uri) : JsonSchemaNode
{
    public string Uri { get; } = uri;

    public JsonSchemaNode? Target { get; set; }
}
