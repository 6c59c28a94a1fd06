namespace Platform.Cluster.Configuration;

/// <summary>Declares settings of one scope; each method declares one and returns its key.</summary>
public sealed class ConfigGroup(ConfigScope scope)
{
    private readonly List<ConfigKey> _keys = [];
    private readonly Dictionary<string, ConfigKey> _byName = new(StringComparer.Ordinal);

    /// <summary>Every key, in the order of declaration.</summary>
    public IReadOnlyList<ConfigKey> Keys => _keys;

    /// <summary>The key of that name, or null.</summary>
    public ConfigKey? Find(string name) => _byName.GetValueOrDefault(name);

    internal ConfigKey<bool> Boolean(string name, bool defaultValue, string doc,
        Importance importance = Importance.Medium,
        ConfigUpdateMode update = ConfigUpdateMode.ReadOnly, ConfigKey? inherits = null, string? noEffect = null) =>
        Add(Declare(name, doc, importance, update, inherits, noEffect), ConfigValueTypes.Boolean, defaultValue);

    internal ConfigKey<bool?> OptionalBoolean(string name, string doc, Importance importance = Importance.Medium) =>
        Add(Declare(name, doc, importance, ConfigUpdateMode.ReadOnly, null, null), ConfigValueTypes.OptionalBoolean, null);

    internal ConfigKey<int> Int(string name, int defaultValue, string doc, int min = int.MinValue,
        int max = int.MaxValue,
        Importance importance = Importance.Medium, ConfigUpdateMode update = ConfigUpdateMode.ReadOnly,
        ConfigKey? inherits = null, ConfigSynonym[]? synonyms = null, string? noEffect = null) =>
        Add(Declare(name, doc, importance, update, inherits, noEffect, synonyms),
            ConfigValueTypes.Number(ConfigType.Int, min, max), defaultValue);

    internal ConfigKey<int> IntOr(string name, int defaultValue, int min, int max, int special, string doc,
        ConfigUpdateMode update = ConfigUpdateMode.ReadOnly, ConfigKey? inherits = null) =>
        Add(Declare(name, doc, Importance.Medium, update, inherits, null),
            ConfigValueTypes.RangeOr(min, max, special), defaultValue);

    internal ConfigKey<int?> OptionalInt(string name, string doc, int min = int.MinValue, int max = int.MaxValue,
        Importance importance = Importance.Medium, ConfigUpdateMode update = ConfigUpdateMode.ReadOnly,
        ConfigSynonym[]? synonyms = null, string? noEffect = null) =>
        Add(Declare(name, doc, importance, update, null, noEffect, synonyms),
            ConfigValueTypes.OptionalNumber(ConfigType.Int, min, max), null);

    internal ConfigKey<short> Short(string name, short defaultValue, string doc, short min = short.MinValue,
        short max = short.MaxValue, Importance importance = Importance.Medium, string? noEffect = null) =>
        Add(Declare(name, doc, importance, ConfigUpdateMode.ReadOnly, null, noEffect),
            ConfigValueTypes.Number(ConfigType.Short, min, max), defaultValue);

    internal ConfigKey<long> Long(string name, long defaultValue, string doc, long min = long.MinValue,
        long max = long.MaxValue, Importance importance = Importance.Medium,
        ConfigUpdateMode update = ConfigUpdateMode.ReadOnly, ConfigKey? inherits = null, string? noEffect = null) =>
        Add(Declare(name, doc, importance, update, inherits, noEffect),
            ConfigValueTypes.Number(ConfigType.Long, min, max), defaultValue);

    internal ConfigKey<long?> OptionalLong(string name, string doc, long min = long.MinValue, long max = long.MaxValue,
        Importance importance = Importance.Medium, ConfigUpdateMode update = ConfigUpdateMode.ReadOnly,
        ConfigSynonym[]? synonyms = null) =>
        Add(Declare(name, doc, importance, update, null, null, synonyms),
            ConfigValueTypes.OptionalNumber(ConfigType.Long, min, max), null);

    internal ConfigKey<double> Double(string name, double defaultValue, string doc, double min = double.MinValue,
        double max = double.MaxValue, Importance importance = Importance.Medium,
        ConfigUpdateMode update = ConfigUpdateMode.ReadOnly, ConfigKey? inherits = null, string? noEffect = null) =>
        Add(Declare(name, doc, importance, update, inherits, noEffect),
            ConfigValueTypes.Number(ConfigType.Double, min, max), defaultValue);

    internal ConfigKey<string> String(string name, string defaultValue, string doc, string[]? oneOf = null,
        Importance importance = Importance.Medium, ConfigUpdateMode update = ConfigUpdateMode.ReadOnly,
        ConfigKey? inherits = null, string? noEffect = null) =>
        Add(Declare(name, doc, importance, update, inherits, noEffect),
            ConfigValueTypes.Text<string>(ConfigType.String, oneOf ?? []), defaultValue);

    internal ConfigKey<string?> OptionalString(string name, string doc, Importance importance = Importance.Medium,
        ConfigUpdateMode update = ConfigUpdateMode.ReadOnly, ConfigSynonym[]? synonyms = null,
        string? noEffect = null, string[]? oneOf = null) =>
        Add(Declare(name, doc, importance, update, null, noEffect, synonyms),
            ConfigValueTypes.Text<string?>(ConfigType.String, oneOf ?? []), null);

    internal ConfigKey<string?> OptionalPassword(string name, string doc, Importance importance = Importance.Medium) =>
        Add(Declare(name, doc, importance, ConfigUpdateMode.ReadOnly, null, null),
            ConfigValueTypes.Text<string?>(ConfigType.Password, []), null);

    internal ConfigKey<IReadOnlyList<string>> List(string name, string defaultValue, string doc, string[]? oneOf = null,
        Importance importance = Importance.Medium, ConfigUpdateMode update = ConfigUpdateMode.ReadOnly,
        ConfigKey? inherits = null, string? noEffect = null) =>
        Add(Declare(name, doc, importance, update, inherits, noEffect),
            ConfigValueTypes.List(oneOf ?? []), ConfigValueTypes.Split(defaultValue));

    private ConfigDeclaration Declare(string name, string doc, Importance importance, ConfigUpdateMode update,
        ConfigKey? inherits, string? noEffect, ConfigSynonym[]? synonyms = null) =>
        new(name, scope, _keys.Count, importance, scope == ConfigScope.Broker ? update : ConfigUpdateMode.ClusterWide,
            doc, noEffect, inherits is null ? synonyms ?? [] : [new ConfigSynonym(inherits), .. inherits.Synonyms]);

    private ConfigKey<T> Add<T>(ConfigDeclaration declaration, ConfigValueType<T> type, T defaultValue)
    {
        var key = new ConfigKey<T>(declaration, type, defaultValue);
        _byName.Add(key.Name, key);
        _keys.Add(key);
        return key;
    }
}
