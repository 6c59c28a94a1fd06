using System.CommandLine;
using System.Text;
using Platform.Client;
using Platform.Client.Admin;
using Platform.Client.Consuming;
using Platform.Protocol;

namespace Platform.Commands;

/// <summary>`platform consume`: prints records, value by value or as JSON lines.</summary>
internal static class ConsumeCommand
{
    private static readonly Argument<string> Topic = new("topic") { Description = "Name of the topic." };
    private static readonly Option<bool> FromBeginning = new("--from-beginning")
    {
        Description = "Start at the first record instead of the next one.",
    };

    private static readonly Option<long?> MaxMessages = new("--max-messages", "-n") { Description = "End after this many records." };
    private static readonly Option<string?> Group = new("--group", "-g") { Description = "Consume as a member of a group, and commit." };
    private static readonly Option<int?> Partition = new("--partition", "-p") { Description = "Only this partition." };
    private static readonly Option<long?> Offset = new("--offset", "-o") { Description = "Start here; needs --partition." };

    /// <summary>The verb.</summary>
    public static Command Create() => ClientCommand.For(
        "consume", "Print the records of a topic.", RunAsync, Topic, FromBeginning, MaxMessages, Group, Partition, Offset);

    private static async Task RunAsync(
        ClientOptions client, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        if (parsed.GetValue(Offset) is not null && parsed.GetValue(Partition) is null)
            throw new CommandException("--offset needs --partition");
        if (parsed.GetValue(Group) is not null && parsed.GetValue(Partition) is not null)
            throw new CommandException("a member of a group is given its partitions: use either --group or --partition");
        await using var consumer = new KafkaConsumer(Options(client, parsed));
        if (parsed.GetValue(Group) is not null)
            consumer.Subscribe([parsed.GetValue(Topic)!]);
        else
            await AssignAsync(consumer, client, parsed, cancellation);
        await PrintAsync(consumer, parsed, output, cancellation);
    }

    private static ConsumerOptions Options(ClientOptions client, ParseResult parsed) => new()
    {
        BootstrapServers = client.BootstrapServers,
        ClientId = client.ClientId,
        GroupId = parsed.GetValue(Group),
        AutoOffsetReset = parsed.GetValue(FromBeginning) ? AutoOffsetReset.Earliest : AutoOffsetReset.Latest,
        AllowAutoCreateTopics = false,
    };

    private static async Task AssignAsync(
        KafkaConsumer consumer, ClientOptions client, ParseResult parsed, CancellationToken cancellation)
    {
        await using var admin = new AdminClient(client);
        var topic = await admin.DescribeTopicAsync(parsed.GetValue(Topic)!, cancellation);
        var partitions = topic.Partitions.Select(p => new TopicPartition(topic.Name, p.Index)).ToList();
        if (parsed.GetValue(Partition) is { } number)
            partitions = partitions.FindAll(p => p.Partition == number) is { Count: > 0 } found
                ? found
                : throw new CommandException($"{topic.Name} has the partitions 0 to {partitions.Count - 1}, not {number}");
        consumer.Assign(partitions);
        if (parsed.GetValue(Offset) is { } offset)
            consumer.Seek(partitions[0], offset);
    }

    private static async Task PrintAsync(
        KafkaConsumer consumer, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var left = parsed.GetValue(MaxMessages) ?? long.MaxValue;
        var commits = parsed.GetValue(Group) is not null;
        while (left > 0)
        {
            var results = await consumer.PollAsync(TimeSpan.FromSeconds(1), cancellation);
            var printed = new Dictionary<TopicPartition, OffsetAndMetadata>();
            foreach (var result in results.Take((int)Math.Min(left, int.MaxValue)))
            {
                Print(result, output);
                printed[result.TopicPartition] = new OffsetAndMetadata(result.Offset + 1, result.LeaderEpoch);
                left--;
            }
            // Only what was printed is committed: a reader that stops here continues with the next record.
            if (commits && printed.Count > 0)
                await consumer.CommitAsync(printed, cancellation);
        }
    }

    private static void Print(ConsumeResult result, Output output)
    {
        if (!output.IsJson)
            Console.WriteLine(Text(result.Value));
        else
            Output.Json(new
            {
                result.TopicPartition.Topic,
                result.TopicPartition.Partition,
                result.Offset,
                result.Timestamp,
                Key = Text(result.Key),
                Value = Text(result.Value),
            });
    }

    private static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } present ? Encoding.UTF8.GetString(present.Span) : null;
}
