using System.Diagnostics.CodeAnalysis;

namespace Platform.Broker.Tiering.Cache;

/// <summary>Bytes by name in memory, up to a total; what was not used for longest goes first.</summary>
internal sealed class MemoryCache(long limitBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    /// <summary>Bytes held now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Finds bytes, and marks them as used.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out byte[]? content)
    {
        lock (_lock)
        {
            content = null;
            if (!_entries.TryGetValue(name, out var node))
                return false;
            _byUse.Remove(node);
            _byUse.AddLast(node);
            content = node.Value.Content;
            return true;
        }
    }

    /// <summary>Keeps bytes; what is larger than the whole cache is not kept.</summary>
    public void Add(string name, byte[] content)
    {
        if (content.Length > limitBytes)
            return;
        lock (_lock)
        {
            RemoveLocked(name);
            while (_bytes + content.Length > limitBytes)
                RemoveLocked(_byUse.First!.Value.Name);
            _entries[name] = _byUse.AddLast(new Entry(name, content));
            _bytes += content.Length;
        }
    }

    /// <summary>Forgets bytes.</summary>
    public void Remove(string name)
    {
        lock (_lock)
            RemoveLocked(name);
    }

    private void RemoveLocked(string name)
    {
        if (!_entries.Remove(name, out var node))
            return;
        _byUse.Remove(node);
        _bytes -= node.Value.Content.Length;
    }

    private sealed record Entry(string Name, byte[] Content);
}
