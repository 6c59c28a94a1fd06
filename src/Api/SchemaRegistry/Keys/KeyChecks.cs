using System.Buffers.Text;

namespace Platform.Api.SchemaRegistry.Keys;

/// <summary>What a key must be like to be kept.</summary>
internal static class KeyChecks
{
    /// <summary>The algorithm where none is named.</summary>
    public const string DefaultAlgorithm = "AES256_GCM";

    private const int MaxNameChars = 255;
    private const int MaxMaterialChars = 64 * 1024;
    private static readonly string[] Algorithms = ["AES128_GCM", DefaultAlgorithm, "AES256_SIV"];

    /// <summary>The key encryption key of a request. Throws 42271.</summary>
    public static StoredKek Kek(CreateKekRequest request)
    {
        Name(request.Name);
        if (string.IsNullOrEmpty(request.KmsType))
            throw KeyProblems.Invalid("kmsType", "is missing");
        if (string.IsNullOrEmpty(request.KmsKeyId))
            throw KeyProblems.Invalid("kmsKeyId", "is missing");
        return new StoredKek(request.Name!, KmsType(request.KmsType), request.KmsKeyId,
            Sorted(request.KmsProps ?? new Dictionary<string, string>()), request.Doc, request.Shared, KeyId.KekType,
            request.Deleted);
    }

    /// <summary>The data encryption key of a request. Throws 42271.</summary>
    public static StoredDek Dek(string kekName, CreateDekRequest request, int defaultVersion)
    {
        Subject(request.Subject);
        if (request.Version is < 1)
            throw KeyProblems.Invalid("version", "must be at least 1");
        if (request.EncryptedKeyMaterial is { } material
            && (material.Length > MaxMaterialChars || !Base64.IsValid(material)))
            throw KeyProblems.Invalid("encryptedKeyMaterial", $"must be base64 of at most {MaxMaterialChars} characters");
        return new StoredDek(kekName, request.Subject!, Algorithm(request.Algorithm), request.Version ?? defaultVersion,
            request.EncryptedKeyMaterial, KeyId.DekType, request.Deleted);
    }

    /// <summary>Throws 42271 for what is no name: letters, digits, _ and -, with a letter or _ in front.</summary>
    public static void Name(string? name)
    {
        var isValid = name is { Length: > 0 and <= MaxNameChars } && (char.IsLetter(name[0]) || name[0] == '_')
            && name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '-');
        if (!isValid)
            throw KeyProblems.Invalid("name", "must begin with a letter or _ and go on with letters, digits, _ and -");
    }

    /// <summary>Throws 42271 for what is no subject.</summary>
    public static void Subject(string? subject)
    {
        if (string.IsNullOrEmpty(subject) || subject.Any(char.IsControl))
            throw KeyProblems.Invalid("subject", "is missing or holds control characters");
    }

    /// <summary>The algorithm with the name, or the default one for none. Throws 42271.</summary>
    public static string Algorithm(string? name) => name is null ? DefaultAlgorithm
        : Algorithms.Contains(name) ? name
        : throw KeyProblems.Invalid("algorithm", $"must be one of {string.Join(", ", Algorithms)}");

    /// <summary>Properties in a fixed order, so that equal ones give equal records.</summary>
    public static SortedDictionary<string, string> Sorted(IReadOnlyDictionary<string, string> properties) =>
        new(properties.ToDictionary(), StringComparer.Ordinal);

    // What clients of different ages call the same service.
    private static string KmsType(string type) =>
        type.StartsWith("aws", StringComparison.OrdinalIgnoreCase) ? "aws-kms"
        : type.StartsWith("azure", StringComparison.OrdinalIgnoreCase) ? "azure-kms"
        : type.StartsWith("gcp", StringComparison.OrdinalIgnoreCase) ? "gcp-kms"
        : type;
}
