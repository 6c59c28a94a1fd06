namespace Platform.Storage;

/// <summary>The log file of a segment, counted: it is closed when its segment and all readers in flight have let go,
/// so that retention cannot close a file that is being sent. Opened at its first use.</summary>
internal sealed class SegmentFile(IFileSystem files, string path)
{
    private readonly Lock _lock = new();
    private IStorageFile? _file;
    private string _path = path;
    private int _owners = 1;

    internal string Name => _path;

    /// <summary>Called once the last owner has let go.</summary>
    internal Action? Closed { get; set; }

    internal IStorageFile File
    {
        get
        {
            if (Volatile.Read(ref _file) is { } open)
                return open;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(Volatile.Read(ref _owners) == 0, this);
                return _file ??= files.OpenFile(_path, FileOpening.Existing);
            }
        }
    }

    /// <summary>One more owner; false when the file was closed already.</summary>
    internal bool TryAcquire()
    {
        var owners = Volatile.Read(ref _owners);
        while (owners > 0)
        {
            var seen = Interlocked.CompareExchange(ref _owners, owners + 1, owners);
            if (seen == owners)
                return true;
            owners = seen;
        }
        return false;
    }

    /// <summary>One owner less; the last one closes.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _owners) > 0)
            return;
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
        Closed?.Invoke();
    }

    /// <summary>Gives the descriptor back until the next use. Only while nobody can be reading: at start.</summary>
    internal void CloseUntilUsed()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    /// <summary>Renames the file; whoever opens it meanwhile finds it. Adds the new path to
    /// <paramref name="renamed"/> when the file exists.</summary>
    internal void Rename(string path, List<string> renamed)
    {
        lock (_lock)
        {
            if (files.FileExists(_path))
            {
                files.Move(_path, path);
                renamed.Add(path);
            }
            _path = path;
        }
    }

    internal void MovedTo(string path)
    {
        lock (_lock)
            _path = path;
    }
}
