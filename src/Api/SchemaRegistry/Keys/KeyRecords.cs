using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Keys;

/// <summary>Key of a record in the topic of keys, in Confluent's layout: of a KEK its name, of a DEK all that tells it from
/// others.</summary>
internal sealed record KeyId(
    [property: JsonPropertyName("tenant"), JsonPropertyOrder(0)] string Tenant,
    [property: JsonPropertyName("name"), JsonPropertyOrder(1)] string? Name,
    [property: JsonPropertyName("kekName"), JsonPropertyOrder(2)] string? KekName,
    [property: JsonPropertyName("subject"), JsonPropertyOrder(3)] string? Subject,
    [property: JsonPropertyName("algorithm"), JsonPropertyOrder(4)] string? Algorithm,
    [property: JsonPropertyName("version"), JsonPropertyOrder(5)] int? Version,
    [property: JsonPropertyName("type"), JsonPropertyOrder(6)] string Type)
{
    private const string DefaultTenant = "default";

    public const string KekType = "KEK";
    public const string DekType = "DEK";

    public static KeyId OfKek(string name) => new(DefaultTenant, name, null, null, null, null, KekType);

    public static KeyId OfDek(DekId id) =>
        new(DefaultTenant, null, id.KekName, id.Subject, id.Algorithm, id.Version, DekType);
}

/// <summary>Value of a key encryption key.</summary>
internal sealed record StoredKek(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("kmsType")] string KmsType,
    [property: JsonPropertyName("kmsKeyId")] string KmsKeyId,
    [property: JsonPropertyName("kmsProps")] SortedDictionary<string, string> KmsProps,
    [property: JsonPropertyName("doc")] string? Doc,
    [property: JsonPropertyName("shared")] bool Shared,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("deleted")] bool Deleted)
{
    /// <summary>When the record was written, in ms since 1970.</summary>
    [JsonIgnore]
    public long Ts { get; init; }

    /// <summary>True when only the deletion tells them apart.</summary>
    public bool IsEquivalent(StoredKek other) => Name == other.Name && KmsType == other.KmsType
        && KmsKeyId == other.KmsKeyId && Doc == other.Doc && Shared == other.Shared
        && KmsProps.SequenceEqual(other.KmsProps);

    public Kek ToKek() => new(Name, KmsType, KmsKeyId, KmsProps, Doc, Shared, Ts, Deleted ? true : null);
}

/// <summary>Value of a data encryption key.</summary>
internal sealed record StoredDek(
    [property: JsonPropertyName("kekName")] string KekName,
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("algorithm")] string Algorithm,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("encryptedKeyMaterial")] string? EncryptedKeyMaterial,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("deleted")] bool Deleted)
{
    /// <summary>When the record was written, in ms since 1970.</summary>
    [JsonIgnore]
    public long Ts { get; init; }

    [JsonIgnore]
    public DekId Id => new(KekName, Subject, Algorithm, Version);

    public Dek ToDek() =>
        new(KekName, Subject, Version, Algorithm, EncryptedKeyMaterial, Ts, Deleted ? true : null);
}

/// <summary>Which data encryption key.</summary>
internal readonly record struct DekId(string KekName, string Subject, string Algorithm, int Version);
