using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>
/// The hash by which equal schemas are found: MD5 over the stored text and, for each reference, its name, subject and
/// version. The layout is Confluent's, so that a GUID means the same schema in every registry.
/// </summary>
internal static class SchemaIdentity
{
    public static Guid Of(string text, IReadOnlyList<SchemaReference> references)
    {
        // MD5 is a name here, not a protection: whoever may register schemas gains nothing from a collision.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        Span<byte> version = stackalloc byte[sizeof(int)];
        foreach (var reference in references)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(reference.Name));
            hash.AppendData(Encoding.UTF8.GetBytes(reference.Subject));
            BinaryPrimitives.WriteInt32BigEndian(version, reference.Version);
            hash.AppendData(version);
        }
        return new Guid(hash.GetHashAndReset(), bigEndian: true);
    }

    /// <summary>The hash as the records of the schemas topic carry it.</summary>
    public static string ToBase64(Guid guid) => Convert.ToBase64String(guid.ToByteArray(bigEndian: true));
}
