namespace Platform.Storage;

/// <summary>Renamed files and directories that wait for their deletion, which is slow on many disks and therefore
/// happens off every lock, a few at a time.</summary>
internal sealed class DeletionQueue(IFileSystem files)
{
    /// <summary>Files or directories that one call deletes.</summary>
    internal const int BatchMax = 64;

    private readonly Lock _lock = new();
    private readonly PriorityQueue<(string Path, bool IsDirectory), long> _waiting = new();

    internal int Count
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    internal void Add(string path, bool isDirectory, long dueMs)
    {
        lock (_lock)
            _waiting.Enqueue((path, isDirectory), dueMs);
    }

    /// <summary>Deletes what is due; returns how many.</summary>
    internal int DeleteDue(long nowMs)
    {
        var deleted = 0;
        while (deleted < BatchMax && TryTake(nowMs, out var next))
        {
            if (next.IsDirectory)
                files.DeleteDirectory(next.Path);
            else
                files.DeleteFile(next.Path);
            deleted++;
        }
        return deleted;
    }

    private bool TryTake(long nowMs, out (string Path, bool IsDirectory) next)
    {
        lock (_lock)
        {
            if (_waiting.TryPeek(out next, out var due) && due <= nowMs)
            {
                _waiting.Dequeue();
                return true;
            }
            return false;
        }
    }
}
