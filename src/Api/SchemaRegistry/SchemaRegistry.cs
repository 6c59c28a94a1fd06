using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Compatibility;
using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;

namespace Platform.Api.SchemaRegistry;

/// <summary>
/// What the registry does. Reads answer from the store; writes go one at a time through the log and return when the
/// store has them, so that checks see every earlier write and ids and versions are given once.
/// </summary>
internal sealed class SchemaRegistry(SchemaStore store, ISchemaLog log, SchemaParser parser) : IDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);

    public SchemaStore Store => store;

    public SchemaParser Parser => parser;

    /// <summary>Adds a schema to a subject, or finds the version that already holds it.</summary>
    /// <remarks>A known schema is answered before mode and compatibility are looked at: producers register at every
    /// start.</remarks>
    public async Task<StoredSchema> RegisterAsync(string subject, ParsedSchema schema, CancellationToken cancellation)
    {
        SubjectNames.Check(subject);
        if (FindLive(subject, schema) is { } known)
            return known;
        return await WriteAsync(cancellation, async () =>
        {
            if (FindLive(subject, schema) is { } meanwhile)
                return meanwhile;
            CheckWritable(subject);
            if (Incompatibilities(subject, schema) is { Count: > 0 } messages)
                throw RegistryProblems.Incompatible(subject, messages);
            var added = NextVersion(subject, schema);
            await log.AppendAsync([Record(added), .. TombstonesOfTwins(added)]);
            return store.Find(subject, added.Version) ?? added;
        });
    }

    /// <summary>The version of a subject that holds this schema, or null.</summary>
    public StoredSchema? Find(string subject, ParsedSchema schema, Visibility which) => store.Versions(subject, which)
        .LastOrDefault(one => one.Guid == schema.Guid && one.SchemaType == SchemaTypes.Avro);

    /// <summary>Why the schema does not fit the subject under its level; empty when it does.</summary>
    public IReadOnlyList<string> Incompatibilities(string subject, ParsedSchema schema) =>
        Incompatibilities(schema, store.Versions(subject, Visibility.Live).Reverse(), EffectiveLevel(subject));

    /// <summary>Compares with some versions, newest first. The level NONE parses nothing old.</summary>
    public IReadOnlyList<string> Incompatibilities(
        ParsedSchema schema, IEnumerable<StoredSchema> newestFirst, CompatibilityLevel level) =>
        level == CompatibilityLevel.NONE ? [] : CompatibilityChecker.Check(
            schema.Avro,
            newestFirst.Select(one => new EarlierSchema(one.Version, one.Text, parser.ParseStored(one).Avro)),
            level);

    public CompatibilityLevel EffectiveLevel(string subject) => store.LevelOf(subject) ?? store.GlobalLevel;

    public RegistryMode EffectiveMode(string subject) => store.ModeOf(subject) ?? store.GlobalMode;

    /// <summary>
    /// Deletes a subject: first softly, then, when asked for permanently, for good. Returns the versions.
    /// </summary>
    public Task<IReadOnlyList<int>> DeleteSubjectAsync(string subject, bool permanent,
        CancellationToken cancellation) =>
        WriteAsync(cancellation, async () =>
        {
            CheckWritable(subject);
            var all = store.Versions(subject, Visibility.LiveAndDeleted);
            if (all.Count == 0)
                throw RegistryProblems.SubjectNotFound(subject);
            var live = all.Where(schema => !schema.Deleted).ToList();
            if (permanent && live.Count > 0)
                throw RegistryProblems.SubjectNotSoftDeleted(subject);
            if (!permanent && live.Count == 0)
                throw RegistryProblems.SubjectSoftDeleted(subject);
            var deleted = permanent ? all : live;
            foreach (var schema in deleted)
                CheckNotReferenced(schema);
            await log.AppendAsync(permanent ? ForGood(subject, deleted) : Softly(subject, deleted));
            return (IReadOnlyList<int>)[.. deleted.Select(schema => schema.Version)];
        });

    /// <summary>Deletes one version: first softly, then, when asked for permanently, for good.</summary>
    public Task DeleteVersionAsync(StoredSchema schema, bool permanent, CancellationToken cancellation) =>
        WriteAsync(cancellation, async () =>
        {
            CheckWritable(schema.Subject);
            if (permanent && !schema.Deleted)
                throw RegistryProblems.VersionNotSoftDeleted(schema.Subject, schema.Version);
            if (!permanent && schema.Deleted)
                throw RegistryProblems.VersionSoftDeleted(schema.Subject, schema.Version);
            CheckNotReferenced(schema);
            await log.AppendAsync(
                permanent ? [KeepMaxId(), Tombstone(schema)] : [Record(schema with { Deleted = true })]);
            return schema;
        });

    /// <summary>Sets the level of a subject, or of all with null; a null level removes it.</summary>
    public Task SetLevelAsync(string? subject, CompatibilityLevel? level, CancellationToken cancellation) =>
        AppendAsync(SchemaTopicKey.Config(subject), level is null ? null
            : SchemaTopicCodec.Write(new ConfigValue(subject, level.ToString())), cancellation);

    /// <summary>Sets the mode of a subject, or of all with null; a null mode removes it.</summary>
    public Task SetModeAsync(string? subject, RegistryMode? mode, CancellationToken cancellation) =>
        AppendAsync(SchemaTopicKey.Mode(subject), mode is null ? null
            : SchemaTopicCodec.Write(new ModeValue(subject, mode.ToString())), cancellation);

    public void Dispose() => _writer.Dispose();

    private Task AppendAsync(SchemaTopicKey key, byte[]? value, CancellationToken cancellation) =>
        WriteAsync(cancellation, async () =>
        {
            await log.AppendAsync([new SchemaLogRecord(SchemaTopicCodec.Write(key), value)]);
            return true;
        });

    private async Task<T> WriteAsync<T>(CancellationToken cancellation, Func<Task<T>> write)
    {
        await _writer.WaitAsync(cancellation);
        try
        {
            return await write();
        }
        finally
        {
            _writer.Release();
        }
    }

    private StoredSchema? FindLive(string subject, ParsedSchema schema) => Find(subject, schema, Visibility.Live);

    private void CheckWritable(string subject)
    {
        if (EffectiveMode(subject).IsReadOnly())
            throw RegistryProblems.ReadOnly(subject);
    }

    private void CheckNotReferenced(StoredSchema schema)
    {
        if (store.ReferencedBy(schema.Subject, schema.Version).Count > 0)
            throw RegistryProblems.Referenced(schema.Subject, schema.Version);
    }

    private StoredSchema NextVersion(string subject, ParsedSchema schema)
    {
        var last = store.Versions(subject, Visibility.LiveAndDeleted).LastOrDefault();
        return new StoredSchema(subject, (last?.Version ?? 0) + 1, store.IdOf(schema.Guid) ?? store.MaxId + 1,
            schema.Guid, SchemaTypes.Avro, schema.Text, schema.References, Deleted: false, TimestampMs: 0);
    }

    // A schema that returns after a soft deletion replaces its deleted self.
    private IEnumerable<SchemaLogRecord> TombstonesOfTwins(StoredSchema added) =>
        store.Versions(added.Subject, Visibility.DeletedOnly).Where(schema => schema.Guid == added.Guid)
            .Select(Tombstone);

    private List<SchemaLogRecord> Softly(string subject, IReadOnlyList<StoredSchema> deleted)
    {
        var value = new DeleteSubjectValue(subject, deleted[^1].Version);
        var records = new List<SchemaLogRecord>
        {
            new(SchemaTopicCodec.Write(SchemaTopicKey.DeleteSubject(subject)), SchemaTopicCodec.Write(value)),
        };
        if (store.ModeOf(subject) is not null)
            records.Add(new SchemaLogRecord(SchemaTopicCodec.Write(SchemaTopicKey.Mode(subject)), null));
        if (store.LevelOf(subject) is not null)
            records.Add(new SchemaLogRecord(SchemaTopicCodec.Write(SchemaTopicKey.Config(subject)), null));
        return records;
    }

    private List<SchemaLogRecord> ForGood(string subject, IReadOnlyList<StoredSchema> deleted) =>
    [
        KeepMaxId(),
        .. deleted.Select(Tombstone),
        new SchemaLogRecord(SchemaTopicCodec.Write(SchemaTopicKey.DeleteSubject(subject)), null),
    ];

    private SchemaLogRecord KeepMaxId() => new(
        SchemaTopicCodec.Write(SchemaTopicKey.Noop), SchemaTopicCodec.Write(new NoopValue(store.MaxId)));

    private static SchemaLogRecord Tombstone(StoredSchema schema) =>
        new(SchemaTopicCodec.Write(SchemaTopicKey.Schema(schema.Subject, schema.Version)), null);

    private static SchemaLogRecord Record(StoredSchema schema) => new(
        SchemaTopicCodec.Write(SchemaTopicKey.Schema(schema.Subject, schema.Version)),
        SchemaTopicCodec.Write(new SchemaValue(schema.Subject, schema.Version, schema.Id,
            SchemaIdentity.ToBase64(schema.Guid),
            schema.SchemaType == SchemaTypes.Avro ? null : schema.SchemaType,
            schema.References.Count == 0 ? null : schema.References, schema.Text, schema.Deleted)));
}
