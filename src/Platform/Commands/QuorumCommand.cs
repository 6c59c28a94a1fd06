using Platform.Broker.Hosting;
using Platform.Client.Admin;
using Platform.Cluster.Configuration;
using Platform.Protocol;
using Platform.Storage;
using System.CommandLine;

namespace Platform.Commands;

/// <summary>`platform quorum`: the controllers and how far each has replicated the metadata.</summary>
internal static class QuorumCommand
{
    private static readonly Option<string?> Config = new("--config", "-c") { Description = "server.properties of the new voter." };
    private static readonly Option<int?> Id = new("--id") { Description = "Node id of the voter." };

    private static readonly Option<string?> DirectoryId = new("--directory-id")
    {
        Description = "Id of its metadata directory, as its meta.properties and `platform quorum describe` show it.",
    };

    private static readonly Option<string?> Endpoint = new("--endpoint")
    {
        Description = "Its controller listener, as NAME://host:port.",
    };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("quorum", "Look at the quorum of controllers, and change its voters.")
    {
        ClientCommand.ForAdmin("add-voter", "Give a controller that follows the metadata a vote (KIP-853). It says who it "
            + "is by --config, its server.properties, or by --id, --directory-id and --endpoint.",
            AddVoterAsync, Config, Id, DirectoryId, Endpoint),
        ClientCommand.ForAdmin("remove-voter", "Take the vote of a controller.", RemoveVoterAsync, Id, DirectoryId),
        ClientCommand.ForAdmin("unregister", "Forget a controller that will not come back, and has no vote (KIP-1312).",
            UnregisterAsync, Id),
        ClientCommand.ForAdmin("describe", "Leader, voters and observers, with the lag of each.", DescribeAsync),
    };

    private static async Task DescribeAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var quorum = await admin.DescribeQuorumAsync(cancellation);
        if (output.IsJson)
        {
            Output.Json(quorum);
            return;
        }
        Console.WriteLine($"leader {quorum.LeaderId} in epoch {quorum.LeaderEpoch}, "
            + $"committed up to offset {quorum.HighWatermark}");
        var end = quorum.Voters.Concat(quorum.Observers).Max(replica => replica.LogEndOffset);
        var rows = quorum.Voters.Select(replica => (Role: Role(replica, quorum), Replica: replica))
            .Concat(quorum.Observers.Select(replica => (Role: "observer", Replica: replica))).ToList();
        output.Rows(rows, ("NODE", row => row.Replica.Id), ("ROLE", row => row.Role),
            ("DIRECTORY", row => row.Replica.DirectoryId == Uuid.Zero ? null : row.Replica.DirectoryId),
            ("END OFFSET", row => row.Replica.LogEndOffset), ("LAG", row => end - row.Replica.LogEndOffset),
            ("LAST FETCH", row => Time(row.Replica.LastFetchMs)),
            ("CAUGHT UP", row => Time(row.Replica.LastCaughtUpMs)));
    }

    private static async Task AddVoterAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var (id, directory, listener) = parsed.GetValue(Config) is { } path ? FromConfig(path)
            : (VoterId(parsed), VoterDirectory(parsed), ListenerOf(parsed.GetValue(Endpoint)));
        await admin.AddRaftVoterAsync(id, directory, [listener], cancellation);
        output.Done($"controller {id} votes", new { Id = id, DirectoryId = directory.ToString() });
    }

    private static async Task RemoveVoterAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var (id, directory) = (VoterId(parsed), VoterDirectory(parsed));
        await admin.RemoveRaftVoterAsync(id, directory, cancellation);
        output.Done($"controller {id} does not vote any more", new { Id = id, DirectoryId = directory.ToString() });
    }

    private static (int, Uuid, (string, string, int)) FromConfig(string path)
    {
        try
        {
            var voter = StorageFormatter.VoterOf(new PosixFileSystem(), ServerProperties.Read(path, []));
            return (voter.Id, voter.Key.DirectoryId, (voter.ListenerName, voter.Host, voter.Port));
        }
        catch (Exception error) when (error is ConfigException or LogDirectoryException or IOException)
        {
            throw new CommandException(error.Message);
        }
    }

    private static async Task UnregisterAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var id = VoterId(parsed);
        await admin.UnregisterControllerAsync(id, cancellation);
        output.Done($"controller {id} is no longer registered", new { Id = id });
    }

    private static int VoterId(ParseResult parsed) =>
        parsed.GetValue(Id) ?? throw new CommandException("--id is missing: which controller?");

    private static Uuid VoterDirectory(ParseResult parsed) => Uuid.TryParse(parsed.GetValue(DirectoryId), out var id) ? id
        : throw new CommandException("--directory-id must be an id of 22 characters, as `platform quorum describe` shows it");

    private static (string, string, int) ListenerOf(string? endpoint)
    {
        var (name, address) = endpoint?.Split("://", 2) is [var first, var second] ? (first, second) : ("", "");
        return name.Length > 0 && HostAndPort.TryParse(address, out var parsed) && parsed.Host.Length > 0
            ? (name, parsed.Host, parsed.Port)
            : throw new CommandException("--endpoint must be NAME://host:port, for example CONTROLLER://localhost:9093");
    }

    private static string Role(QuorumReplica voter, QuorumDescription quorum) =>
        voter.Id == quorum.LeaderId ? "leader" : "voter";

    private static string? Time(long ms) =>
        ms < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
}
