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

    internal static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)} exited with {process.ExitCode}");
    }
}

/// <summary>An ext4 file system in a file, whose power can be cut: what was not flushed is gone, as on a real disk.</summary>
internal sealed class PowerCutDisk : IDisposable
{
    private const string Format = "mkfs.ext4";

    // EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH.
    private const string CutPower =
        "import fcntl, os, struct, sys; fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";

    private readonly TemporaryDirectory _directory = new();

    /// <summary>Formats and mounts it.</summary>
    public PowerCutDisk(int megabytes)
    {
        using (var image = File.Create(Image))
            image.SetLength((long)megabytes << 20);
        SmallDisk.Run(Format, "-q", "-m", "0", "-F", Image);
        Directory.CreateDirectory(Path);
        Mount();
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => System.IO.Path.Combine(_directory.Path, "disk");

    private string Image => System.IO.Path.Combine(_directory.Path, "image");

    /// <summary>From here on nothing reaches the disk.</summary>
    public void Cut() => SmallDisk.Run("/usr/bin/python3", "-c", CutPower, Path);

    /// <summary>Mounts it anew; nobody may use it any more.</summary>
    public void Repair()
    {
        SmallDisk.Run("umount", Path);
        Mount();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        SmallDisk.Run("umount", Path);
        _directory.Dispose();
    }

    private void Mount() => SmallDisk.Run("mount", "-o", "loop", Image, Path);
}

/// <summary>A test that mounts file systems, which only root may, and not in every container.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> Mounts = new(TryMount);

    /// <summary>Skips where no file system can be mounted.</summary>
    public RootFactAttribute() => Skip = Mounts.Value ? null : "needs the right to mount a file system";

    private static bool TryMount()
    {
        if (!OperatingSystem.IsLinux() || !System.Environment.IsPrivilegedProcess || !File.Exists("/dev/loop-control"))
            return false;
        try
        {
            using var disk = new SmallDisk(megabytes: 1);
            return true;
        }
        catch (Xunit.Sdk.XunitException)
        {
            return false;
        }
    }
}
