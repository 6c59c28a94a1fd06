using System.Globalization;
using System.Text.Json;

namespace Platform.Storage;

/// <summary><c>.kafka_cleanshutdown</c>: its presence says that every log was closed in order, so nothing needs
/// recovery. It is removed as soon as the directory is opened again.</summary>
public sealed class CleanShutdownFile(IFileSystem files, string directory)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = ".kafka_cleanshutdown";
    private readonly string _path = Path.Combine(directory, FileName);

    /// <summary>True when the last shutdown was clean.</summary>
    public bool Exists => files.FileExists(_path);

    /// <summary>Marks the shutdown as clean.</summary>
    /// <param name="brokerEpoch">Epoch of the broker's registration, -1 when unknown.</param>
    public void Write(long brokerEpoch) => AtomicFile.Write(files, _path,
        string.Create(CultureInfo.InvariantCulture, $$"""{"version":0,"brokerEpoch":{{brokerEpoch}}}"""));

    /// <summary>The epoch that the last clean shutdown noted; -1 when there is none (KIP-966).</summary>
    public long ReadBrokerEpoch()
    {
        try
        {
            if (AtomicFile.ReadText(files, _path) is not { Length: > 0 } text)
                return -1;
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("brokerEpoch", out var epoch) ? epoch.GetInt64() : -1;
        }
        catch (JsonException)
        {
            return -1;      // an old or torn marker still marks; it only names no epoch
        }
    }

    /// <summary>Removes the marker.</summary>
    public void Delete()
    {
        if (!Exists)
            return;
        files.DeleteFile(_path);
        files.SyncDirectory(directory);
    }
}
