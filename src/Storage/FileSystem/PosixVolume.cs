using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Platform.Storage;

/// <summary>A mounted file system, flushed by syncfs, which since Linux 5.8 reports failed writes of every file since
/// the handle was opened.</summary>
internal sealed class PosixVolume(string directory, SafeFileHandle handle) : IVolume
{
    public void Sync()
    {
        if (NativeMethods.SyncFileSystem(handle) != 0)
            throw new IOException($"Flushing the volume of {directory} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public void Dispose() => handle.Dispose();
}
