using System.Collections.Concurrent;

namespace Platform.Api.SchemaRegistry.Schemas;

/// <summary>Schemas that were read before, by their text. Forgets all of them when they take too much memory.</summary>
internal sealed class ParsedSchemaCache
{
    /// <summary>Characters of the texts that are kept; a tree takes some ten times as many bytes.</summary>
    public const long MaxChars = 2 * 1024 * 1024;

    private readonly ConcurrentDictionary<(string Text, ParseOptions Options), ParsedSchema> _all = new();
    private long _chars;

    public ParsedSchema? Find(string text, ParseOptions options) => _all.GetValueOrDefault((text, options));

    public void Keep(string text, ParseOptions options, ParsedSchema parsed)
    {
        if (Interlocked.Add(ref _chars, text.Length) > MaxChars)
        {
            _all.Clear();
            Interlocked.Exchange(ref _chars, text.Length);
        }
        _all.TryAdd((text, options), parsed);
    }
}
