using Platform.Storage;

namespace Platform.Testing;

/// <summary>What a fault rule may let fail.</summary>
public enum DiskOperation
{
    Open,
    Read,
    Write,
    Flush,
    SetLength,
    Move,
    Delete,
    SyncDirectory,
    CreateDirectory,
}

/// <summary>
/// A disk in memory that keeps, beside what processes see, what would survive a power cut: file contents up to the
/// last flush, names up to the last flush of their directory. <see cref="Crash"/> is the power cut,
/// <see cref="Kill"/> the end of a process, which loses nothing but locks.
/// </summary>
public sealed class MemoryFileSystem : IFileSystem
{
    private readonly Lock _lock = new();
    private readonly NameTable _names = new();
    private readonly NameTable _durableNames = new();
    private readonly HashSet<string> _locks = [];
    private long _generation;

    /// <summary>Called before every operation; an exception that it returns is thrown in its place.</summary>
    public Func<DiskOperation, string, IOException?>? Fault { get; set; }

    /// <summary>Bytes that all files together may hold.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>The time that changed files are stamped with, in ms since 1970.</summary>
    public Func<long> Clock { get; set; } = static () => 0;

    /// <summary>Operations so far, by kind, so that tests can state what a start or an append costs.</summary>
    public Dictionary<DiskOperation, int> Operations { get; } = [];

    internal Lock Gate => _lock;

    public IStorageFile OpenFile(string path, FileOpening opening)
    {
        lock (_lock)
        {
            Check(DiskOperation.Open, path);
            path = Normalize(path);
            if (!_names.TryGet(path, out var node))
            {
                if (opening is FileOpening.Existing or FileOpening.ReadOnly)
                    throw new FileNotFoundException($"No file {path}", path);
                RequireParent(path);
                _names[path] = node = new MemoryNode(isDirectory: false) { ModifiedMs = Clock() };
            }
            else if (opening == FileOpening.New || node.IsDirectory)
            {
                throw new IOException($"{path} exists");
            }
            return new MemoryFile(this, path, node, _generation);
        }
    }

    public bool FileExists(string path)
    {
        lock (_lock)
            return _names.TryGet(Normalize(path), out var node) && !node.IsDirectory;
    }

    public bool DirectoryExists(string path)
    {
        lock (_lock)
            return _names.TryGet(Normalize(path), out var node) && node.IsDirectory;
    }

    public IReadOnlyList<FileSystemEntry> List(string directory)
    {
        lock (_lock)
        {
            directory = Normalize(directory);
            if (!_names.TryGet(directory, out _))
                throw new DirectoryNotFoundException(directory);
            return [.. _names.ChildrenOf(directory).Select(
                path => Entry(path[(directory.Length + 1)..], _names[path]))];
        }
    }

    public void CreateDirectory(string path)
    {
        lock (_lock)
        {
            Check(DiskOperation.CreateDirectory, path);
            path = Normalize(path);
            for (var end = path.IndexOf('/', 1); end > 0; end = path.IndexOf('/', end + 1))
                _names.TryAdd(path[..end], new MemoryNode(isDirectory: true));
            _names.TryAdd(path, new MemoryNode(isDirectory: true));
        }
    }

    public void Move(string source, string destination)
    {
        lock (_lock)
        {
            Check(DiskOperation.Move, source);
            (source, destination) = (Normalize(source), Normalize(destination));
            if (!_names.TryGet(source, out _))
                throw new FileNotFoundException($"No file {source}", source);
            RequireParent(destination);
            foreach (var path in _names.Tree(source))
                _names[destination + path[source.Length..]] = _names.Remove(path)!;
        }
    }

    public void SetModified(string path, long modifiedMs)
    {
        lock (_lock)
            _names[Normalize(path)].ModifiedMs = modifiedMs;
    }

    public void DeleteFile(string path)
    {
        lock (_lock)
        {
            Check(DiskOperation.Delete, path);
            _names.Remove(Normalize(path));
        }
    }

    public void DeleteDirectory(string path)
    {
        lock (_lock)
        {
            Check(DiskOperation.Delete, path);
            foreach (var name in _names.Tree(Normalize(path)))
                _names.Remove(name);
        }
    }

    public void SyncDirectory(string path)
    {
        lock (_lock)
        {
            Check(DiskOperation.SyncDirectory, path);
            path = Normalize(path);
            foreach (var gone in _durableNames.ChildrenOf(path))
                _durableNames.Remove(gone);
            foreach (var name in _names.ChildrenOf(path))
                _durableNames[name] = _names[name];
        }
    }

