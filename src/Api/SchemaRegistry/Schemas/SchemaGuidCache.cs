using System.Collections.Concurrent;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>
/// Hashes of texts that were read before and need nothing but themselves. The trees of some languages cannot be kept, but most
/// registrations ask only whether the subject holds the schema, and that the hash tells.
/// </summary>
internal sealed class SchemaGuidCache
{
    /// <summary>Characters of the texts that are kept; beyond it all are forgotten.</summary>
    public const long MaxChars = 2 * 1024 * 1024;

    private readonly ConcurrentDictionary<(string Type, string Text, ParseOptions Options), Guid> _all = new();
    private long _chars;

    public Guid? Find(string type, string text, ParseOptions options) =>
        _all.TryGetValue((type, text, options), out var guid) ? guid : null;

    public void Keep(string type, string text, ParseOptions options, Guid guid)
    {
        if (Interlocked.Add(ref _chars, text.Length) > MaxChars)
        {
            _all.Clear();
            Interlocked.Exchange(ref _chars, text.Length);
        }
        _all.TryAdd((type, text, options), guid);
    }
}
