using Platform.Broker.Hosting;
using Platform.Cluster.Configuration;
using Platform.Cluster.Raft;
using Platform.Protocol;
using Platform.Storage;
using System.CommandLine;

namespace Platform.Commands;

/// <summary>`platform storage`: gives log directories their identity before a node starts on them.</summary>
internal static class StorageCommand
{
    private static readonly Option<string> ClusterId = new("--cluster-id", "-t") { Description = "Id of the cluster, the same on all nodes.", Required = true };
    private static readonly Option<string?> Properties = new("--config", "-c") { Description = "The node's server.properties." };
    private static readonly Option<string[]> Override = new("--override") { Description = "A setting, as key=value; may be repeated." };

    private static readonly Option<bool> Standalone = new("--standalone")
    {
        Description = "This controller is the first and only voter; others are added later (KIP-853).",
    };

    private static readonly Option<string?> InitialControllers = new("--initial-controllers")
    {
        Description = "The first voters, as id@host:port:directoryId separated by commas; the same on each of them.",
    };

    private static readonly Option<bool> NoInitialControllers = new("--no-initial-controllers")
    {
        Description = "This node joins a quorum that exists.",
    };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create()
    {
        var randomUuid = new Command("random-uuid", "Print an id for a new cluster.");
        randomUuid.SetAction(_ => Console.WriteLine(Uuid.Random()));
        var format = new Command("format", "Format the log directories of a node.")
        {
            ClusterId, Properties, Override, Standalone, InitialControllers, NoInitialControllers,
        };
        format.SetAction(Format);
        return new Command("storage", "Format log directories.") { randomUuid, format };
    }

    private static int Format(ParseResult parsed)
    {
        try
        {
            var config = ServerProperties.Read(parsed.GetValue(Properties), parsed.GetValue(Override));
            var files = new PosixFileSystem();
            var voters = FirstVoters(parsed, config);
            var formatted = StorageFormatter.Format(files, config.Node, parsed.GetValue(ClusterId)!,
                voters?.Find(config.Node.Id)?.Key.DirectoryId);
            if (parsed.GetValue(Standalone))
                voters = new VoterSet([StorageFormatter.VoterOf(files, config)]);
            if (voters is not null && formatted.Count > 0)
                StorageFormatter.WriteInitialVoters(files, config.Node, voters);
            foreach (var directory in formatted)
                Console.WriteLine($"formatted {directory}");
            if (formatted.Count == 0)
                Console.WriteLine("all directories are formatted already");
            return ExitCodes.Clean;
        }
        catch (Exception error) when (error is CommandException or FormatException or ConfigException
            or LogDirectoryException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return ExitCodes.WrongUse;
        }
    }

    private static VoterSet? FirstVoters(ParseResult parsed, BrokerConfig config)
    {
        var (standalone, list) = (parsed.GetValue(Standalone), parsed.GetValue(InitialControllers));
        if ((standalone ? 1 : 0) + (list is null ? 0 : 1) + (parsed.GetValue(NoInitialControllers) ? 1 : 0) > 1)
            throw new CommandException(
                "only one of --standalone, --initial-controllers and --no-initial-controllers can be meant");
        if ((standalone || list is not null) && config.Node.Voters.Count > 0)
            throw new CommandException($"{BrokerConfigs.ControllerQuorumVoters.Name} fixes the voters; take it out, and set "
                + $"{BrokerConfigs.ControllerQuorumBootstrapServers.Name}, for a quorum whose voters may change");
        if (standalone && !config.Node.IsController)
            throw new CommandException("--standalone is for a controller; add it to process.roles");
        if (list is null)
            return null;
        var voters = VoterSet.ParseInitial(list);
        return !config.Node.IsController || voters.Contains(config.Node.Id) ? voters
            : throw new CommandException($"--initial-controllers does not list node {config.Node.Id}, which is a "
                + "controller; add it, or format it with --no-initial-controllers and add it later");
    }
}
