using Platform.Api.Hosting;
using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Schemas;
using Platform.Api.SchemaRegistry.Storage;
using Platform.Api.SchemaRegistry.Subjects;

namespace Platform.Api.SchemaRegistry;

/// <summary>How a schema is to be registered.</summary>
/// <param name="Normalize">Store it in its normal form.</param>
/// <param name="Force">Do not ask whether it is compatible.</param>
/// <param name="DryRun">Answer as if, but change nothing.</param>
/// <param name="ExpectedLatest">The version that must be the latest, 0 for none; null does not ask.</param>
internal readonly record struct RegisterOptions(
    bool Normalize = false, bool Force = false, bool DryRun = false, int? ExpectedLatest = null);

/// <summary>
/// Changes the registry. Writes go one at a time through the log and return when the store has them, so that checks
/// see every earlier write and ids and versions are given once.
/// </summary>
internal sealed class RegistryWriter(SchemaRegistry registry, ISchemaLog log, ApiOptions options) : IDisposable
{
    private const string VersionProperty = "confluent:version";

    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly SchemaStore _store = registry.Store;

    /// <summary>Adds a schema to a subject, or finds the version that already holds it.</summary>
    /// <remarks>A known schema is answered before mode and compatibility are looked at: producers register at every
    /// start.</remarks>
    public async Task<StoredSchema> RegisterAsync(
        string subject, RegisterSchemaRequest request, RegisterOptions how, CancellationToken cancellation)
    {
        SubjectNames.Check(subject);
        CheckExpected(subject, how);
        if (!string.IsNullOrEmpty(request.Schema) && Known(subject, request, how) is { } known)
            return known;
        return await WriteAsync(cancellation, async () =>
        {
            CheckExpected(subject, how);
            var completed = Completed(subject, request);
            var schema = registry.WithVersions(subject,
                registry.Filled(subject, registry.Parse(subject, completed, how.Normalize)));
            if (request.Id is null && registry.Find(subject, schema, Visibility.Live) is { } meanwhile)
                return meanwhile;
            CheckWritable(subject, request.Id);
            var added = Next(subject, schema, request);
            if (registry.EffectiveMode(subject) != RegistryMode.IMPORT && !how.Force
                && registry.Check(subject, schema) is { IsCompatible: false } verdict)
                throw RegistryProblems.Incompatible(options.IncompatibleSchemaErrorCode, subject, verdict.Messages);
            if (how.DryRun)
                return added;
            await log.AppendAsync([.. NewContext(subject), SchemaRecords.Of(added), .. TombstonesOfTwins(added)]);
            return _store.Find(subject, added.Version) ?? added;
        });
    }

