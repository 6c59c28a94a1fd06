using System.Diagnostics.CodeAnalysis;

namespace Platform.Cluster.Configuration;

/// <summary>One setting: its name, type, default, limits and text. Declared through a
/// <see cref="ConfigGroup"/>.</summary>
public abstract class ConfigKey
{
    private protected ConfigKey(ConfigDeclaration declaration, ConfigType type, string? defaultText, string allowed)
    {
        Name = declaration.Name;
        Scope = declaration.Scope;
        Ordinal = declaration.Ordinal;
        Importance = declaration.Importance;
        UpdateMode = declaration.UpdateMode;
        Doc = declaration.Doc;
        NoEffect = declaration.NoEffect;
        Synonyms = declaration.Synonyms;
        (Type, DefaultText, Allowed) = (type, defaultText, allowed);
    }

    /// <summary>Kafka's name of it, or one that begins with <c>platform.</c>.</summary>
    public string Name { get; }

    /// <summary>What it belongs to.</summary>
    public ConfigScope Scope { get; }

    /// <summary>Place in its group, from 0.</summary>
    public int Ordinal { get; }

    /// <summary>Type of its values.</summary>
    public ConfigType Type { get; }

    /// <summary>How likely an operator is to care.</summary>
    public Importance Importance { get; }

    /// <summary>Whether it can be changed without a restart.</summary>
    public ConfigUpdateMode UpdateMode { get; }

    /// <summary>What it does, in our words.</summary>
    public string Doc { get; }

    /// <summary>Why setting it changes nothing here; null for a setting that has an effect.</summary>
    public string? NoEffect { get; }

    /// <summary>The default as text; null when there is none.</summary>
    public string? DefaultText { get; }

    /// <summary>What is allowed, as a phrase such as "a number of at least 1".</summary>
    public string Allowed { get; }

    /// <summary>Keys that answer when this one is not set, first match wins.</summary>
    public IReadOnlyList<ConfigSynonym> Synonyms { get; }

    /// <summary>True when values must never be shown.</summary>
    public bool IsSensitive => Type == ConfigType.Password;

    internal abstract object? BoxedDefault { get; }

    internal abstract bool TryParseBoxed(string text, out object? value);

    /// <summary>True when <paramref name="text"/> is allowed; otherwise <paramref name="problem"/>
    /// says what is.</summary>
    public bool Validate(string text, [NotNullWhen(false)] out ConfigProblem? problem)
    {
        problem = TryParseBoxed(text, out _) ? null
            : new ConfigProblem(Name, IsSensitive ? null : text, $"must be {Allowed}");
        return problem is null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A setting whose values are read as <typeparamref name="T"/>.</summary>
public sealed class ConfigKey<T> : ConfigKey
{
    private readonly ConfigValueType<T> _type;

    internal ConfigKey(ConfigDeclaration declaration, ConfigValueType<T> type, T defaultValue)
        : base(declaration, type.Type, defaultValue is null ? null : type.Format(defaultValue), type.Allowed) =>
        (_type, DefaultValue) = (type, defaultValue);

    /// <summary>Value when nobody set one.</summary>
    public T DefaultValue { get; }

    internal override object? BoxedDefault => DefaultValue;

    internal override bool TryParseBoxed(string text, out object? value)
    {
        var valid = _type.TryParse(text, out var parsed);
        value = parsed;
        return valid;
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="ConfigException">It is not allowed.</exception>
    public T Parse(string text) =>
        _type.TryParse(text, out var value) ? value
        : throw new ConfigException(new ConfigProblem(Name, IsSensitive ? null : text, $"must be {Allowed}"));
}
