using System.CommandLine;
using Platform.Client.Admin;
using Platform.Client.Observability;

namespace Platform.Commands;

/// <summary>`platform events`: what has happened in the cluster lately, and why.</summary>
internal static class EventsCommand
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromSeconds(1);
    private static readonly Option<int> Last = new("--last", "-n") { Description = "How many, the newest last.", DefaultValueFactory = _ => 50 };
    private static readonly Option<string?> About = new("--about")
    {
        Description = "Only those about this: a partition such as orders-3, 'broker 2' or 'quorum'.",
    };
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on with what happens from now on." };

    /// <summary>The verb.</summary>
    public static Command Create() => ClientCommand.ForAdmin("events",
        "What has happened: moves of leaders, in-sync replicas, elections, fencing and reassignments, each with its cause.",
        RunAsync, Last, About, Follow);

    private static async Task RunAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        using var reader = new ClusterEventReader(admin);
        var shown = new HashSet<string>();
        do
        {
            var read = await reader.ReadAsync(cancellation);
            var about = parsed.GetValue(About);
            var fresh = read.Events.Where(told => about is null || told.Subject == about)
                .Where(told => shown.Add($"{told.TimeMs} {told.Subject} {told.Kind}")).TakeLast(parsed.GetValue(Last));
            foreach (var told in fresh)
                Print(told, output);
            if (!parsed.GetValue(Follow) || shown.Count == 0)
                foreach (var missing in read.Missing)
                    await Console.Error.WriteLineAsync($"not asked: {missing}");
            if (parsed.GetValue(Follow))
                await Task.Delay(FollowInterval, cancellation);
        }
        while (parsed.GetValue(Follow));
    }

    private static void Print(ClusterEventView told, Output output)
    {
        if (output.IsJson)
            Output.Json(told);
        else
            Console.WriteLine($"{DateTimeOffset.FromUnixTimeMilliseconds(told.TimeMs):yyyy-MM-dd HH:mm:ss.fff}Z  {told.Text}");
    }
}
