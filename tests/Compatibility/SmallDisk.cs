using System.Diagnostics;

namespace Platform.Compatibility;

/// <summary>A real file system of a few megabytes: a tmpfs that is mounted for one test.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Mounts it.</summary>
    public SmallDisk(int megabytes) => Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Path);

    /// <summary>Where it is mounted.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("platform-disk-").FullName;

    /// <summary>Bytes that are free.</summary>
    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Another program takes all that is left.</summary>
    public void Fill()
    {
        using var file = File.OpenHandle(Filler, FileMode.Create, FileAccess.Write);
        for (long position = 0, bytes; (bytes = Math.Min(FreeBytes, BufferBytes)) > 0; position += bytes)
            RandomAccess.Write(file, new byte[bytes], position);
    }

    /// <summary>The other program gives it back.</summary>
    public void Free() => File.Delete(Filler);

    /// <inheritdoc/>
    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)} exited with {process.ExitCode}");
    }
}

/// <summary>A test that mounts file systems, which only root may.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    /// <summary>Skips when this is not root on Linux.</summary>
    public RootFactAttribute() =>
        Skip = OperatingSystem.IsLinux() && System.Environment.IsPrivilegedProcess
            ? null
            : "needs root on Linux, to mount a small file system";
}
