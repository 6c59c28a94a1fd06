using System.Globalization;
using System.Runtime.CompilerServices;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Json;

/// <summary>
/// Lists how an update of a JSON schema differs from the original. A pair of schemas that is being compared counts as
/// compatible where it occurs inside itself; a pair that was compared is not compared again, so that shared parts cost
/// once.
/// </summary>
internal sealed partial class JsonComparison
{
    /// <summary>Pairs of schemas that one comparison may look at.</summary>
    public const int MaxPairs = 200_000;

    private readonly Dictionary<(JsonSchemaNode, JsonSchemaNode), IReadOnlyCollection<JsonDifference>> _known = [];
    private readonly HashSet<(JsonSchemaNode, JsonSchemaNode)> _inProgress = [];
    private readonly List<string> _path = [];
    private HashSet<JsonDifference> _found = [];
    private int _assumed;
    private int _pairs;

    private JsonComparison()
    {
    }

    public static IReadOnlyCollection<JsonDifference> Compare(JsonSchemaNode original, JsonSchemaNode update)
    {
        var comparison = new JsonComparison();
        comparison.Pair(original, update);
        return comparison._found;
    }

    private void Pair(JsonSchemaNode? original, JsonSchemaNode? update)
    {
        if (original is null || update is null)
        {
            if (original is null != update is null)
                Add(original is null ? "SCHEMA_ADDED" : "SCHEMA_REMOVED");
            return;
        }
        original = Unwrap(original);
        update = Unwrap(update);
        if (_known.TryGetValue((original, update), out var known))
            _found.UnionWith(known);
        else if (!_inProgress.Add((original, update)))
            _assumed++;
        else
            Compute(original, update);
    }

