using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry;

/// <summary>
/// What the registry knows and decides: settings that hold for a subject, schemas by content, compatibility. Changes
/// nothing; that does <see cref="RegistryWriter"/>.
/// </summary>
internal sealed class SchemaRegistry(SchemaStore store, SchemaParser parser)
{
    public SchemaStore Store => store;

    public SchemaParser Parser => parser;

    /// <summary>The subject that a name means: its alias, when it has one.</summary>
    public string Resolve(string subject)
    {
        subject = SubjectNames.Normalize(subject);
        return Aliased(subject, store.ConfigOf(subject)?.Alias);
    }

    /// <summary>The subject whose data encryption keys a name means: its alias for those, or else its alias.</summary>
    public string ResolveForDeks(string subject)
    {
        subject = SubjectNames.Normalize(subject);
        var config = store.ConfigOf(subject);
        return Aliased(subject, config?.AliasForDeks is { Length: > 0 } alias ? alias : config?.Alias);
    }

    private static string Aliased(string subject, string? alias) =>
        string.IsNullOrEmpty(alias) ? subject : SubjectNames.Qualify(SubjectNames.ContextOf(subject), alias);

    /// <summary>
    /// Settings that hold for a subject: its own over the global ones, otherwise those of its context, of all
    /// contexts, or the defaults.
    /// </summary>
    public RegistryConfig EffectiveConfig(string subject)
    {
        var global = store.ConfigOf(SchemaStore.Global)?.Over(RegistryConfig.Default);
        if (subject.Length > 0 && store.ConfigOf(subject) is { } own)
            return own.Over(global ?? RegistryConfig.Default);
        var context = SubjectNames.ContextOf(subject);
        var outer = context.Length == 0 ? global : store.ConfigOf($":{context}:");
        return (outer ?? store.ConfigOf(SubjectNames.GlobalContext) ?? RegistryConfig.Default)
            .Over(RegistryConfig.Default);
    }

    /// <summary>The mode that holds for a subject.</summary>
    public RegistryMode EffectiveMode(string subject)
    {
        var context = SubjectNames.ContextOf(subject);
        return (subject.Length > 0 ? store.ModeOf(subject) : null)
            ?? store.ModeOf(context.Length == 0 ? SchemaStore.Global : $":{context}:")
            ?? store.ModeOf(SubjectNames.GlobalContext) ?? RegistryMode.READWRITE;
    }

    /// <summary>Reads the schema of a request for a subject.</summary>
    public ParsedSchema Parse(string subject, RegisterSchemaRequest request, bool normalize)
    {
        if (request.RuleSet?.Problem() is { } problem)
            throw RegistryProblems.InvalidRuleSet(problem);
        var parsed = parser.ParseNew(request.SchemaType, request.Schema, request.References,
            normalize || EffectiveConfig(subject).Normalize == true, SubjectNames.ContextOf(subject));
        var (metadata, rules) = (request.Metadata?.OrNull(), RuleSet.Merge(null, request.RuleSet));
        // Most have neither, and their hash is known when they were read before.
        return metadata is null && rules is null ? parsed : parsed with { Metadata = metadata, Rules = rules };
    }

    /// <summary>
    /// The version of a subject that holds this schema, the newest when there are several, or null. A reference to the
    /// latest version matches the number that it meant then.
    /// </summary>
    public StoredSchema? Find(string subject, ParsedSchema schema, Visibility which)
    {
        var (guid, resolved) = (schema.Guid, WithVersions(subject, schema).Guid);
        return store.Newest(subject, which,
            one => (one.Guid == guid || one.Guid == resolved) && one.SchemaType == schema.SchemaType);
    }

    /// <summary>
    /// The live version that holds the schema of a request, when that was read before and needs nothing but its text. Null says
    /// nothing: the schema must be read.
    /// </summary>
    public StoredSchema? FindByText(string subject, RegisterSchemaRequest request, bool normalize)
    {
        if (request.Metadata is not null || request.RuleSet is not null || request.References is { Count: > 0 })
            return null;
        var type = SchemaTypes.OrDefault(request.SchemaType);
        var isNormal = normalize || EffectiveConfig(subject).Normalize == true;
        return parser.KnownGuid(type, request.Schema!, isNormal) is { } guid
            ? store.Newest(subject, Visibility.Live, one => one.Guid == guid && one.SchemaType == type) : null;
    }

    /// <summary>
    /// As <see cref="Find"/>; a schema that comes without metadata is also found with those of the latest version.
    /// </summary>
    public StoredSchema? LookUp(string subject, ParsedSchema schema, Visibility which) =>
        Find(subject, schema, which) ?? Find(subject, Filled(subject, schema), which);

    /// <summary>The schema with references to numbers instead of to the latest version.</summary>
    public ParsedSchema WithVersions(string subject, ParsedSchema schema)
    {
        if (schema.References.All(reference => reference.Version != -1))
            return schema;
        var context = SubjectNames.ContextOf(subject);
        return schema with
        {
            References = [.. schema.References.Select(reference => reference.Version != -1 ? reference
                : reference with { Version = Latest(SubjectNames.Qualify(context, reference.Subject)) })],
        };
    }

    /// <summary>
    /// The schema with the metadata and rules that it gets: defaults of the settings, then its own or else those of the
    /// latest version, then what the settings force.
    /// </summary>
    public ParsedSchema Filled(string subject, ParsedSchema schema)
    {
        var config = EffectiveConfig(subject);
        var latest = store.Versions(subject, Visibility.Live).LastOrDefault();
        var metadata = SchemaMetadata.Merge(
            SchemaMetadata.Merge(config.DefaultMetadata, schema.Metadata ?? latest?.Metadata), config.OverrideMetadata);
        var rules = RuleSet.Merge(
            RuleSet.Merge(config.DefaultRuleSet, schema.Rules ?? latest?.Rules), config.OverrideRuleSet);
        return schema with { Metadata = metadata, Rules = rules };
    }

    /// <summary>Why the schema does not fit the subject under its settings.</summary>
    public CompatibilityVerdict Check(string subject, ParsedSchema schema)
    {
        var config = EffectiveConfig(subject);
        var versions = store.Versions(subject, Visibility.Live).Reverse();
        if (config.CompatibilityGroup is { Length: > 0 } group)
            versions = versions.Where(one => one.Metadata?.Property(group) == schema.Metadata?.Property(group));
        return Check(schema, versions, config.Rules);
    }

    /// <summary>Compares with some versions, newest first. The level NONE parses nothing old.</summary>
    public CompatibilityVerdict Check(
        ParsedSchema schema, IEnumerable<StoredSchema> newestFirst, CompatibilityRules rules)
    {
        if (rules.Level == CompatibilityLevel.NONE)
            return CompatibilityVerdict.Compatible;
        try
        {
            return CompatibilityChecker.Check(schema.Model, newestFirst.Select(
                one => new EarlierSchema(one.Version, one.Text, parser.ParseStored(one).Model)), rules);
        }
        catch (SchemaParseException error)
        {
            throw RegistryProblems.InvalidSchema(error.Message);
        }
    }

    private int Latest(string subject) =>
        store.Versions(subject, Visibility.Live).LastOrDefault()?.Version ?? -1;
}