    /// <summary>
    /// Deletes a subject: first softly, then, when asked for permanently, for good. Returns the versions.
    /// </summary>
    public Task<IReadOnlyList<int>> DeleteSubjectAsync(
        string subject, bool permanent, CancellationToken cancellation) => WriteAsync(cancellation, async () =>
        {
            CheckNotReadOnly(subject);
            var all = _store.Versions(subject, Visibility.LiveAndDeleted);
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
    public Task DeleteVersionAsync(
        string subject, int version, bool permanent, CancellationToken cancellation) =>
        WriteAsync(cancellation, async () =>
        {
            CheckNotReadOnly(subject);
            var schema = _store.Find(subject, version) ?? throw RegistryProblems.VersionNotFound(version);
            if (permanent && !schema.Deleted)
                throw RegistryProblems.VersionNotSoftDeleted(subject, version);
            if (!permanent && schema.Deleted)
                throw RegistryProblems.VersionSoftDeleted(subject, version);
            CheckNotReferenced(schema);
            await log.AppendAsync(permanent ? [KeepMaxId(subject), SchemaRecords.Tombstone(schema)]
                : [SchemaRecords.Of(schema with { Deleted = true })]);
            return schema;
        });

    /// <summary>Changes the settings of a subject, of a context or of all; null removes them.</summary>
    public Task SetConfigAsync(
        string key, Func<RegistryConfig?, RegistryConfig?> change, CancellationToken cancellation) =>
        WriteAsync(cancellation, async () =>
        {
            await log.AppendAsync([SchemaRecords.Config(key, change(_store.ConfigOf(key)))]);
            return true;
        });

    /// <summary>Sets the mode of a subject, of a context or of all; a null mode removes it.</summary>
    /// <remarks>IMPORT gives ids of another registry, so it wants an empty place, unless it is forced.</remarks>
    public Task SetModeAsync(string key, RegistryMode? mode, bool force, CancellationToken cancellation) =>
        WriteAsync(cancellation, async () =>
        {
            List<SchemaLogRecord> records = [];
            if (mode == RegistryMode.IMPORT && registry.EffectiveMode(key) != RegistryMode.IMPORT)
            {
                var there = _store.All(Visibility.LiveAndDeleted, subject => IsUnder(subject, key));
                if (!force && there.Any(schema => !schema.Deleted))
                    throw RegistryProblems.NotPermitted("Cannot import since found existing subjects");
                var leftovers = there.Where(schema => schema.Deleted).ToList();
                if (leftovers.Count > 0)
                    records.Add(KeepMaxId(key));
                records.AddRange(leftovers.Select(SchemaRecords.Tombstone));
            }
            await log.AppendAsync([.. records, SchemaRecords.Mode(key, mode)]);
            return true;
        });

    /// <summary>Removes the modes of everything under a key, and its own.</summary>
    public Task DeleteModesUnderAsync(string key, CancellationToken cancellation) =>
        WriteAsync(cancellation, async () =>
        {
            var keys = _store.Settings().Modes.Keys.Where(one => one == key || IsUnder(one, key));
            await log.AppendAsync([.. keys.Select(one => SchemaRecords.Mode(one, null))]);
            return true;
        });

    /// <summary>Removes an empty context.</summary>
    public Task DeleteContextAsync(string context, CancellationToken cancellation) =>
        WriteAsync(cancellation, async () =>
        {
            if (_store.All(Visibility.LiveAndDeleted, subject => SubjectNames.ContextOf(subject) == context).Count > 0)
                throw RegistryProblems.ContextNotEmpty(context);
            await log.AppendAsync([KeepMaxId($":{context}:"), SchemaRecords.Context(context, exists: false)]);
            return true;
        });

    /// <summary>Appends what somebody else has decided, in turn with all other writes.</summary>
    public Task AppendAsync(Func<IReadOnlyList<SchemaLogRecord>> decide, CancellationToken cancellation) =>
        WriteAsync(cancellation, async () =>
        {
            await log.AppendAsync(decide());
            return true;
        });

    public void Dispose() => _writer.Dispose();

    private async Task<T> WriteAsync<T>(CancellationToken cancellation, Func<Task<T>> write)
    {
        await _writer.WaitAsync(cancellation);
        try
        {
            await log.BeginWriteAsync();
            return await write();
        }
        finally
        {
            _writer.Release();
        }
    }

    private StoredSchema? Known(string subject, RegisterSchemaRequest request, RegisterOptions how)
    {
        var mayBeKnown = request.Id is null && request.Version is null && !registry.EffectiveConfig(subject).Fills;
        if (mayBeKnown && registry.FindByText(subject, request, how.Normalize) is { } known)
            return known;
        // Also for its own sake: what cannot be read is refused here, before the write takes its turn.
        var parsed = registry.Parse(subject, request, how.Normalize);
        return mayBeKnown ? registry.Find(subject, parsed, Visibility.Live) : null;
    }

    // Without a text the latest schema is meant, with other metadata or rules.
    private RegisterSchemaRequest Completed(string subject, RegisterSchemaRequest request)
    {
        if (!string.IsNullOrEmpty(request.Schema) || (request.Metadata is null && request.RuleSet is null))
            return request;
        return _store.Versions(subject, Visibility.Live).LastOrDefault() is not { } latest ? request : request with
        {
            Schema = latest.Text,
            SchemaType = latest.SchemaType,
            References = latest.References,
        };
    }

    private StoredSchema Next(string subject, ParsedSchema schema, RegisterSchemaRequest request)
    {
        var context = SubjectNames.ContextOf(subject);
        var isImport = registry.EffectiveMode(subject) == RegistryMode.IMPORT;
        var next = (_store.Versions(subject, Visibility.LiveAndDeleted).LastOrDefault()?.Version ?? 0) + 1;
        if (request.Version is { } wanted && wanted > 0 && wanted != next && !isImport)
            throw RegistryProblems.InvalidSchema($"the version is {wanted}, but the next one is {next}");
        if (request.Version > 0 && !isImport)
            schema = schema with { Metadata = Stamped(schema.Metadata, next) };
        if (request.Id is { } id && _store.VersionsOf(context, id, Visibility.LiveAndDeleted)
            .Any(one => one.Guid != schema.Guid))
            throw RegistryProblems.NotPermitted($"Overwrite new schema with id {id} is not permitted.");
        var version = isImport && request.Version > 0 ? request.Version.Value : next;
        return new StoredSchema(subject, version,
            request.Id ?? _store.IdOf(context, schema.Guid) ?? _store.MaxId(context) + 1, schema.Guid,
            schema.SchemaType, schema.Text, schema.References, Deleted: false,
            options.Time.GetUtcNow().ToUnixTimeMilliseconds()) { Metadata = schema.Metadata, Rules = schema.Rules };
    }

    private static SchemaMetadata? Stamped(SchemaMetadata? metadata, int version) => SchemaMetadata.Merge(metadata,
        new SchemaMetadata(Properties: new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [VersionProperty] = version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        }));

    private void CheckExpected(string subject, RegisterOptions how)
    {
        if (how.ExpectedLatest is not { } expected)
            return;
        var latest = _store.Versions(subject, Visibility.Live).LastOrDefault()?.Version ?? 0;
        if (latest != expected)
            throw new ProblemException(StatusCodes.Status412PreconditionFailed,
                $"The latest version of '{subject}' is {latest}, not {expected} as If-Match says.");
    }

    private void CheckWritable(string subject, int? id)
    {
        CheckNotReadOnly(subject);
        var isImport = registry.EffectiveMode(subject) == RegistryMode.IMPORT;
        if (isImport && id is not > 0)
            throw RegistryProblems.NotPermitted($"Subject {subject} is in import mode: a schema must come with its id");
        if (!isImport && id > 0)
            throw RegistryProblems.NotPermitted($"Subject {subject} is not in import mode");
    }

    private void CheckNotReadOnly(string subject)
    {
        if (registry.EffectiveMode(subject).IsReadOnly())
            throw RegistryProblems.ReadOnly(subject);
    }

    private void CheckNotReferenced(StoredSchema schema)
    {
        if (_store.ReferencedBy(schema.Subject, schema.Version, Visibility.Live).Count > 0)
            throw RegistryProblems.Referenced(schema.Subject, schema.Version);
    }

    private IEnumerable<SchemaLogRecord> NewContext(string subject)
    {
        var context = SubjectNames.ContextOf(subject);
        return context.Length == 0 || _store.Contexts().Contains(context) ? []
            : [SchemaRecords.Context(context, exists: true)];
    }

    // A schema that returns after a soft deletion replaces its deleted self.
    private IEnumerable<SchemaLogRecord> TombstonesOfTwins(StoredSchema added) =>
        _store.Versions(added.Subject, Visibility.DeletedOnly)
            .Where(schema => schema.Guid == added.Guid && schema.Version != added.Version)
            .Select(SchemaRecords.Tombstone);

    private List<SchemaLogRecord> Softly(string subject, IReadOnlyList<StoredSchema> deleted)
    {
        List<SchemaLogRecord> records = [SchemaRecords.DeleteSubject(subject, deleted[^1].Version)];
        if (_store.ModeOf(subject) is not null)
            records.Add(SchemaRecords.Mode(subject, null));
        if (_store.ConfigOf(subject) is not null)
            records.Add(SchemaRecords.Config(subject, null));
        return records;
    }

    private List<SchemaLogRecord> ForGood(string subject, IReadOnlyList<StoredSchema> deleted) =>
    [
        KeepMaxId(subject),
        .. deleted.Select(SchemaRecords.Tombstone),
        SchemaRecords.Delete(SchemaTopicKey.OfDeleteSubject(subject)),
    ];

    private SchemaLogRecord KeepMaxId(string subject)
    {
        var context = SubjectNames.ContextOf(subject);
        return SchemaRecords.KeepMaxId(context, _store.MaxId(context));
    }

    private static bool IsUnder(string subject, string key) => key == SubjectNames.GlobalContext
        || subject == key || (key.Length == 0 && SubjectNames.ContextOf(subject).Length == 0)
        || (SubjectNames.IsContext(key) && subject.StartsWith(key, StringComparison.Ordinal));
}
