using System.IO.Enumeration;
using System.Runtime.InteropServices;

namespace Platform.Storage;

/// <summary>Files on the machine's disks. Flushes files and directories by own system calls with the result
/// checked.</summary>
public sealed class PosixFileSystem : IFileSystem
{
    /// <inheritdoc/>
    public IStorageFile OpenFile(string path, FileOpening opening)
    {
        var mode = opening switch
        {
            FileOpening.Existing or FileOpening.ReadOnly => FileMode.Open,
            FileOpening.ExistingOrNew => FileMode.OpenOrCreate,
            _ => FileMode.CreateNew,
        };
        const FileShare share = FileShare.ReadWrite | FileShare.Delete;
        var access = opening == FileOpening.ReadOnly ? FileAccess.Read : FileAccess.ReadWrite;
        return new PosixFile(path, File.OpenHandle(path, mode, access, share, FileOptions.Asynchronous));
    }

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<FileSystemEntry> List(string directory)
    {
        var entries = new List<FileSystemEntry>(new FileSystemEnumerable<FileSystemEntry>(directory, ToEntry));
        entries.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return entries;
    }

    /// <inheritdoc/>
    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    /// <inheritdoc/>
    public void Move(string source, string destination)
    {
        if (Directory.Exists(source))
            Directory.Move(source, destination);
        else
            File.Move(source, destination, overwrite: true);
    }

    /// <inheritdoc/>
    public void SetModified(string path, long modifiedMs) =>
        File.SetLastWriteTimeUtc(path, DateTimeOffset.FromUnixTimeMilliseconds(modifiedMs).UtcDateTime);

    /// <inheritdoc/>
    public void DeleteFile(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            return;     // the file is as gone as its directory
        }
    }

    /// <inheritdoc/>
    public void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            return;     // NTFS journals names; there is no handle to flush
        using var directory = NativeMethods.Open(path, NativeMethods.ReadOnlyCloseOnExec);
        if (directory.IsInvalid)
            throw new IOException($"Opening directory {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        // EINVAL: a file system that has nothing to flush for a directory.
        if (NativeMethods.Flush(directory) != 0 && Marshal.GetLastPInvokeError() != NativeMethods.InvalidArgument)
            throw new IOException($"Flushing directory {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <inheritdoc/>
    public IVolume? OpenVolume(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var handle = NativeMethods.Open(directory, NativeMethods.ReadOnlyCloseOnExec);
        if (!handle.IsInvalid)
            return new PosixVolume(directory, handle);
        handle.Dispose();
        throw new IOException($"Opening directory {directory} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public long AvailableBytes(string directory) => new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;

    /// <inheritdoc/>
    public long TotalBytes(string directory) => new DriveInfo(Path.GetFullPath(directory)).TotalSize;

    private static FileSystemEntry ToEntry(ref System.IO.Enumeration.FileSystemEntry entry) => new(
        entry.FileName.ToString(),
        entry.IsDirectory,
        entry.IsDirectory ? 0 : entry.Length,
        entry.LastWriteTimeUtc.ToUnixTimeMilliseconds());
}
