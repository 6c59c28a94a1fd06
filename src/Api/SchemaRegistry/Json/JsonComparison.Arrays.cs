namespace Platform.Api.SchemaRegistry.Json;

/// <summary>Arrays and combined schemas.</summary>
internal sealed partial class JsonComparison
{
    private void Arrays(ArrayNode original, ArrayNode update)
    {
        Upper("MAX_ITEMS", "maxItems", original.MaxItems, update.MaxItems);
        Lower("MIN_ITEMS", "minItems", original.MinItems, update.MinItems);
        Upper("MAX_CONTAINS", "maxContains", original.MaxContains, update.MaxContains);
        Lower("MIN_CONTAINS", "minContains", original.MinContains, update.MinContains);
        if (original.UniqueItems != update.UniqueItems)
            Add(original.UniqueItems ? "UNIQUE_ITEMS_REMOVED" : "UNIQUE_ITEMS_ADDED", "uniqueItems");
        Rest("ADDITIONAL_ITEMS", "additionalItems", original.Additional, update.Additional);
        Rest("UNEVALUATED_ITEMS", "unevaluatedItems", original.Unevaluated, update.Unevaluated);
        AllItems(original.All, update.All);
        for (var i = 0; i < Math.Max(original.Tuple.Count, update.Tuple.Count); i++)
            Item(i, original, update);
    }

    // No schema for items allows every item.
    private void AllItems(JsonSchemaNode? original, JsonSchemaNode? update)
    {
        if (original is not null || update is not null)
            At("items", original ?? (AllowsAll(update) ? update : null),
                update ?? (AllowsAll(original) ? original : null));
    }

    private void Item(int i, ArrayNode original, ArrayNode update)
    {
        var before = original.Tuple.ElementAtOrDefault(i);
        var after = update.Tuple.ElementAtOrDefault(i);
        var part = $"items/{Text(i)}";
        if (before is not null && after is not null)
        {
            At(part, before, after);
            return;
        }
        _path.Add(part);
        if (before is null)
            ItemAdded(original, after!);
        else
            ItemRemoved(before, update);
        _path.RemoveAt(_path.Count - 1);
    }

    private void ItemAdded(ArrayNode original, JsonSchemaNode item)
    {
        var rest = Following(original);
        if (AllowsAll(rest))
            Add(Unwrap(item) is EmptyNode ? "ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL"
                : "ITEM_ADDED_TO_OPEN_CONTENT_MODEL");
        else if (Unwrap(rest!) is FalseNode)
            Add("ITEM_ADDED_TO_CLOSED_CONTENT_MODEL");
        else
            Add(Fits(rest!, item) ? "ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
                : "ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL");
    }

    private void ItemRemoved(JsonSchemaNode item, ArrayNode update)
    {
        var rest = Following(update);
        if (AllowsAll(rest))
            Add("ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL");
        else if (Unwrap(rest!) is FalseNode)
            Add(Unwrap(item) is FalseNode ? "ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL"
                : "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL");
        else
            Add(Fits(item, rest!) ? "ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
                : "ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL");
    }

    private static JsonSchemaNode? Following(ArrayNode node) => node.Additional ?? node.All ?? node.Unevaluated;

    private void Combined(CombinedNode original, CombinedNode update)
    {
        if (!Criteria(original, update))
            return;
        var before = original.Branches.Select(Unwrap).Distinct().ToList();
        var after = update.Branches.Select(Unwrap).Distinct().ToList();
        var isProduct = update.Criterion == CombinedCriterion.AllOf;
        if (before.Count < after.Count)
            Add(isProduct ? "PRODUCT_TYPE_EXTENDED" : "SUM_TYPE_EXTENDED");
        else if (before.Count > after.Count)
            Add(isProduct ? "PRODUCT_TYPE_NARROWED" : "SUM_TYPE_NARROWED");
        if (Matching(before, after) < Math.Min(before.Count, after.Count))
            Add("COMBINED_TYPE_SUBSCHEMAS_CHANGED");
    }

    // False when nothing more can be compared.
    private bool Criteria(CombinedNode original, CombinedNode update)
    {
        if (original.Criterion == update.Criterion)
            return true;
        if (update.Criterion == CombinedCriterion.AnyOf)
        {
            Add("COMBINED_TYPE_EXTENDED");
            return true;
        }
        Add("COMBINED_TYPE_CHANGED");
        return false;
    }

    /// <summary>The most pairs of branches that fit each other with every branch used once (Kuhn's algorithm).</summary>
    private int Matching(List<JsonSchemaNode> original, List<JsonSchemaNode> update)
    {
        var fits = new bool[original.Count][];
        for (var i = 0; i < original.Count; i++)
            fits[i] = [.. update.Select(branch => Fits(original[i], branch))];
        var taken = new int[update.Count];
        Array.Fill(taken, -1);
        var matched = 0;
        for (var i = 0; i < original.Count; i++)
        {
            if (Place(i, fits, taken, new bool[update.Count]))
                matched++;
        }
        return matched;
    }

    private static bool Place(int branch, bool[][] fits, int[] taken, bool[] tried)
    {
        for (var i = 0; i < taken.Length; i++)
        {
            if (!fits[branch][i] || tried[i])
                continue;
            tried[i] = true;
            if (taken[i] >= 0 && !Place(taken[i], fits, taken, tried))
                continue;
            taken[i] = branch;
            return true;
        }
        return false;
    }
}
