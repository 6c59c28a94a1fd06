using Platform.Api.SchemaRegistry.Compatibility;
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
    private readonly Dictionary<int, SortedSet<(string Subject, int Version)>> _byId = [];
    private readonly Dictionary<Guid, int> _idByGuid = [];
    private readonly Dictionary<string, CompatibilityLevel> _levels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RegistryMode> _modes = new(StringComparer.Ordinal);
    private CompatibilityLevel? _globalLevel;
    private RegistryMode? _globalMode;
    private int _maxId;

    /// <summary>The highest id ever given.</summary>
    public int MaxId => Read(() => _maxId);

    public CompatibilityLevel GlobalLevel => Read(() => _globalLevel ?? CompatibilityLevels.Default);

    public RegistryMode GlobalMode => Read(() => _globalMode ?? RegistryMode.READWRITE);

    public CompatibilityLevel? LevelOf(string subject) =>
        Read(() => _levels.TryGetValue(subject, out var level) ? level : (CompatibilityLevel?)null);

    public RegistryMode? ModeOf(string subject) =>
        Read(() => _modes.TryGetValue(subject, out var mode) ? mode : (RegistryMode?)null);

    /// <summary>Names in ordinal order. A subject counts as deleted when all its versions are.</summary>
    public IReadOnlyList<string> Subjects(Visibility which, string prefix) => Read(() => (IReadOnlyList<string>)
        [.. _subjects.Where(subject => subject.Key.StartsWith(prefix, StringComparison.Ordinal)
            && subject.Value.Versions(which).Any()).Select(subject => subject.Key)]);

    /// <summary>Versions in ascending order; empty when there is no such subject.</summary>
    public IReadOnlyList<StoredSchema> Versions(string subject, Visibility which) => Read(() =>
        _subjects.TryGetValue(subject, out var state) ? (IReadOnlyList<StoredSchema>)[.. state.Versions(which)] : []);

    public StoredSchema? Find(string subject, int version) =>
        Read(() => _subjects.TryGetValue(subject, out var state) ? state.Find(version) : null);

    /// <summary>A version that carries the id, a live one when there is one.</summary>
    public StoredSchema? FindById(int id) =>
        Read(() => Holders(id).OrderBy(schema => schema.Deleted).FirstOrDefault());

    /// <summary>Every version of every subject that carries the id.</summary>
    public IReadOnlyList<StoredSchema> VersionsOf(int id, Visibility which) => Read(() =>
        (IReadOnlyList<StoredSchema>)[.. Holders(id).Where(schema => which.Shows(schema.Deleted))]);

    /// <summary>The id that this content has, or null when no subject has held it.</summary>
    public int? IdOf(Guid guid) => Read(() => _idByGuid.TryGetValue(guid, out var id) ? id : (int?)null);

    /// <summary>All versions of all subjects, by subject and version.</summary>
    public IReadOnlyList<StoredSchema> All(Visibility which) => Read(() =>
        (IReadOnlyList<StoredSchema>)[.. _subjects.Values.SelectMany(subject => subject.Versions(which))]);

    /// <summary>Ids of live schemas that refer to a version.</summary>
    public IReadOnlyList<int> ReferencedBy(string subject, int version) => Read(() => (IReadOnlyList<int>)
        [.. _subjects.Values.SelectMany(state => state.Versions(Visibility.Live))
            .Where(schema => schema.References.Any(one => one.Subject == subject && one.Version == version))
            .Select(schema => schema.Id).Distinct().Order()]);

    internal void Put(StoredSchema schema)
    {
        lock (_lock)
        {
            RemoveHolder(schema.Subject, schema.Version);
            if (!_subjects.TryGetValue(schema.Subject, out var state))
                _subjects.Add(schema.Subject, state = new SubjectState());
            state.Put(schema);
            if (!_byId.TryGetValue(schema.Id, out var holders))
                _byId.Add(schema.Id, holders = []);
            holders.Add((schema.Subject, schema.Version));
            _idByGuid[schema.Guid] = schema.Id;
            _maxId = Math.Max(_maxId, schema.Id);
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
            if (_subjects.TryGetValue(subject, out var state))
                state.DeleteUpTo(version);
        }
    }

    internal void RaiseMaxId(int id)
    {
        lock (_lock)
            _maxId = Math.Max(_maxId, id);
    }

    internal void SetLevel(string? subject, CompatibilityLevel? level)
    {
        lock (_lock)
        {
            if (subject is null)
                _globalLevel = level;
            else if (level is { } value)
                _levels[subject] = value;
            else
                _levels.Remove(subject);
        }
    }

    internal void SetMode(string? subject, RegistryMode? mode)
    {
        lock (_lock)
        {
            if (subject is null)
                _globalMode = mode;
            else if (mode is { } value)
                _modes[subject] = value;
            else
                _modes.Remove(subject);
        }
    }

    // The content is forgotten with its last holder, its id is not: _maxId never goes back.
    private void RemoveHolder(string subject, int version)
    {
        if (!_subjects.TryGetValue(subject, out var state) || state.Find(version) is not { } old)
            return;
        state.Remove(version);
        if (state.IsEmpty)
            _subjects.Remove(subject);
        var holders = _byId[old.Id];
        holders.Remove((subject, version));
        if (holders.Count > 0)
            return;
        _byId.Remove(old.Id);
        _idByGuid.Remove(old.Guid);
    }

    private IEnumerable<StoredSchema> Holders(int id) => _byId.TryGetValue(id, out var holders)
        ? holders.Select(holder => _subjects[holder.Subject].Find(holder.Version)!) : [];

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }
}
