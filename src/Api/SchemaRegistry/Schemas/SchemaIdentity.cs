using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>
/// The hash by which equal schemas are found: MD5 over the stored text, the references, the metadata and the rules,
/// without separators. The layout is Confluent's, so that a GUID means the same schema in every registry.
/// </summary>
internal static class SchemaIdentity
{
    private const byte Present = 1;

    public static Guid Of(string text, IReadOnlyList<SchemaReference> references, SchemaMetadata? metadata = null,
        RuleSet? rules = null)
    {
        // MD5 is a name here, not a protection: whoever may register schemas gains nothing from a collision.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        Append(hash, text);
        Span<byte> version = stackalloc byte[sizeof(int)];
        foreach (var reference in references)
        {
            Append(hash, reference.Name, reference.Subject);
            BinaryPrimitives.WriteInt32BigEndian(version, reference.Version);
            hash.AppendData(version);
        }
        Append(hash, metadata);
        Append(hash, rules);
        return new Guid(hash.GetHashAndReset(), bigEndian: true);
    }

    /// <summary>The hash as the records of the schemas topic carry it.</summary>
    public static string ToBase64(Guid guid) => Convert.ToBase64String(guid.ToByteArray(bigEndian: true));

    private static void Append(IncrementalHash hash, SchemaMetadata? metadata)
    {
        if (metadata is null)
            return;
        hash.AppendData([Present]);
        foreach (var (path, tags) in metadata.Tags ?? [])
            Append(hash, [path, .. tags]);
        foreach (var (name, value) in metadata.Properties ?? [])
            Append(hash, name, value);
        Append(hash, [.. metadata.Sensitive ?? []]);
    }

    private static void Append(IncrementalHash hash, RuleSet? rules)
    {
        if (rules is null)
            return;
        hash.AppendData([Present]);
        foreach (var rule in rules.All)
        {
            Append(hash, rule.Name, rule.Doc, rule.Kind, rule.Mode, rule.Type);
            Append(hash, [.. (rule.Tags ?? []).Order(StringComparer.Ordinal)]);
            foreach (var (name, value) in (rule.Params ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal))
                Append(hash, name, value);
            Append(hash, rule.Expr, rule.OnSuccess, rule.OnFailure);
            if (rule.Disabled)
                hash.AppendData([Present]);
        }
        Append(hash, rules.EnableAt);
    }

    private static void Append(IncrementalHash hash, params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text is not null)
                hash.AppendData(Encoding.UTF8.GetBytes(text));
        }
    }
}
