using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Platform.Storage;

/// <summary>The calls of libc that .NET lacks, or answers wrongly: its own flush reports success when fsync fails
/// with EIO, ENOSPC or EROFS, and it can neither flush a directory nor reserve blocks behind the end of a
/// file.</summary>
internal static partial class NativeMethods
{
    internal const int ReadOnlyCloseOnExec = 0x80000;   // O_RDONLY | O_CLOEXEC, the same on x64 and arm64
    internal const int FallocateKeepSize = 1;
    internal const int NoSpace = 28;
    internal const int QuotaExceeded = 122;
    internal const int InvalidArgument = 22;

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    internal static partial int FlushData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Flush(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    internal static partial int SyncFileSystem(SafeFileHandle anyFile);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    internal static partial int Allocate(SafeFileHandle file, int mode, long position, long count);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle Open(string path, int flags);
}
