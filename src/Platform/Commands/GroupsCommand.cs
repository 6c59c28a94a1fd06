using System.CommandLine;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Commands;

/// <summary>`platform groups`: consumer groups, their members and lag.</summary>
internal static class GroupsCommand
{
    private static readonly Argument<string> Group = new("group") { Description = "Id of the group." };
    private static readonly Option<string?> Topic = new("--topic", "-t") { Description = "Only this topic." };
    private static readonly Option<string?> To = new("--to") { Description = "earliest, latest, an offset, or a time such as 2026-11-21T10:00:00Z." };
    private static readonly Option<long?> By = new("--by") { Description = "Move by this many records, forward or (negative) back." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only show what would be committed." };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("groups", "List, describe, reset and delete consumer groups.")
    {
        ClientCommand.ForAdmin("list", "All groups of all brokers.", ListAsync),
        ClientCommand.ForAdmin("describe", "Committed offsets, lag and owner of each partition.", DescribeAsync, Group),
        ClientCommand.ForAdmin("reset-offsets", "Move the committed offsets of a group that has no members.", ResetAsync, Group, Topic, To, By, DryRun),
        ClientCommand.ForAdmin("delete", "Delete a group that has no members.", DeleteAsync, Group),
    };

    private static async Task ListAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation) =>
        output.Rows(await admin.ListGroupsAsync(cancellation),
            ("GROUP", g => g.GroupId), ("STATE", g => g.State), ("TYPE", g => g.Type), ("PROTOCOL", g => g.ProtocolType));

    private static async Task DescribeAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var group = await admin.DescribeGroupAsync(parsed.GetValue(Group)!, cancellation);
        Client.KafkaException.ThrowIfError(group.Error, $"group {group.GroupId}", group.ErrorMessage);
        var owners = group.Members.SelectMany(m => m.Assignment.Select(p => (Partition: p, Member: m))).ToDictionary(o => o.Partition, o => o.Member);
        var committed = await admin.ListGroupOffsetsAsync(group.GroupId, cancellation: cancellation);
        var partitions = committed.Keys.Union(owners.Keys).Order().ToList();
        var ends = await admin.ListOffsetsAsync(partitions, OffsetSpec.Latest, cancellation);
        var rows = partitions.Select(p =>
        {
            long? offset = committed.TryGetValue(p, out var commit) ? commit.Offset : null;
            var owner = owners.GetValueOrDefault(p);
            return new
            {
                p.Topic,
                p.Partition,
                Offset = offset,
                EndOffset = ends[p].Offset,
                Lag = offset is null ? (long?)null : Math.Max(0, ends[p].Offset - offset.Value),
                owner?.MemberId,
                owner?.ClientId,
                owner?.Host,
            };
        }).ToList();
        if (!output.IsJson)
            Console.WriteLine($"{group.GroupId}  {group.State}  {group.Members.Count} members  {group.Assignor}");
        output.Rows(rows, ("TOPIC", r => r.Topic), ("PARTITION", r => r.Partition), ("OFFSET", r => r.Offset), ("END", r => r.EndOffset),
            ("LAG", r => r.Lag), ("MEMBER", r => r.MemberId), ("CLIENT", r => r.ClientId), ("HOST", r => r.Host));
    }

    private static async Task ResetAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var groupId = parsed.GetValue(Group)!;
        var topic = parsed.GetValue(Topic);
        var committed = (await admin.ListGroupOffsetsAsync(groupId, cancellation: cancellation))
            .Where(c => topic is null || c.Key.Topic == topic).ToDictionary();
        if (committed.Count == 0 && topic is not null)
            foreach (var partition in (await admin.DescribeTopicAsync(topic, cancellation)).Partitions)
                committed[new TopicPartition(topic, partition.Index)] = new OffsetAndMetadata(0);
        var targets = await OffsetReset.TargetsAsync(admin, committed, parsed.GetValue(To), parsed.GetValue(By), cancellation);
        if (!parsed.GetValue(DryRun))
            await admin.AlterGroupOffsetsAsync(groupId, targets, cancellation).ThrowIfAnyFailed();
        var rows = targets.OrderBy(t => t.Key).Select(t => new { t.Key.Topic, t.Key.Partition, t.Value.Offset }).ToList();
        output.Rows(rows, ("TOPIC", r => r.Topic), ("PARTITION", r => r.Partition), ("NEW OFFSET", r => r.Offset));
    }

    private static async Task DeleteAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var groupId = parsed.GetValue(Group)!;
        await admin.DeleteGroupsAsync([groupId], cancellation).ThrowIfAnyFailed();
        output.Done($"deleted group {groupId}", new { Group = groupId, Deleted = true });
    }
}
