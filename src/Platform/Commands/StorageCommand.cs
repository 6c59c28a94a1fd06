using System.CommandLine;
using Platform.Broker.Hosting;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Storage;

namespace Platform.Commands;

/// <summary>`platform storage`: gives log directories their identity before a node starts on them.</summary>
internal static class StorageCommand
{
    private static readonly Option<string> ClusterId = new("--cluster-id", "-t") { Description = "Id of the cluster, the same on all nodes.", Required = true };
    private static readonly Option<string?> Properties = new("--config", "-c") { Description = "The node's server.properties." };
    private static readonly Option<string[]> Override = new("--override") { Description = "A setting, as key=value; may be repeated." };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create()
    {
        var randomUuid = new Command("random-uuid", "Print an id for a new cluster.");
        randomUuid.SetAction(_ => Console.WriteLine(Uuid.Random()));
        var format = new Command("format", "Format the log directories of a node.") { ClusterId, Properties, Override };
        format.SetAction(Format);
        return new Command("storage", "Format log directories.") { randomUuid, format };
    }

    private static int Format(ParseResult parsed)
    {
        try
        {
            var config = ServerProperties.Read(parsed.GetValue(Properties), parsed.GetValue(Override));
            var formatted = StorageFormatter.Format(new PosixFileSystem(), config.Node, parsed.GetValue(ClusterId)!);
            foreach (var directory in formatted)
                Console.WriteLine($"formatted {directory}");
            if (formatted.Count == 0)
                Console.WriteLine("all directories are formatted already");
            return ExitCodes.Clean;
        }
        catch (Exception error) when (error is ConfigException or LogDirectoryException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return ExitCodes.WrongUse;
        }
    }
}
