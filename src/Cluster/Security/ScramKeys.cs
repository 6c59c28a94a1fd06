using System.Security.Cryptography;
using System.Text;
using Platform.Cluster.Metadata;

namespace Platform.Cluster.Security;

/// <summary>What a server keeps of a salted password (RFC 5802, chapter 3): StoredKey = H(HMAC(password, "Client Key")) and
/// ServerKey = HMAC(password, "Server Key").</summary>
public static class ScramKeys
{
    private static readonly byte[] ClientKeyText = Encoding.ASCII.GetBytes("Client Key");
    private static readonly byte[] ServerKeyText = Encoding.ASCII.GetBytes("Server Key");

    /// <summary>The credential of a salted password.</summary>
    public static ScramCredential Credential(ScramMechanism mechanism, byte[] salt, byte[] saltedPassword, int iterations) =>
        mechanism == ScramMechanism.Sha512
            ? new(salt, SHA512.HashData(HMACSHA512.HashData(saltedPassword, ClientKeyText)),
                HMACSHA512.HashData(saltedPassword, ServerKeyText), iterations)
            : new(salt, SHA256.HashData(HMACSHA256.HashData(saltedPassword, ClientKeyText)),
                HMACSHA256.HashData(saltedPassword, ServerKeyText), iterations);
}
