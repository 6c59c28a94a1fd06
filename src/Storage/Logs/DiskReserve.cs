namespace Platform.Storage;

/// <summary>Keeps a part of a disk free for what must go on when clients have filled it: metadata, commits, markers,
/// checkpoints, compaction. Asks the disk once per so many bytes, and before every append while it is full.
/// Thread-safe.</summary>
internal sealed class DiskReserve
{
    /// <summary>The most that is reserved: this share of the disk, so that small disks stay useful.</summary>
    internal const int LargestShare = 20;

    /// <summary>A disk with so much more than the reserve has room for blocks ahead of records.</summary>
    private const long Roomy = 128L * 1024 * 1024;

    private const long LongestUnchecked = 1024 * 1024;

    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly long _bytes;
    private readonly long _checkEvery;
    private long _unchecked;
    private int _state;

    /// <summary>Reserves bytes of the disk that holds a directory.</summary>
    internal DiskReserve(IFileSystem files, string directory, long bytes)
    {
        (_files, _directory) = (files, directory);
        _bytes = Math.Min(bytes, files.TotalBytes(directory) / LargestShare);
        _checkEvery = Math.Min(LongestUnchecked, _bytes / 4);
        _unchecked = _checkEvery;
    }

    private enum State
    {
        Roomy,
        Scarce,
        Full,
    }

    /// <summary>Asks for room for records of clients.</summary>
    /// <returns>True when there is enough to ask for blocks ahead of what is written.</returns>
    /// <exception cref="DiskFullException">Only the reserve is left.</exception>
    internal bool Claim(int count)
    {
        var state = (State)Volatile.Read(ref _state);
        if (state != State.Full && Interlocked.Add(ref _unchecked, count) < _checkEvery)
            return state == State.Roomy;
        Interlocked.Exchange(ref _unchecked, 0);
        var left = _files.AvailableBytes(_directory) - count;
        state = left < _bytes ? State.Full : left < _bytes + Roomy ? State.Scarce : State.Roomy;
        Volatile.Write(ref _state, (int)state);
        if (state == State.Full)
            throw new DiskFullException(_directory, left + count, _bytes);
        return state == State.Roomy;
    }
}
