using System.Globalization;
using Platform.Api.Hosting;

namespace Platform.Api.SchemaRegistry.Keys;

/// <summary>Errors about keys, with Confluent's codes.</summary>
internal static class KeyProblems
{
    public static ProblemException NotFound(string name) => new(40470, $"Key '{name}' not found");

    public static ProblemException NotSoftDeleted(string name) =>
        new(40471, $"Key '{name}' was not deleted first before being permanently deleted");

    public static ProblemException SoftDeleted(string name) => new(40472, $"Key '{name}' must be undeleted first");

    public static ProblemException AlreadyExists(string name) =>
        new(40971, $"Key '{name}' already exists; use a different value");

    public static ProblemException TooMany(int max) => new(40972,
        string.Create(CultureInfo.InvariantCulture, $"A maximum of {max} keys already exist"));

    public static ProblemException Invalid(string field, string reason) => new(42271, $"Invalid key: {field} {reason}");

    public static ProblemException Referenced(string name) =>
        new(42272, $"There are keys that '{name}' encrypts: delete them first");

    /// <summary>Only clients can encrypt: this registry has no access to key management services.</summary>
    public static ProblemException CannotGenerate(string kekName, string kmsType) => new(50070,
        $"Could not generate a key: this registry does not call key management services, and '{kekName}' is of {kmsType}. "
        + "Encrypt the key at the client and send it as encryptedKeyMaterial");
}
