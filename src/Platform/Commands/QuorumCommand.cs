using System.CommandLine;
using Platform.Client.Admin;

namespace Platform.Commands;

/// <summary>`platform quorum`: the controllers and how far each has replicated the metadata.</summary>
internal static class QuorumCommand
{
    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("quorum", "Look at the quorum of controllers.")
    {
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
            ("END OFFSET", row => row.Replica.LogEndOffset), ("LAG", row => end - row.Replica.LogEndOffset),
            ("LAST FETCH", row => Time(row.Replica.LastFetchMs)),
            ("CAUGHT UP", row => Time(row.Replica.LastCaughtUpMs)));
    }

    private static string Role(QuorumReplica voter, QuorumDescription quorum) =>
        voter.Id == quorum.LeaderId ? "leader" : "voter";

    private static string? Time(long ms) =>
        ms < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
}
