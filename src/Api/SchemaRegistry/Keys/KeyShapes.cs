using System.Text.Json.Serialization;

namespace Platform.Api.SchemaRegistry.Keys;

/// <summary>A key encryption key: it lies in a key management service, and is only named here.</summary>
/// <param name="Name">Its name.</param>
/// <param name="KmsType">The service, such as aws-kms.</param>
/// <param name="KmsKeyId">Its id there.</param>
/// <param name="KmsProps">What the service wants to know besides.</param>
/// <param name="Doc">What it is for.</param>
/// <param name="Shared">Registries may use it as well as clients.</param>
/// <param name="Ts">When it was changed last, in ms since 1970.</param>
/// <param name="Deleted">True when it is deleted softly; absent otherwise.</param>
internal sealed record Kek(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("kmsType")] string KmsType,
    [property: JsonPropertyName("kmsKeyId")] string KmsKeyId,
    [property: JsonPropertyName("kmsProps")] IReadOnlyDictionary<string, string> KmsProps,
    [property: JsonPropertyName("doc")] string? Doc,
    [property: JsonPropertyName("shared")] bool Shared,
    [property: JsonPropertyName("ts")] long Ts,
    [property: JsonPropertyName("deleted")] bool? Deleted);

/// <summary>A data encryption key, encrypted by a key encryption key. Who may use that one can read fields that were
/// encrypted by this one.</summary>
/// <param name="KekName">The key that encrypts it.</param>
/// <param name="Subject">The subject whose data it encrypts.</param>
/// <param name="Version">1 for the first; keys that are rotated have more.</param>
/// <param name="Algorithm">AES128_GCM, AES256_GCM or AES256_SIV.</param>
/// <param name="EncryptedKeyMaterial">The key, encrypted, in base64.</param>
/// <param name="Ts">When it was changed last, in ms since 1970.</param>
/// <param name="Deleted">True when it is deleted softly; absent otherwise.</param>
internal sealed record Dek(
    [property: JsonPropertyName("kekName")] string KekName,
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("algorithm")] string Algorithm,
    [property: JsonPropertyName("encryptedKeyMaterial")] string? EncryptedKeyMaterial,
    [property: JsonPropertyName("ts")] long Ts,
    [property: JsonPropertyName("deleted")] bool? Deleted);

/// <summary>A key encryption key to be made known.</summary>
internal sealed record CreateKekRequest(
    [property: JsonPropertyName("name")] string? Name,
    [property: JsonPropertyName("kmsType")] string? KmsType,
    [property: JsonPropertyName("kmsKeyId")] string? KmsKeyId,
    [property: JsonPropertyName("kmsProps")] IReadOnlyDictionary<string, string>? KmsProps = null,
    [property: JsonPropertyName("doc")] string? Doc = null,
    [property: JsonPropertyName("shared")] bool Shared = false,
    [property: JsonPropertyName("deleted")] bool Deleted = false);

/// <summary>What is to be changed of a key encryption key; what is absent stays.</summary>
internal sealed record UpdateKekRequest(
    [property: JsonPropertyName("kmsProps")] IReadOnlyDictionary<string, string>? KmsProps = null,
    [property: JsonPropertyName("doc")] string? Doc = null,
    [property: JsonPropertyName("shared")] bool? Shared = null);

/// <summary>A data encryption key to be kept.</summary>
internal sealed record CreateDekRequest(
    [property: JsonPropertyName("subject")] string? Subject,
    [property: JsonPropertyName("version")] int? Version = null,
    [property: JsonPropertyName("algorithm")] string? Algorithm = null,
    [property: JsonPropertyName("encryptedKeyMaterial")] string? EncryptedKeyMaterial = null,
    [property: JsonPropertyName("deleted")] bool Deleted = false);
