namespace Platform.Cluster.Configuration;

/// <summary>Typed reading of settings. C# has no generic indexer, hence one per type;
/// <see cref="Get{T}"/> reads any.</summary>
public abstract class ConfigValues
{
    private readonly ConfigScope _scope;

    private protected ConfigValues(ConfigScope scope) => _scope = scope;

    private protected object?[] Values { get; set; } = [];

    /// <summary>The value that counts.</summary>
    public bool this[ConfigKey<bool> key] => Get(key);

    /// <summary>The value that counts.</summary>
    public short this[ConfigKey<short> key] => Get(key);

    /// <summary>The value that counts.</summary>
    public int this[ConfigKey<int> key] => Get(key);

    /// <summary>The value that counts, or null when neither it nor a synonym is set.</summary>
    public int? this[ConfigKey<int?> key] => Get(key);

    /// <summary>The value that counts.</summary>
    public long this[ConfigKey<long> key] => Get(key);

    /// <summary>The value that counts, or null when neither it nor a synonym is set.</summary>
    public long? this[ConfigKey<long?> key] => Get(key);

    /// <summary>The value that counts.</summary>
    public double this[ConfigKey<double> key] => Get(key);

    /// <summary>The value that counts. Text that may be missing is read by <see cref="Get{T}"/>.</summary>
    public string this[ConfigKey<string> key] => Get(key);

    /// <summary>The value that counts.</summary>
    public IReadOnlyList<string> this[ConfigKey<IReadOnlyList<string>> key] => Get(key);

    /// <summary>The value that counts, with synonyms and their units resolved.</summary>
    public T Get<T>(ConfigKey<T> key) => key.Scope == _scope ? (T)Values[key.Ordinal]!
        : throw new ArgumentException($"{key.Name} is a setting of another kind: {key.Scope}", nameof(key));
}
