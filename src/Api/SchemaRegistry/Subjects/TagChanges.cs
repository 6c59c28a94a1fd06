using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Subjects;

/// <summary>Works out the metadata and rules that a change of tags leaves.</summary>
internal static class TagChanges
{
    public static RegisterSchemaRequest Apply(StoredSchema schema, ModifyTagsRequest change) => new(
        schema.Text, schema.SchemaType, schema.References, Metadata(schema, change), Rules(schema, change),
        change.NewVersion);

    private static SchemaMetadata? Metadata(StoredSchema schema, ModifyTagsRequest change)
    {
        var metadata = change.Metadata?.OrNull() ?? schema.Metadata;
        var added = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var one in change.TagsToAdd ?? [])
            added[one.SchemaEntity?.EntityPath ?? ""] = [.. one.Tags ?? []];
        // Merging makes a copy, so that what is stored does not change with the removals below.
        metadata = SchemaMetadata.Merge(metadata ?? new SchemaMetadata(), new SchemaMetadata(added));
        foreach (var one in change.TagsToRemove ?? [])
        {
            if (metadata?.Tags?.GetValueOrDefault(one.SchemaEntity?.EntityPath ?? "") is not { } tags)
                continue;
            tags.ExceptWith(one.Tags ?? []);
            if (tags.Count == 0)
                metadata.Tags.Remove(one.SchemaEntity?.EntityPath ?? "");
        }
        return metadata?.OrNull() ?? new SchemaMetadata();
    }

    private static RuleSet? Rules(StoredSchema schema, ModifyTagsRequest change)
    {
        var rules = RuleSet.Merge(change.RuleSet ?? schema.Rules, change.RulesToMerge);
        if (rules is null || change.RulesToRemove is not { Count: > 0 } removed)
            return rules;
        return rules with
        {
            MigrationRules = Without(rules.MigrationRules, removed),
            DomainRules = Without(rules.DomainRules, removed),
            EncodingRules = Without(rules.EncodingRules, removed),
        };
    }

    private static IReadOnlyList<Rule>? Without(IReadOnlyList<Rule>? rules, IReadOnlyList<string> removed) =>
        rules?.Where(rule => !removed.Contains(rule.Name)).ToList();
}
