using System.CommandLine;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Commands;

/// <summary>`platform topics`: what topics there are, and changing them.</summary>
internal static class TopicsCommand
{
    private static readonly Argument<string> Topic = new("topic") { Description = "Name of the topic." };

    private static readonly Option<int> Partitions = new("--partitions", "-p")
    {
        Description = "Number of partitions; the cluster's num.partitions when not given.",
        DefaultValueFactory = _ => -1,
    };

    private static readonly Option<short> ReplicationFactor = new("--replication-factor", "-r")
    {
        Description = "Replicas of each partition; the cluster's default.replication.factor when not given.",
        DefaultValueFactory = _ => (short)-1,
    };

    private static readonly Option<string[]> Config = new("--config", "-c") { Description = "A setting, as key=value; may be repeated." };
    private static readonly Option<bool> IncludeInternal = new("--internal") { Description = "Show the brokers' own topics too." };
    private static readonly Option<bool> IfNotExists = new("--if-not-exists") { Description = "Do nothing when the topic exists." };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("topics", "List, create, describe, alter and delete topics.")
    {
        ClientCommand.ForAdmin("list", "Names of all topics.", ListAsync, IncludeInternal),
        ClientCommand.ForAdmin("create", "Create a topic.", CreateAsync, Topic, Partitions, ReplicationFactor, Config, IfNotExists),
        ClientCommand.ForAdmin("describe", "Partitions with leader, replicas and offsets.", DescribeAsync, Topic),
        ClientCommand.ForAdmin("alter", "Add partitions or change settings.", AlterAsync, Topic, Partitions, Config),
        ClientCommand.ForAdmin("delete", "Delete a topic and its data.", DeleteAsync, Topic),
    };

    private static async Task ListAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var topics = await admin.ListTopicsAsync(parsed.GetValue(IncludeInternal), cancellation);
        var rows = topics.Select(t => new
        {
            t.Name,
            Partitions = t.Partitions.Count,
            ReplicationFactor = t.Partitions.Count == 0 ? 0 : t.Partitions[0].Replicas.Count,
            Id = t.Id.ToString(),
        }).ToList();
        output.Rows(rows, ("TOPIC", r => r.Name), ("PARTITIONS", r => r.Partitions), ("REPLICAS", r => r.ReplicationFactor), ("ID", r => r.Id));
    }

    private static async Task CreateAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var name = parsed.GetValue(Topic)!;
        var topic = new NewTopic(name, parsed.GetValue(Partitions), parsed.GetValue(ReplicationFactor))
        {
            Configs = KeyValues.ParseAll(parsed.GetValue(Config)).ToDictionary(c => c.Key, c => (string?)c.Value),
        };
        var results = await admin.CreateTopicsAsync([topic], cancellation: cancellation);
        var exists = results[0].Error == ErrorCode.TopicAlreadyExists && parsed.GetValue(IfNotExists);
        if (!exists)
            results.ThrowIfAnyFailed();
        output.Done(exists ? $"topic {name} exists already" : $"created topic {name}", new { Topic = name, Created = !exists });
    }

    private static async Task DescribeAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var topic = await admin.DescribeTopicAsync(parsed.GetValue(Topic)!, cancellation);
        var partitions = topic.Partitions.Select(p => new TopicPartition(topic.Name, p.Index)).ToList();
        var first = await admin.ListOffsetsAsync(partitions, OffsetSpec.Earliest, cancellation);
        var next = await admin.ListOffsetsAsync(partitions, OffsetSpec.Latest, cancellation);
        var rows = topic.Partitions.Select(p => new
        {
            Partition = p.Index,
            Leader = p.LeaderId,
            p.LeaderEpoch,
            p.Replicas,
            Isr = p.InSyncReplicas,
            StartOffset = first[new(topic.Name, p.Index)].Offset,
            EndOffset = next[new(topic.Name, p.Index)].Offset,
        }).ToList();
        if (!output.IsJson)
            Console.WriteLine($"{topic.Name}  id {topic.Id}  {topic.Partitions.Count} partitions");
        output.Rows(rows, ("PARTITION", r => r.Partition), ("LEADER", r => r.Leader), ("EPOCH", r => r.LeaderEpoch),
            ("REPLICAS", r => r.Replicas), ("ISR", r => r.Isr), ("START", r => r.StartOffset), ("END", r => r.EndOffset));
    }

    private static async Task AlterAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var name = parsed.GetValue(Topic)!;
        var partitions = parsed.GetValue(Partitions);
        var changes = KeyValues.ParseAll(parsed.GetValue(Config)).Select(c => AlterConfig.Set(c.Key, c.Value)).ToList();
        if (partitions < 0 && changes.Count == 0)
            throw new CommandException("nothing to alter: give --partitions or --config key=value");
        if (partitions >= 0)
            await admin.CreatePartitionsAsync([new NewPartitions(name, partitions)], cancellation: cancellation).ThrowIfAnyFailed();
        if (changes.Count > 0)
            await admin.IncrementalAlterConfigsAsync(
                new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>> { [ConfigResource.Topic(name)] = changes },
                cancellation: cancellation).ThrowIfAnyFailed();
        output.Done($"altered topic {name}", new { Topic = name, Altered = true });
    }

    private static async Task DeleteAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var name = parsed.GetValue(Topic)!;
        await admin.DeleteTopicsAsync([name], cancellation).ThrowIfAnyFailed();
        output.Done($"deleted topic {name}", new { Topic = name, Deleted = true });
    }
}
