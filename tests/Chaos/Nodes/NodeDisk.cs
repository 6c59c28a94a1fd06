namespace Platform.Chaos.Nodes;

/// <summary>What the log directory of a node lies on.</summary>
public enum DiskKind
{
    /// <summary>The machine's disk.</summary>
    Plain,
    /// <summary>A small file system in memory, which can be filled.</summary>
    Small,
    /// <summary>A file system of its own on a loop device, whose power can be cut.</summary>
    Own,
}

/// <summary>The disk of one node.</summary>
public sealed class NodeDisk(string folder, int node, DiskKind kind)
{
    private const string SmallSize = "192m";
    private const string Ballast = "ballast";
    private readonly string _image = Path.Combine(folder, $"disk-{node}.img");

    /// <summary>Where it is mounted.</summary>
    public string Mount { get; } = Path.Combine(folder, $"node-{node}");

    /// <summary>The log directory on it.</summary>
    public string LogDir => Path.Combine(Mount, "data");

    /// <summary>A second log directory beside it.</summary>
    public string SecondLogDir => Path.Combine(Mount, "second");

    /// <summary>Makes and mounts it.</summary>
    public async Task CreateAsync()
    {
        Directory.CreateDirectory(Mount);
        if (kind == DiskKind.Small)
            await Shell.RunAsync("mount", $"-t tmpfs -o size={SmallSize} tmpfs {Mount}");
        if (kind != DiskKind.Own)
            return;
        await Shell.RunAsync("truncate", $"-s 512M {_image}");
        await Shell.RunAsync("mkfs.ext4", $"-q -m 0 {_image}");
        await Shell.RunAsync("mount", $"-o loop {_image} {Mount}");
    }

    /// <summary>Takes all space.</summary>
    public async Task FillAsync()
    {
        var ballast = Path.Combine(Mount, Ballast);
        // dd ends with an error when the disk is full, which is what is asked for.
        await Shell.RunAsync("sh", $"-c \"dd if=/dev/zero of={ballast} bs=64k 2>/dev/null; true\"");
    }

    /// <summary>Gives the space back.</summary>
    public void Free() => File.Delete(Path.Combine(Mount, Ballast));

    /// <summary>From now on nothing reaches the disk, and what was not flushed is gone.</summary>
    public void CutPower() => Shell.CutPower(Mount);

    /// <summary>Mounts the disk again after its power was cut and its node ended.</summary>
    public async Task PowerOnAsync()
    {
        await Shell.RunAsync("umount", Mount);
        await Shell.RunAsync("mount", $"-o loop {_image} {Mount}");
    }

    /// <summary>Everything on it is gone.</summary>
    public void Wipe() => Directory.Delete(LogDir, recursive: true);

    /// <summary>Unmounts it.</summary>
    public async Task RemoveAsync()
    {
        if (kind != DiskKind.Plain)
            await Shell.RunAsync("umount", $"-l {Mount}");
    }
}
