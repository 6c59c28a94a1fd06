using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Platform.Storage;

/// <summary>A file on disk: pread and pwrite through one descriptor, which also serves sendfile.</summary>
internal sealed class PosixFile(string path, SafeFileHandle handle) : IStorageFile
{
    private FileStream? _sendStream;

    public long Length => RandomAccess.GetLength(handle);

    // The handle is opened as asynchronous because SendPacketsAsync accepts no other stream.
    public FileStream? SendStream
    {
        get
        {
            if (Volatile.Read(ref _sendStream) is { } existing)
                return existing;
            var created = new FileStream(handle, FileAccess.Read, bufferSize: 0, isAsync: true);
            var first = Interlocked.CompareExchange(ref _sendStream, created, null);
            if (first is null)
                return created;
            GC.SuppressFinalize(created);       // the winner owns the shared handle
            return first;
        }
    }

    public int Read(Span<byte> destination, long position)
    {
        var total = 0;
        while (total < destination.Length)
        {
            var count = RandomAccess.Read(handle, destination[total..], position + total);
            if (count == 0)
                break;
            total += count;
        }
        return total;
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        try
        {
            RandomAccess.Write(handle, source, position);
        }
        catch (IOException error) when (IsDiskFull(error))
        {
            throw new DiskFullException(path, error);
        }
    }

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void Reserve(long position, long count)
    {
        // Not every file system can (EOPNOTSUPP) and a full disk shows when bytes are really written.
        if (OperatingSystem.IsLinux())
            _ = NativeMethods.Allocate(handle, NativeMethods.FallocateKeepSize, position, count);
    }

    public void Flush()
    {
        if (OperatingSystem.IsWindows())
            RandomAccess.FlushToDisk(handle);
        else if ((OperatingSystem.IsLinux() ? NativeMethods.FlushData(handle) : NativeMethods.Flush(handle)) != 0)
            throw new IOException($"Flushing {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public void Dispose()
    {
        _sendStream?.Dispose();
        handle.Dispose();
    }

    private static bool IsDiskFull(IOException error) =>
        !OperatingSystem.IsWindows() && error.HResult is NativeMethods.NoSpace or NativeMethods.QuotaExceeded;
}
