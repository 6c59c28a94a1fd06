using Platform.Api.SchemaRegistry.Config;
using Platform.Api.SchemaRegistry.Schemas;

namespace Platform.Api.SchemaRegistry.Storage;

/// <summary>
/// Everything the registry knows, in memory. Changed only by applying records of the schemas topic in order
/// (<see cref="SchemaStoreReplay"/>), read by requests on any thread; every method takes the one lock shortly.
/// </summary>
internal sealed class SchemaStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, SubjectState> _subjects = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ContextState> _contexts = new(StringComparer.Ordinal);
    private readonly ContextState _default = new();
    private readonly Dictionary<(string Subject, int Version), HashSet<(string, int)>> _referrers = [];
    private readonly Dictionary<string, RegistryConfig> _configs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RegistryMode> _modes = new(StringComparer.Ordinal);

    public SchemaStore() => _contexts.Add("", _default);

    /// <summary>Key of what holds in the default context and for subjects without settings of their own.</summary>
    public const string Global = "";

    /// <summary>The highest id ever given in a context; "" is the default one.</summary>
    public int MaxId(string context) => Read(() => _contexts.GetValueOrDefault(context)?.MaxId ?? 0);

    /// <summary>Own settings of a subject, of :.context: or of <see cref="Global"/>.</summary>
    public RegistryConfig? ConfigOf(string key) => Read(() => _configs.GetValueOrDefault(key));

    /// <summary>Own mode of a subject, of :.context: or of <see cref="Global"/>.</summary>
    public RegistryMode? ModeOf(string key) =>
        Read(() => _modes.TryGetValue(key, out var mode) ? mode : (RegistryMode?)null);

    /// <summary>Contexts with their dot, the default one first.</summary>
    public IReadOnlyList<string> Contexts() => Read(() => (IReadOnlyList<string>)
        [.. _contexts.Keys.Select(name => name.Length == 0 ? SubjectNames.DefaultContext : name)]);

    /// <summary>Names in ordinal order. A subject counts as deleted when all its versions are.</summary>
    public IReadOnlyList<string> Subjects(Visibility which, Func<string, bool> isWanted) => Read(() =>
        (IReadOnlyList<string>)[.. _subjects.Where(
            subject => isWanted(subject.Key) && subject.Value.Versions(which).Any()).Select(subject => subject.Key)]);

    /// <summary>Versions in ascending order; empty when there is no such subject.</summary>
    public IReadOnlyList<StoredSchema> Versions(string subject, Visibility which) => Read(() =>
        _subjects.TryGetValue(subject, out var state) ? (IReadOnlyList<StoredSchema>)[.. state.Versions(which)] : []);

    public StoredSchema? Find(string subject, int version) =>
        Read(() => _subjects.TryGetValue(subject, out var state) ? state.Find(version) : null);

    /// <summary>The highest version of a subject that is asked for, or null.</summary>
    public StoredSchema? Newest(string subject, Visibility which, Func<StoredSchema, bool> isWanted)
    {
        lock (_lock)
            return _subjects.GetValueOrDefault(subject)?.Newest(which, isWanted);
    }

    /// <summary>Every version that carries the id in a context.</summary>
    public IReadOnlyList<StoredSchema> VersionsOf(string context, int id, Visibility which) => Read(() =>
        _contexts.TryGetValue(context, out var state) ? (IReadOnlyList<StoredSchema>)
            [.. state.Holders(id).Where(schema => which.Shows(schema.Deleted))] : []);

    /// <summary>
    /// A version that carries the id, a live one when there is one: in the default context, then in the others.
    /// </summary>
    public StoredSchema? FindById(int id)
    {
        lock (_lock)
        {
            // The default context is never removed, and asked for far more often than all others.
            if (_default.Best(id) is { } found)
                return found;
            foreach (var context in _contexts.Values)
            {
                if (context.Best(id) is { } elsewhere)
                    return elsewhere;
            }
            return null;
        }
    }

    /// <summary>A version with this content, a live one when there is one: in the default context, then in the
    /// others.</summary>
    public StoredSchema? FindByGuid(Guid guid) => Read(() => _contexts.Values
        .Where(context => context.IdOf(guid) is not null)
        .SelectMany(context => context.Holders(context.IdOf(guid)!.Value).OrderBy(schema => schema.Deleted))
        .FirstOrDefault(schema => schema.Guid == guid));

    /// <summary>The id that this content has in a context, or null when no subject there has held it.</summary>
    public int? IdOf(string context, Guid guid) =>
        Read(() => _contexts.GetValueOrDefault(context)?.IdOf(guid));

    /// <summary>The contexts that hold a content, and its id in each.</summary>
    public IReadOnlyList<(string Context, int Id)> IdsOf(Guid guid) => Read(() =>
        (IReadOnlyList<(string, int)>)[.. _contexts.Where(context => context.Value.IdOf(guid) is not null)
            .Select(context => (context.Key, context.Value.IdOf(guid)!.Value))]);

    /// <summary>All versions of the wanted subjects, by subject and version.</summary>
    public IReadOnlyList<StoredSchema> All(Visibility which, Func<string, bool> isWanted) => Read(() =>
        (IReadOnlyList<StoredSchema>)[.. _subjects.Where(subject => isWanted(subject.Key))
            .SelectMany(subject => subject.Value.Versions(which))]);

    /// <summary>Schemas that refer to a version, by id.</summary>
    public IReadOnlyList<StoredSchema> ReferencedBy(string subject, int version, Visibility which) => Read(() =>
        (IReadOnlyList<StoredSchema>)[.. _referrers.GetValueOrDefault((subject, version), [])
            .Select(holder => _subjects[holder.Item1].Find(holder.Item2)!)
            .Where(schema => which.Shows(schema.Deleted)).OrderBy(schema => schema.Id)]);

    /// <summary>Everything that has own settings or an own mode.</summary>
    public (IReadOnlyDictionary<string, RegistryConfig> Configs, IReadOnlyDictionary<string, RegistryMode> Modes)
        Settings() => Read(() => ((IReadOnlyDictionary<string, RegistryConfig>)
            new SortedDictionary<string, RegistryConfig>(_configs, StringComparer.Ordinal),
            (IReadOnlyDictionary<string, RegistryMode>)
            new SortedDictionary<string, RegistryMode>(_modes, StringComparer.Ordinal)));

    internal void Put(StoredSchema schema)
    {
        lock (_lock)
        {
            RemoveHolder(schema.Subject, schema.Version);
            if (!_subjects.TryGetValue(schema.Subject, out var state))
                _subjects.Add(schema.Subject, state = new SubjectState());
            state.Put(schema);
            Context(SubjectNames.ContextOf(schema.Subject)).Add(schema);
            foreach (var target in Targets(schema))
            {
                if (!_referrers.TryGetValue(target, out var holders))
                    _referrers.Add(target, holders = []);
                holders.Add((schema.Subject, schema.Version));
            }
        }
    }

    internal void Remove(string subject, int version)
    {
        lock (_lock)
            RemoveHolder(subject, version);
    }

    internal void DeleteUpTo(string subject, int version)
    {
        lock (_lock)
        {
            if (!_subjects.TryGetValue(subject, out var state))
                return;
            foreach (var schema in state.Versions(Visibility.Live).Where(one => one.Version <= version).ToList())
                Put(schema with { Deleted = true });
        }
    }

    internal void RaiseMaxId(string context, int id)
    {
        lock (_lock)
        {
            var state = Context(context);
            state.MaxId = Math.Max(state.MaxId, id);
        }
    }

    internal void AddContext(string name)
    {
        lock (_lock)
            Context(name);
    }

    internal void RemoveContext(string name)
    {
        lock (_lock)
        {
            if (name.Length > 0)
                _contexts.Remove(name);
        }
    }

    internal void SetConfig(string key, RegistryConfig? config)
    {
        lock (_lock)
        {
            if (config is null)
                _configs.Remove(key);
            else
                _configs[key] = config;
        }
    }

    internal void SetMode(string key, RegistryMode? mode)
    {
        lock (_lock)
        {
            if (mode is { } value)
                _modes[key] = value;
            else
                _modes.Remove(key);
        }
    }

    private ContextState Context(string name)
    {
        if (!_contexts.TryGetValue(name, out var context))
            _contexts.Add(name, context = new ContextState());
        return context;
    }

    private void RemoveHolder(string subject, int version)
    {
        if (!_subjects.TryGetValue(subject, out var state) || state.Find(version) is not { } old)
            return;
        state.Remove(version);
        if (state.IsEmpty)
            _subjects.Remove(subject);
        Context(SubjectNames.ContextOf(subject)).Remove(old);
        foreach (var target in Targets(old))
        {
            if (_referrers.TryGetValue(target, out var holders) && holders.Remove((subject, version))
                && holders.Count == 0)
                _referrers.Remove(target);
        }
    }

    private static IEnumerable<(string, int)> Targets(StoredSchema schema) => schema.References.Select(reference =>
        (SubjectNames.Qualify(SubjectNames.ContextOf(schema.Subject), reference.Subject ?? ""), reference.Version));

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }
}
