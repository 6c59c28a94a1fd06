using System.CommandLine;
using Platform.Client.Admin;

namespace Platform.Commands;

/// <summary>`platform configs`: settings of topics and brokers, with where each value comes from.</summary>
internal static class ConfigsCommand
{
    private static readonly Option<string?> Topic = new("--topic", "-t") { Description = "A topic." };
    private static readonly Option<string?> Broker = new("--broker") { Description = "A broker's id, or 'default' for all brokers." };
    private static readonly Option<bool> All = new("--all") { Description = "Show defaults too." };
    private static readonly Option<string[]> Set = new("--set", "-s") { Description = "key=value to set; may be repeated." };
    private static readonly Option<string[]> Delete = new("--delete", "-d") { Description = "Key to return to its default; may be repeated." };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("configs", "Describe and alter settings of topics and brokers.")
    {
        ClientCommand.ForAdmin("describe", "Settings that differ from their defaults; all with --all.", DescribeAsync, Topic, Broker, All),
        ClientCommand.ForAdmin("alter", "Change settings.", AlterAsync, Topic, Broker, Set, Delete),
    };

    private static async Task DescribeAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var described = (await admin.DescribeConfigsAsync([Resource(parsed)], includeSynonyms: true, cancellation: cancellation))[0];
        Client.KafkaException.ThrowIfError(described.Error, described.Resource.ToString(), described.ErrorMessage);
        var rows = described.Entries.Where(e => parsed.GetValue(All) || !e.IsDefault)
            .Select(e => new { e.Name, Value = e.IsSensitive ? null : e.Value, Source = e.Source.ToString(), e.IsReadOnly }).ToList();
        output.Rows(rows, ("NAME", r => r.Name), ("VALUE", r => r.Value), ("SOURCE", r => r.Source), ("READ-ONLY", r => r.IsReadOnly ? "yes" : ""));
    }

    private static async Task AlterAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var resource = Resource(parsed);
        List<AlterConfig> changes =
        [
            .. KeyValues.ParseAll(parsed.GetValue(Set)).Select(c => AlterConfig.Set(c.Key, c.Value)),
            .. (parsed.GetValue(Delete) ?? []).Select(AlterConfig.Delete),
        ];
        if (changes.Count == 0)
            throw new CommandException("nothing to alter: give --set key=value or --delete key");
        await admin.IncrementalAlterConfigsAsync(
            new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>> { [resource] = changes }, cancellation: cancellation).ThrowIfAnyFailed();
        output.Done($"altered {resource}", new { Resource = resource.ToString(), Changes = changes.Count });
    }

    private static ConfigResource Resource(ParseResult parsed) => (parsed.GetValue(Topic), parsed.GetValue(Broker)) switch
    {
        ({ } topic, null) => ConfigResource.Topic(topic),
        (null, "default") => ConfigResource.BrokerDefaults,
        (null, { } id) when int.TryParse(id, out var number) => ConfigResource.Broker(number),
        (null, { } id) => throw new CommandException($"--broker takes a number or 'default', not '{id}'"),
        _ => throw new CommandException("give either --topic NAME or --broker ID"),
    };
}
