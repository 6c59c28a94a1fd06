namespace Platform.Cluster.Configuration;

/// <summary>A value together with the key and the place that it was set by.</summary>
/// <param name="Key">Key that carries the value; for a synonym another one than the key asked for.</param>
/// <param name="Value">The text as it was set, in the unit of <paramref name="Key"/>.</param>
/// <param name="Source">Where it was set.</param>
public readonly record struct ConfigEntry(ConfigKey Key, string? Value, ConfigSource Source);
