namespace Platform.Testing;

/// <summary>Names of files and directories, found by path and by the directory that they lie in.</summary>
internal sealed class NameTable
{
    private readonly Dictionary<string, MemoryNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _children = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, MemoryNode>> All => _nodes;

    public bool TryGet(string path, out MemoryNode node) => _nodes.TryGetValue(path, out node!);

    public MemoryNode this[string path]
    {
        get => _nodes[path];
        set
        {
            _nodes[path] = value;
            var directory = DirectoryOf(path);
            if (!_children.TryGetValue(directory, out var siblings))
                _children[directory] = siblings = new SortedSet<string>(StringComparer.Ordinal);
            siblings.Add(path);
        }
    }

    public bool TryAdd(string path, MemoryNode node)
    {
        if (_nodes.ContainsKey(path))
            return false;
        this[path] = node;
        return true;
    }

    public MemoryNode? Remove(string path)
    {
        if (!_nodes.Remove(path, out var node))
            return null;
        _children[DirectoryOf(path)].Remove(path);
        return node;
    }

    /// <summary>Paths directly in a directory, in order.</summary>
    public IReadOnlyList<string> ChildrenOf(string directory) =>
        _children.TryGetValue(directory, out var children) ? [.. children] : [];

    /// <summary>A path and all below it.</summary>
    public List<string> Tree(string path)
    {
        var tree = new List<string>();
        if (_nodes.ContainsKey(path))
            tree.Add(path);
        foreach (var child in ChildrenOf(path))
            tree.AddRange(Tree(child));
        return tree;
    }

    public void Clear()
    {
        _nodes.Clear();
        _children.Clear();
    }

    public static string DirectoryOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
}
