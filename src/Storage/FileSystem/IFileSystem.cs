namespace Platform.Storage;

/// <summary>How <see cref="IFileSystem.OpenFile"/> treats a file that exists or is missing. There is no truncating
/// mode on purpose: on ext4 a file that was truncated at opening is flushed when it is closed, which blocks.</summary>
public enum FileOpening
{
    /// <summary>For reading and writing; the file must exist.</summary>
    Existing,
    /// <summary>For reading and writing; created when missing.</summary>
    ExistingOrNew,
    /// <summary>For reading and writing; an error when it exists.</summary>
    New,
    /// <summary>For reading; the file must exist.</summary>
    ReadOnly,
}

/// <summary>A name in a directory.</summary>
/// <param name="Name">Name without the directory.</param>
/// <param name="IsDirectory">A directory, not a file.</param>
/// <param name="Length">Bytes of a file; 0 for a directory.</param>
/// <param name="LastModifiedMs">Last change, in ms since 1970.</param>
public readonly record struct FileSystemEntry(string Name, bool IsDirectory, long Length, long LastModifiedMs);

/// <summary>
/// The disk seam: production runs on <see cref="PosixFileSystem"/>, the simulator on one in memory that loses what was
/// not flushed. All calls are synchronous. Failures are <see cref="IOException"/>, a full disk is
/// <see cref="DiskFullException"/>.
/// </summary>
public interface IFileSystem
{
    /// <summary>Opens a file.</summary>
    IStorageFile OpenFile(string path, FileOpening opening);

    /// <summary>True when <paramref name="path"/> is a file.</summary>
    bool FileExists(string path);

    /// <summary>True when <paramref name="path"/> is a directory.</summary>
    bool DirectoryExists(string path);

    /// <summary>What a directory holds, sorted by name in ordinal order.</summary>
    IReadOnlyList<FileSystemEntry> List(string directory);

    /// <summary>Creates a directory and its parents; nothing happens when it exists.</summary>
    void CreateDirectory(string path);

    /// <summary>Renames a file or directory in one step; a file at the destination is replaced.</summary>
    void Move(string source, string destination);

    /// <summary>Sets when a file was changed last, in ms since 1970.</summary>
    void SetModified(string path, long modifiedMs);

    /// <summary>Deletes a file; nothing happens when it is missing.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a directory with all that it holds; nothing happens when it is missing.</summary>
    void DeleteDirectory(string path);

    /// <summary>Makes created, renamed and deleted names in a directory survive a power cut.</summary>
    void SyncDirectory(string path);

    /// <summary>Opens the volume that holds a directory, to flush all of it at once: thousands of files cost one call.
    /// </summary>
    /// <returns>Null where the system cannot.</returns>
    IVolume? OpenVolume(string directory);

    /// <summary>Takes the exclusive lock of a file, created when missing, until the result is disposed.</summary>
    /// <returns>Null when another process, or another owner in this one, holds it.</returns>
    IDisposable? TryLock(string path);

    /// <summary>Bytes that may still be written below a directory.</summary>
    long AvailableBytes(string directory);

    /// <summary>Bytes of the volume that holds a directory.</summary>
    long TotalBytes(string directory);
}

/// <summary>A volume of disks. Errors of writing in the background count from when it was opened, so open it before
/// what it shall flush is written.</summary>
public interface IVolume : IDisposable
{
    /// <summary>Makes everything written to the volume survive a power cut, files and names.</summary>
    void Sync();
}