    private void Compute(JsonSchemaNode original, JsonSchemaNode update)
    {
        if (++_pairs > MaxPairs || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new SchemaParseException("the schemas are too large or too deeply nested to be compared");
        var (outer, assumedBefore) = (_found, _assumed);
        _found = [];
        Differences(original, update);
        _inProgress.Remove((original, update));
        // A verdict that rests on an assumption about an outer pair holds only within that pair, unless it is a no.
        if (_assumed == assumedBefore || _inProgress.Count == 0 || !IsCompatible(_found))
            _known[(original, update)] = _found;
        outer.UnionWith(_found);
        _found = outer;
    }

    private bool Fits(JsonSchemaNode original, JsonSchemaNode update)
    {
        var outer = _found;
        _found = [];
        Pair(original, update);
        var fits = IsCompatible(_found);
        _found = outer;
        return fits;
    }

    private static bool IsCompatible(IEnumerable<JsonDifference> differences) =>
        differences.All(one => one.IsCompatible(Compatibility.CompatibilityPolicy.STRICT));

    private static JsonSchemaNode Unwrap(JsonSchemaNode node)
    {
        var seen = 0;
        while (true)
        {
            // A $ref to itself allows everything that nothing else forbids.
            if (++seen > MaxPairs)
                return new EmptyNode();
            if (node is ReferenceNode reference)
                node = reference.Target ?? new EmptyNode();
            else if (node is CombinedNode { Branches.Count: 1 } single)
                node = single.Branches[0];
            else
                return node;
        }
    }

    private void Differences(JsonSchemaNode original, JsonSchemaNode update)
    {
        if (original is not CombinedNode && update is CombinedNode sum && sum.Criterion != CombinedCriterion.AllOf
            && sum.Branches.Any(branch => Fits(original, branch)))
        {
            Add("SUM_TYPE_EXTENDED");
            return;
        }
        if (original is CombinedNode { Criterion: CombinedCriterion.AllOf } product && update is not CombinedNode
            && product.Branches.Any(branch => Fits(branch, update)))
        {
            Add("PRODUCT_TYPE_NARROWED");
            return;
        }
        if (original.GetType() != update.GetType())
        {
            if (original is not FalseNode && update is not EmptyNode)
                Add("TYPE_CHANGED");
            return;
        }
        Annotations(original, update);
        Keywords(original, update);
    }

    private void Annotations(JsonSchemaNode original, JsonSchemaNode update)
    {
        if (original.Id != update.Id)
            Add("ID_CHANGED", "id");
        if (original.Title != update.Title)
            Add("TITLE_CHANGED", "title");
        if (original.Description != update.Description)
            Add("DESCRIPTION_CHANGED", "description");
        if (original.Default?.GetRawText() != update.Default?.GetRawText())
            Add("DEFAULT_CHANGED", "default");
    }

    private void Keywords(JsonSchemaNode original, JsonSchemaNode update)
    {
        switch (original, update)
        {
            case (StringNode before, StringNode after):
                Strings(before, after);
                break;
            case (NumberNode before, NumberNode after):
                Numbers(before, after);
                break;
            case (ObjectNode before, ObjectNode after):
                Objects(before, after);
                break;
            case (ArrayNode before, ArrayNode after):
                Arrays(before, after);
                break;
            case (EnumNode before, EnumNode after):
                Enums(before, after);
                break;
            case (ConstNode before, ConstNode after) when before.Value != after.Value:
                Add("ENUM_ARRAY_CHANGED", "const");
                break;
            case (CombinedNode before, CombinedNode after):
                Combined(before, after);
                break;
            case (NotNode before, NotNode after):
                _path.Add("not");
                // What may not be is the other way round: forbidding less allows more.
                Add(Fits(after.Inner, before.Inner) ? "NOT_TYPE_NARROWED" : "NOT_TYPE_EXTENDED");
                _path.RemoveAt(_path.Count - 1);
                break;
        }
    }

    private void Strings(StringNode original, StringNode update)
    {
        Upper("MAX_LENGTH", "maxLength", original.MaxLength, update.MaxLength);
        Lower("MIN_LENGTH", "minLength", original.MinLength, update.MinLength);
        if (original.Pattern != update.Pattern)
            Add(update.Pattern is null ? "PATTERN_REMOVED" : original.Pattern is null ? "PATTERN_ADDED"
                : "PATTERN_CHANGED", "pattern");
    }

    private void Numbers(NumberNode original, NumberNode update)
    {
        if (original.IsInteger != update.IsInteger)
            Add(original.IsInteger ? "TYPE_EXTENDED" : "TYPE_NARROWED");
        Upper("MAXIMUM", "maximum", original.Maximum, update.Maximum);
        Lower("MINIMUM", "minimum", original.Minimum, update.Minimum);
        Upper("EXCLUSIVE_MAXIMUM", "exclusiveMaximum", original.ExclusiveMaximum, update.ExclusiveMaximum);
        Lower("EXCLUSIVE_MINIMUM", "exclusiveMinimum", original.ExclusiveMinimum, update.ExclusiveMinimum);
        if (original.MultipleOf != update.MultipleOf)
            Add(MultipleOf(original.MultipleOf, update.MultipleOf), "multipleOf");
    }

    private static string MultipleOf(decimal? original, decimal? update) => (original, update) switch
    {
        (null, _) => "MULTIPLE_OF_ADDED",
        (_, null) => "MULTIPLE_OF_REMOVED",
        ({ } before, { } after) when before % after == 0 => "MULTIPLE_OF_REDUCED",
        ({ } before, { } after) when after % before == 0 => "MULTIPLE_OF_EXPANDED",
        _ => "MULTIPLE_OF_CHANGED",
    };

    private void Enums(EnumNode original, EnumNode update)
    {
        var before = original.Values.ToHashSet(StringComparer.Ordinal);
        var after = update.Values.ToHashSet(StringComparer.Ordinal);
        if (!before.SetEquals(after))
            Add(before.IsSubsetOf(after) ? "ENUM_ARRAY_EXTENDED" : before.IsSupersetOf(after) ? "ENUM_ARRAY_NARROWED"
                : "ENUM_ARRAY_CHANGED", "enum");
    }

    private void Upper(string name, string keyword, decimal? original, decimal? update)
    {
        if (original != update)
            Add(name + (original is null ? "_ADDED" : update is null ? "_REMOVED"
                : update > original ? "_INCREASED" : "_DECREASED"), keyword);
    }

    private void Lower(string name, string keyword, decimal? original, decimal? update) =>
        Upper(name, keyword, original, update);

    private void At(string part, JsonSchemaNode? original, JsonSchemaNode? update)
    {
        _path.Add(part);
        Pair(original, update);
        _path.RemoveAt(_path.Count - 1);
    }

    private void Add(string type, string? keyword = null) => _found.Add(new JsonDifference(
        type, "#/" + string.Join('/', keyword is null ? _path : [.. _path, keyword])));

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);
}
