using System.CommandLine;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Commands;

/// <summary>`platform transactions`: what is open, for how long, and how to end what nobody else ends.</summary>
internal static class TransactionsCommand
{
    private static readonly Argument<string> Id = new("transactional-id") { Description = "The transactional id." };
    private static readonly Option<string?> IdOption = new("--transactional-id")
    {
        Description = "Take this id over: its transaction is aborted, its producer fenced.",
    };

    private static readonly Option<string[]> State = new("--state") { Description = "Only in this state, such as Ongoing; may be repeated." };
    private static readonly Option<long[]> ProducerId = new("--producer-id") { Description = "Only of this producer; may be repeated." };
    private static readonly Option<long> OpenFor = new("--open-for-ms")
    {
        Description = "Only those that began longer ago, in milliseconds.",
        DefaultValueFactory = _ => -1,
    };

    private static readonly Option<string?> Pattern = new("--pattern") { Description = "Only ids that this regular expression matches as a whole." };
    private static readonly Option<string?> Topic = new("--topic", "-t") { Description = "The topic." };
    private static readonly Option<int?> Partition = new("--partition", "-p") { Description = "The partition." };
    private static readonly Option<long?> StartOffset = new("--start-offset") { Description = "First offset of the transaction, as find-hanging shows it." };
    private static readonly Option<int> MaxTimeout = new("--max-transaction-timeout")
    {
        Description = "Minutes after which an open transaction is suspicious.",
        DefaultValueFactory = _ => 15,
    };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("transactions", "List, describe, abort and look for hanging transactions.")
    {
        ClientCommand.ForAdmin("list", "Transactional ids of all coordinators.", ListAsync, State, ProducerId, OpenFor, Pattern),
        ClientCommand.ForAdmin("describe", "State and partitions of a transactional id.", DescribeAsync, Id),
        ClientCommand.ForAdmin("abort", "End a transaction: by --transactional-id, or with a marker at --topic, --partition and --start-offset.",
            AbortAsync, IdOption, Topic, Partition, StartOffset),
        ClientCommand.ForAdmin("find-hanging", "Open transactions that their coordinator does not know: they hold back readers for ever.",
            FindHangingAsync, Topic, Partition, MaxTimeout),
    };

    private static async Task ListAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var filter = new TransactionFilter(
            parsed.GetValue(State), parsed.GetValue(ProducerId), parsed.GetValue(OpenFor), parsed.GetValue(Pattern));
        output.Rows(await admin.ListTransactionsAsync(filter, cancellation),
            ("TRANSACTIONAL ID", t => t.TransactionalId), ("COORDINATOR", t => t.CoordinatorId),
            ("PRODUCER ID", t => t.ProducerId), ("STATE", t => t.State));
    }

    private static async Task DescribeAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var found = await admin.DescribeTransactionAsync(parsed.GetValue(Id)!, cancellation);
        output.Rows([new
        {
            found.TransactionalId,
            found.CoordinatorId,
            found.ProducerId,
            found.ProducerEpoch,
            found.State,
            found.TimeoutMs,
            StartTime = found.StartTimeMs < 0 ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(found.StartTimeMs),
            Partitions = found.Partitions.Select(p => p.ToString()).ToList(),
        }],
            ("TRANSACTIONAL ID", t => t.TransactionalId), ("COORDINATOR", t => t.CoordinatorId), ("PRODUCER ID", t => t.ProducerId),
            ("EPOCH", t => t.ProducerEpoch), ("STATE", t => t.State), ("TIMEOUT MS", t => t.TimeoutMs),
            ("STARTED", t => t.StartTime?.ToString("u")), ("PARTITIONS", t => string.Join(' ', t.Partitions)));
    }

    private static async Task AbortAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        if (parsed.GetValue(IdOption) is { } id)
        {
            await admin.DescribeTransactionAsync(id, cancellation);
            await admin.FenceProducerAsync(id, cancellation);
            output.Done($"aborted the transaction of {id}", new { TransactionalId = id, Aborted = true });
            return;
        }
        if (parsed.GetValue(Topic) is not { } topic || parsed.GetValue(Partition) is not { } number || parsed.GetValue(StartOffset) is not { } start)
            throw new CommandException("say which transaction: --transactional-id, or --topic with --partition and --start-offset");
        var partition = new TopicPartition(topic, number);
        var (error, producers) = (await admin.DescribeProducersAsync([partition], cancellation))[partition];
        Client.KafkaException.ThrowIfError(error, partition.ToString());
        var producer = producers.FirstOrDefault(p => p.TransactionStartOffset == start)
            ?? throw new CommandException($"no transaction of {partition} that is open begins at offset {start}");
        await admin.AbortTransactionAsync(partition, producer, cancellation);
        output.Done($"aborted the transaction of producer {producer.ProducerId} in {partition}",
            new { topic, partition = number, producer.ProducerId, producer.ProducerEpoch, Aborted = true });
    }

    private static async Task FindHangingAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var partitions = await PartitionsAsync(admin, parsed.GetValue(Topic), parsed.GetValue(Partition), cancellation);
        var found = await HangingTransactions.FindAsync(
            admin, partitions, TimeSpan.FromMinutes(parsed.GetValue(MaxTimeout)), DateTimeOffset.UtcNow, cancellation);
        output.Rows(found,
            ("TOPIC", h => h.Topic), ("PARTITION", h => h.Partition), ("PRODUCER ID", h => h.ProducerId), ("EPOCH", h => h.ProducerEpoch),
            ("COORDINATOR EPOCH", h => h.CoordinatorEpoch), ("START OFFSET", h => h.StartOffset),
            ("LAST RECORD", h => h.LastTimestamp?.ToString("u")));
    }

    private static async Task<IReadOnlyList<TopicPartition>> PartitionsAsync(
        AdminClient admin, string? topic, int? partition, CancellationToken cancellation)
    {
        if (topic is null && partition is not null)
            throw new CommandException("--partition needs --topic");
        if (topic is not null && partition is not null)
            return [new TopicPartition(topic, partition.Value)];
        var names = topic is not null ? [topic] : (await admin.ListTopicsAsync(cancellation: cancellation)).Select(t => t.Name).ToList();
        var found = new List<TopicPartition>();
        foreach (var name in names)
            found.AddRange((await admin.DescribeTopicAsync(name, cancellation)).Partitions.Select(p => new TopicPartition(name, p.Index)));
        return found;
    }
}
