using System.CommandLine;
using System.Globalization;
using Platform.Client.Admin;
using Platform.Client.Balancing;
using Platform.Protocol;

namespace Platform.Commands;

/// <summary>`platform log-dirs`: the data directories of brokers, what lies in them, and moving it to others.</summary>
internal static class LogDirsCommand
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private static readonly Argument<string[]> Partitions = new("partitions")
    {
        Description = "Replicas to move, as topic-partition: orders-0 orders-3.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<int?> Broker = new("--broker") { Description = "Id of the broker; all of them when not given." };
    private static readonly Option<int> Owner = new("--broker") { Description = "Id of the broker that moves them.", Required = true };
    private static readonly Option<string?> Topic = new("--topic", "-t") { Description = "Only replicas of this topic." };

    private static readonly Option<string> Target = new("--to")
    {
        Description = "Path of the log directory, as the broker's log.dirs has it.",
        Required = true,
    };

    private static readonly Option<bool> Wait = new("--wait") { Description = "Return when they have arrived." };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("log-dirs", "Look at the data directories of brokers, and move replicas between them.")
    {
        ClientCommand.ForAdmin("describe", "Directories with their replicas, and copies on their way.", DescribeAsync, Broker, Topic),
        ClientCommand.ForAdmin("move", "Move replicas of a broker to another one of its directories.",
            MoveAsync, Partitions, Owner, Target, Wait),
    };

    private static async Task DescribeAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var (broker, topic) = (parsed.GetValue(Broker), parsed.GetValue(Topic));
        var brokers = broker is { } id ? [id]
            : (await admin.DescribeClusterAsync(cancellation)).Brokers.Select(each => each.Id).Order().ToList();
        var rows = new List<Row>();
        foreach (var each in brokers)
        {
            foreach (var directory in await admin.DescribeLogDirsAsync(each, cancellation))
                rows.AddRange(RowsOf(each, directory, topic));
        }
        output.Rows(rows, ("BROKER", r => r.Broker), ("DIRECTORY", r => r.Directory), ("STATE", r => r.State),
            ("FREE", r => r.FreeBytes < 0 ? null : Sizes.InWords(r.FreeBytes)), ("REPLICA", r => r.Replica),
            ("BYTES", r => r.Bytes is { } bytes ? Sizes.InWords(bytes) : null), ("LAG", r => r.Lag));
    }

    private static IEnumerable<Row> RowsOf(int broker, LogDirDescription directory, string? topic)
    {
        var row = new Row(broker, directory.Path, directory.Error == ErrorCode.None ? "online" : "offline",
            directory.UsableBytes, null, null, null);
        var replicas = directory.Replicas.Where(replica => topic is null || replica.Partition.Topic == topic)
            .OrderBy(replica => replica.Partition).ToList();
        return replicas.Count == 0 ? [row] : replicas.Select(replica => row with
        {
            State = replica.IsFuture ? "moving here" : row.State,
            Replica = replica.Partition.ToString(),
            Bytes = replica.SizeInBytes,
            Lag = replica.OffsetLag,
        });
    }

    private static async Task MoveAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var (broker, target) = (parsed.GetValue(Owner), parsed.GetValue(Target)!);
        var wanted = parsed.GetValue(Partitions)!.Select(Parse).Distinct().ToDictionary(each => each, _ => target);
        var answers = await admin.AlterReplicaLogDirsAsync(broker, wanted, cancellation);
        answers.ThrowIfAnyFailed();
        if (parsed.GetValue(Wait))
            await WaitAsync(admin, broker, [.. wanted.Keys], target, cancellation);
        output.Done(parsed.GetValue(Wait) ? $"{wanted.Count} replicas of broker {broker} lie in {target}"
            : $"broker {broker} moves {wanted.Count} replicas to {target}; 'platform log-dirs describe' shows how far it is",
            new { Broker = broker, Directory = target, Partitions = wanted.Keys.Select(each => each.ToString()) });
    }

    private static async Task WaitAsync(
        AdminClient admin, int broker, HashSet<TopicPartition> partitions, string target, CancellationToken cancellation)
    {
        while (true)
        {
            var directories = await admin.DescribeLogDirsAsync(broker, cancellation);
            var there = directories.Where(directory => directory.Path == target.TrimEnd('/')).SelectMany(d => d.Replicas).ToList();
            if (partitions.All(wanted => there.Any(replica => replica.Partition == wanted && !replica.IsFuture)))
                return;
            if (directories.FirstOrDefault(directory => directory.Error != ErrorCode.None) is { } offline)
                throw new CommandException($"{offline.Path} of broker {broker} is offline, so that nothing moves");
            await Task.Delay(PollInterval, cancellation);
        }
    }

    private static TopicPartition Parse(string text)
    {
        var dash = text.LastIndexOf('-');
        return dash > 0 && int.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new TopicPartition(text[..dash], number)
            : throw new CommandException($"'{text}' is no topic-partition, as in orders-0");
    }

    private sealed record Row(
        int Broker, string Directory, string State, long FreeBytes, string? Replica, long? Bytes, long? Lag);
}
