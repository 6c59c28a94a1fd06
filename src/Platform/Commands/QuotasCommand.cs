using System.CommandLine;
using System.Globalization;
using Platform.Client.Admin;

namespace Platform.Commands;

/// <summary>`platform quotas`: how much users and clients may produce and fetch (KIP-546).</summary>
internal static class QuotasCommand
{
    private const string DefaultName = "<default>";

    private static readonly Option<string?> User = new("--user")
    {
        Description = $"Name of the user; {DefaultName} for all who are not named.",
    };

    private static readonly Option<string?> ClientId = new("--client-id")
    {
        Description = $"The client's name for itself; {DefaultName} for all that are not named.",
    };

    private static readonly Option<string[]> Add = new("--add")
    {
        Description = "A quota, such as producer_byte_rate=1048576; may be repeated.",
    };

    private static readonly Option<string[]> Remove = new("--remove") { Description = "A quota to remove; may be repeated." };

    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("quotas", "Look at the quotas of clients, and change them.")
    {
        ClientCommand.ForAdmin("list", "All quotas.", ListAsync),
        ClientCommand.ForAdmin("alter", "Set and remove quotas of a user, a client id, or both.", AlterAsync,
            User, ClientId, Add, Remove),
    };

    private static async Task ListAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var quotas = await admin.DescribeClientQuotasAsync(cancellation: cancellation);
        var rows = quotas.SelectMany(entry => entry.Values.Select(value => new
        {
            Entity = string.Join(", ", entry.Entity.Select(part => $"{part.Key} {part.Value ?? DefaultName}")),
            Quota = value.Key,
            value.Value,
        })).ToList();
        output.Rows(rows, ("ENTITY", r => r.Entity), ("QUOTA", r => r.Quota), ("VALUE", r => r.Value));
    }

    private static async Task AlterAsync(
        AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var entity = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (type, name) in ((string, string?)[])[("user", parsed.GetValue(User)), ("client-id", parsed.GetValue(ClientId))])
            if (name is not null)
                entity[type] = name == DefaultName ? null : name;
        if (entity.Count == 0)
            throw new CommandException("say whose quota: --user, --client-id, or both");
        var values = KeyValues.ParseAll(parsed.GetValue(Add)).ToDictionary(add => add.Key, add => (double?)Number(add));
        foreach (var key in parsed.GetValue(Remove) ?? [])
            values[key] = null;
        if (values.Count == 0)
            throw new CommandException("say what to change: --add quota=value, or --remove quota");
        await admin.AlterClientQuotasAsync(entity, values, cancellation);
        output.Done("done", new { Entity = entity, Quotas = values });
    }

    private static double Number(KeyValuePair<string, string> quota) =>
        double.TryParse(quota.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
            : throw new CommandException($"{quota.Key} must be a number, not '{quota.Value}'");
}