    public IVolume? OpenVolume(string directory) => new MemoryVolume(this, Normalize(directory));

    public IDisposable? TryLock(string path)
    {
        lock (_lock)
        {
            path = Normalize(path);
            RequireParent(path);
            _names.TryAdd(path, new MemoryNode(isDirectory: false));
            return _locks.Add(path) ? new MemoryLock(this, path, _generation) : null;
        }
    }

    public long AvailableBytes(string directory)
    {
        lock (_lock)
            return Capacity - UsedBytes;
    }

    public long TotalBytes(string directory) => Capacity;

    /// <summary>The process ends (kill -9): open files and locks are gone, everything written stays.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            _generation++;
            _locks.Clear();
        }
    }

    /// <summary>The power is cut: what was not flushed is lost. With <paramref name="random"/>, each file keeps a
    /// random part of what was not flushed, as a disk that was in the middle of writing does, perhaps torn.</summary>
    public void Crash(Random? random = null)
    {
        Kill();
        lock (_lock)
        {
            foreach (var (path, node) in _names.All.Where(name => name.Value.IsDirectory))
                _durableNames.TryAdd(path, node);
            // In order of their paths, so that a seed gives the same result each time.
            var survivors = _durableNames.All.OrderBy(name => name.Key, StringComparer.Ordinal).ToList();
            foreach (var node in survivors.Select(name => name.Value).Distinct())
                node.LoseUnflushed(random);
            _names.Clear();
            foreach (var (path, node) in survivors)
                _names[path] = node;
        }
    }

    /// <summary>The bytes of a file.</summary>
    public byte[] ReadAllBytes(string path)
    {
        lock (_lock)
            return _names[Normalize(path)].ToArray();
    }

    /// <summary>Makes a file of these bytes, flushed, without passing fault rules.</summary>
    public void WriteAllBytes(string path, byte[] content)
    {
        lock (_lock)
        {
            var node = new MemoryNode(isDirectory: false) { ModifiedMs = Clock() };
            node.Write(content, 0);
            node.Flush();
            _names[Normalize(path)] = _durableNames[Normalize(path)] = node;
        }
    }

    /// <summary>Changes one byte of a file, as a disk that rots does.</summary>
    public void Damage(string path, long position, byte flip = 0xFF)
    {
        lock (_lock)
            _names[Normalize(path)].Flip(position, flip);
    }

    internal void Check(DiskOperation operation, string path)
    {
        Operations[operation] = Operations.GetValueOrDefault(operation) + 1;
        if (Fault?.Invoke(operation, path) is { } error)
            throw error;
    }

    internal void RequireGeneration(long generation, string path)
    {
        if (generation != _generation)
            throw new IOException($"{path} was opened by a process that has ended");
    }

    internal long FreeBytes => Capacity - UsedBytes;

    private long UsedBytes => Capacity == long.MaxValue ? 0 : _names.All.Sum(name => name.Value.Length);

    private void Unlock(string path, long generation)
    {
        lock (_lock)
        {
            if (generation == _generation)
                _locks.Remove(path);
        }
    }

    private void RequireParent(string path)
    {
        var end = path.LastIndexOf('/');
        if (end > 0 && !(_names.TryGet(path[..end], out var parent) && parent.IsDirectory))
            throw new DirectoryNotFoundException($"No directory {path[..end]}");
    }

    private static string Normalize(string path) => path.Replace('\\', '/').TrimEnd('/');

    private static FileSystemEntry Entry(string name, MemoryNode node) =>
        new(name, node.IsDirectory, node.Length, node.ModifiedMs);

    private void SyncTree(string root)
    {
        lock (_lock)
        {
            Check(DiskOperation.Flush, root);
            foreach (var gone in _durableNames.Tree(root))
                _durableNames.Remove(gone);
            foreach (var path in _names.Tree(root))
            {
                _names[path].Flush();
                _durableNames[path] = _names[path];
            }
        }
    }

    private sealed class MemoryVolume(MemoryFileSystem owner, string root) : IVolume
    {
        public void Sync() => owner.SyncTree(root);

        public void Dispose()
        {
        }
    }

    private sealed class MemoryLock(MemoryFileSystem owner, string path, long generation) : IDisposable
    {
        public void Dispose() => owner.Unlock(path, generation);
    }
}
