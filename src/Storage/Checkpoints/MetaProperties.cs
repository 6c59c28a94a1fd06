using System.Globalization;
using System.Text;
using Platform.Protocol;

namespace Platform.Storage;

/// <summary><c>meta.properties</c>: which cluster and node a log directory belongs to.</summary>
/// <param name="ClusterId">Id of the cluster.</param>
/// <param name="NodeId">Id of the node.</param>
/// <param name="DirectoryId">Id of the directory (KIP-858).</param>
public sealed record MetaProperties(string ClusterId, int NodeId, Uuid DirectoryId)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "meta.properties";
    private const string Version = "1";

    /// <summary>Reads the file of a directory; null when the directory was not formatted.</summary>
    /// <exception cref="LogDirectoryException">The file is malformed.</exception>
    public static MetaProperties? Read(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, FileName);
        return AtomicFile.ReadText(files, path) is { } text ? Parse(path, text) : null;
    }

    /// <summary>Formats a directory, which is created when missing.</summary>
    public void Write(IFileSystem files, string directory)
    {
        files.CreateDirectory(directory);
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"cluster.id={ClusterId}\n")
            .Append(CultureInfo.InvariantCulture, $"directory.id={DirectoryId}\n")
            .Append(CultureInfo.InvariantCulture, $"node.id={NodeId}\n")
            .Append(CultureInfo.InvariantCulture, $"version={Version}\n");
        AtomicFile.Write(files, Path.Combine(directory, FileName), text.ToString());
    }

    private static MetaProperties Parse(string path, string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line[0] is not ('#' or '!') && equals > 0)
                values[line[..equals].Trim()] = line[(equals + 1)..].Trim().Replace("\\", "", StringComparison.Ordinal);
        }
        if (Required("version") != Version)
            throw new LogDirectoryException($"{path}: version is '{values["version"]}', but only {Version} is known");
        if (!int.TryParse(Required("node.id"), NumberStyles.None, CultureInfo.InvariantCulture, out var nodeId))
            throw new LogDirectoryException($"{path}: node.id is '{values["node.id"]}', but must be a number from 0");
        if (!Uuid.TryParse(Required("directory.id"), out var directoryId))
            throw new LogDirectoryException($"{path}: directory.id is '{values["directory.id"]}', which is no id");
        return new MetaProperties(Required("cluster.id"), nodeId, directoryId);

        string Required(string key) => values.TryGetValue(key, out var value) && value.Length > 0
            ? value
            : throw new LogDirectoryException($"{path}: '{key}' is missing");
    }
}
