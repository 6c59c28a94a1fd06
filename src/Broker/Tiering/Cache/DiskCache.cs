using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Platform.Protocol.Records;
using Platform.Storage;

namespace Platform.Broker.Tiering.Cache;

/// <summary>
/// Bytes by name in files of a directory, up to a total; what was not used for longest goes first, and what lies there
/// from an earlier run is used again. A file is its bytes and their CRC-32C. Nothing here fails its caller: a disk that
/// errs, or a file that is damaged, only means that the bytes are not here.
/// </summary>
internal sealed class DiskCache(
    IFileSystem files, string directory, Func<long> limitBytes, TimeProvider time, RemoteStorageCounters counters,
    ILogger logger)
{
    private const string Suffix = ".cached";
    private const string Unfinished = ".tmp";
    private const int CrcBytes = sizeof(uint);
    private static readonly TimeSpan QuietAfterFailure = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private bool _opened;
    private long _bytes;
    private long _quietSince;

    /// <summary>Bytes of its files now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The bytes of that name; null when they are not here or were damaged.</summary>
    public byte[]? TryRead(string name)
    {
        if (!Use(name))
            return null;
        try
        {
            if (Read(PathOf(name)) is { } content)
                return content;
            Told(null, $"{PathOf(name)} is damaged and is read from remote storage again");
        }
        catch (Exception error) when (IsOfDisk(error))
        {
            Told(error, $"{PathOf(name)} cannot be read");
        }
        Remove(name);
        return null;
    }

    /// <summary>Keeps bytes, as far as they fit and the disk plays along.</summary>
    public void Add(string name, ReadOnlySpan<byte> content)
    {
        var length = content.Length + CrcBytes;
        if (length > limitBytes())
            return;
        try
        {
            Open();
            Evict(limitBytes() - length);
            Write(PathOf(name), content);
            lock (_lock)
            {
                Forget(name);
                Remember(name, length);
            }
        }
        catch (Exception error) when (IsOfDisk(error))
        {
            Told(error, $"{PathOf(name)} cannot be written");
        }
    }

    /// <summary>Removes bytes.</summary>
    public void Remove(string name)
    {
        lock (_lock)
        {
            if (!Forget(name))
                return;
        }
        try
        {
            files.DeleteFile(PathOf(name));
        }
        catch (Exception error) when (IsOfDisk(error))
        {
            Told(error, $"{PathOf(name)} cannot be deleted");
        }
    }

    private bool Use(string name)
    {
        try
        {
            Open();
        }
        catch (Exception error) when (IsOfDisk(error))
        {
            Told(error, $"{directory} cannot be listed");
            return false;
        }
        lock (_lock)
        {
            if (!_entries.TryGetValue(name, out var node))
                return false;
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return true;
        }
    }

    // By the first use, not by the start of the node: a cache of many files must not hold that up.
    private void Open()
    {
        lock (_lock)
        {
            if (_opened)
                return;
            files.CreateDirectory(directory);
            foreach (var file in files.List(directory).OrderBy(file => file.LastModifiedMs))
            {
                if (file.Name.EndsWith(Suffix + Unfinished, StringComparison.Ordinal))
                    files.DeleteFile(Path.Combine(directory, file.Name));
                else if (file.Name.EndsWith(Suffix, StringComparison.Ordinal))
                    Remember(file.Name[..^Suffix.Length], file.Length);
            }
            _opened = true;
        }
        Evict(limitBytes());
    }

    private void Evict(long limit)
    {
        while (true)
        {
            string oldest;
            lock (_lock)
            {
                if (_bytes <= limit || _byUse.First is null)
                    return;
                oldest = _byUse.First.Value.Name;
            }
            Remove(oldest);
        }
    }

    private byte[]? Read(string path)
    {
        using var file = files.OpenFile(path, FileOpening.ReadOnly);
        if (file.Length is < CrcBytes or > int.MaxValue)
            return null;
        var content = GC.AllocateUninitializedArray<byte>((int)file.Length - CrcBytes);
        Span<byte> crc = stackalloc byte[CrcBytes];
        var isWhole = file.Read(content, 0) == content.Length && file.Read(crc, content.Length) == CrcBytes;
        return isWhole && BinaryPrimitives.ReadUInt32BigEndian(crc) == Crc32C.Compute(content) ? content : null;
    }

    // Not flushed: after a power cut a file may hold anything, and its CRC tells.
    private void Write(string path, ReadOnlySpan<byte> content)
    {
        Span<byte> crc = stackalloc byte[CrcBytes];
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32C.Compute(content));
        files.DeleteFile(path + Unfinished);
        try
        {
            using (var file = files.OpenFile(path + Unfinished, FileOpening.New))
            {
                file.Write(content, 0);
                file.Write(crc, content.Length);
            }
            files.Move(path + Unfinished, path);
        }
        catch
        {
            files.DeleteFile(path + Unfinished);
            throw;
        }
    }

    private void Remember(string name, long length)
    {
        _entries[name] = _byUse.AddLast(new Entry(name, length));
        _bytes += length;
    }

    private bool Forget(string name)
    {
        if (!_entries.Remove(name, out var node))
            return false;
        _byUse.Remove(node);
        _bytes -= node.Value.Length;
        return true;
    }

    // Once in a while: a disk that is gone fails every read, and the log is for more than that.
    private void Told(Exception? error, string what)
    {
        Interlocked.Increment(ref counters.CacheFailures);
        lock (_lock)
        {
            if (_quietSince != 0 && time.GetElapsedTime(_quietSince) < QuietAfterFailure)
                return;
            _quietSince = time.GetTimestamp();
        }
        logger.CacheFailed(error, what);
    }

    private string PathOf(string name) => Path.Combine(directory, name + Suffix);

    private static bool IsOfDisk(Exception error) => error is IOException or UnauthorizedAccessException;

    private sealed record Entry(string Name, long Length);
}
