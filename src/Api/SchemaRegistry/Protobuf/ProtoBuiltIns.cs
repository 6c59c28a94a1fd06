using System.Collections.Concurrent;

namespace Platform.Api.SchemaRegistry.Protobuf;

/// <summary>Files that a schema may import without a reference, as with protoc and Confluent's registry.</summary>
internal static class ProtoBuiltIns
{
    private static readonly ConcurrentDictionary<string, ProtoFile> Parsed = new(StringComparer.Ordinal);

    /// <summary>The file at an import path, or null.</summary>
    public static ProtoFile? Find(string path) => ProtoBuiltInTexts.All.TryGetValue(path, out var text)
        ? Parsed.GetOrAdd(path, _ => ProtoParser.Parse(text)) : null;
}
