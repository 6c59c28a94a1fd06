namespace Platform.Cluster.Configuration;

/// <summary>What all settings have, whatever their type.</summary>
internal sealed record ConfigDeclaration(
    string Name,
    ConfigScope Scope,
    int Ordinal,
    Importance Importance,
    ConfigUpdateMode UpdateMode,
    string Doc,
    string? NoEffect,
    IReadOnlyList<ConfigSynonym> Synonyms);
