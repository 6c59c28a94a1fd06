using System.CommandLine;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Commands;

/// <summary>`platform acls`: who may do what, in the manner of kafka-acls.</summary>
internal static class AclsCommand
{
    private static readonly Option<string[]> Topic = Many("--topic", "Name of a topic, or its prefix; * for all. May be repeated.");
    private static readonly Option<string[]> Group = Many("--group", "Id of a group, or its prefix; * for all. May be repeated.");
    private static readonly Option<string[]> TransactionalId = Many("--transactional-id", "A transactional id, or its prefix; * for all.");
    private static readonly Option<string[]> DelegationToken = Many("--delegation-token", "Id of a delegation token; * for all.");
    private static readonly Option<string[]> UserPrincipal = Many("--user-principal", "A user whose delegation tokens are meant, as User:name.");
    private static readonly Option<bool> Cluster = new("--cluster") { Description = "The cluster itself." };

    private static readonly Option<string> Pattern = new("--resource-pattern-type")
    {
        Description = "How names are meant: literal or prefixed; in list and delete also any and match.",
        DefaultValueFactory = _ => "literal",
    };

    private static readonly Option<string[]> Operation = Many("--operation", "Such as Read, Write, Describe or All. May be repeated.");
    private static readonly Option<string[]> AllowPrincipal = Many("--allow-principal", "Who may, such as User:alice; User:* for everybody.");
    private static readonly Option<string[]> DenyPrincipal = Many("--deny-principal", "Who may not, whatever other rules say.");
    private static readonly Option<string[]> AllowHost = Many("--allow-host", "Address or range (10.0.0.0/8) that they come from; all when left out.");
    private static readonly Option<string[]> DenyHost = Many("--deny-host", "Address or range from which they may not; all when left out.");
    private static readonly Option<string[]> Principal = Many("--principal", "Only rules about these principals.");
    private static readonly Option<bool> Producer = new("--producer")
    {
        Description = "All that a producer needs: Write, Describe and Create on the topics.",
    };

    private static readonly Option<bool> Consumer = new("--consumer")
    {
        Description = "All that a consumer needs: Read and Describe on the topics, Read on the groups.",
    };

    private static readonly Symbol[] Resources = [Topic, Group, TransactionalId, DelegationToken, UserPrincipal, Cluster, Pattern];

    /// <summary>The noun with its verbs.</summary>
    public static Command Create() => new("acls", "Look at the access rules (ACLs), and change them.")
    {
        ClientCommand.ForAdmin("list", "Rules, all of them or those about a resource.", ListAsync, [.. Resources, Principal]),
        ClientCommand.ForAdmin("create", "Add rules.", CreateAsync,
            [.. Resources, Operation, AllowPrincipal, DenyPrincipal, AllowHost, DenyHost, Producer, Consumer]),
        ClientCommand.ForAdmin("delete", "Remove the rules about a resource, or some of them.", DeleteAsync,
            [.. Resources, Operation, AllowPrincipal, DenyPrincipal, AllowHost, DenyHost]),
    };

    private static async Task ListAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var principals = parsed.GetValue(Principal) ?? [];
        var found = new List<AclBinding>();
        foreach (var filter in Filters(parsed))
            foreach (var principal in principals.Length == 0 ? (string?[])[null] : principals)
                found.AddRange(await admin.DescribeAclsAsync(filter with { Principal = principal }, cancellation));
        Print(output, found.Distinct());
    }

    private static async Task CreateAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var rules = Rules(parsed).Distinct().ToList();
        if (rules.Count == 0)
            throw new CommandException("say whom the rule is about: --allow-principal or --deny-principal");
        await admin.CreateAclsAsync(rules, cancellation);
        output.Done(string.Join('\n', rules), rules);
    }

    private static async Task DeleteAsync(AdminClient admin, ParseResult parsed, Output output, CancellationToken cancellation)
    {
        var resources = Filters(parsed);
        if (resources.Count == 1 && resources[0].ResourceType == AclResourceType.Any)
            throw new CommandException("say which rules to remove: --topic, --group, --cluster, ...; '*' names the rules about all topics");
        var who = Who(parsed).ToList();
        var filters = resources.SelectMany(resource => who.Count == 0 ? [resource]
            : from one in who from operation in Operations(parsed, AclOperation.Any)
              select resource with { Principal = one.Principal, Host = one.Host, Permission = one.Permission, Operation = operation });
        Print(output, await admin.DeleteAclsAsync([.. filters], cancellation));
    }

    private static void Print(Output output, IEnumerable<AclBinding> rules) => output.Rows(
        rules.OrderBy(rule => rule.ResourceType).ThenBy(rule => rule.ResourceName, StringComparer.Ordinal)
            .ThenBy(rule => rule.Principal, StringComparer.Ordinal).ThenBy(rule => rule.Operation).ToList(),
        ("RESOURCE", rule => rule.ResourceType), ("NAME", rule => rule.ResourceName), ("PATTERN", rule => rule.PatternType),
        ("PRINCIPAL", rule => rule.Principal), ("HOST", rule => rule.Host), ("OPERATION", rule => rule.Operation),
        ("PERMISSION", rule => rule.Permission));

    private static IEnumerable<AclBinding> Rules(ParseResult parsed)
    {
        var pattern = PatternOf(parsed);
        if (pattern is not (AclPatternType.Literal or AclPatternType.Prefixed))
            throw new CommandException("a rule is literal or prefixed; any and match are for list and delete");
        var resources = Named(parsed).ToList();
        if (resources.Count == 0)
            throw new CommandException("say what the rule is about: --topic, --group, --transactional-id or --cluster");
        return from resource in resources
               from one in Who(parsed)
               from operation in OperationsOn(resource.Type, parsed)
               select new AclBinding(resource.Type, resource.Name, resource.Type == AclResourceType.Cluster ? AclPatternType.Literal : pattern,
                   one.Principal, one.Host, operation, one.Permission);
    }

    // --producer and --consumer stand for several operations, which differ by the kind of resource.
    private static IEnumerable<AclOperation> OperationsOn(AclResourceType type, ParseResult parsed)
    {
        var (producer, consumer) = (parsed.GetValue(Producer), parsed.GetValue(Consumer));
        if (!producer && !consumer)
            return Operations(parsed, AclOperation.All);
        IEnumerable<AclOperation> ofProducer = (producer, type) switch
        {
            (true, AclResourceType.Topic) => [AclOperation.Write, AclOperation.Describe, AclOperation.Create],
            (true, AclResourceType.TransactionalId) => [AclOperation.Write, AclOperation.Describe],
            _ => [],
        };
        IEnumerable<AclOperation> ofConsumer = (consumer, type) switch
        {
            (true, AclResourceType.Topic) => [AclOperation.Read, AclOperation.Describe],
            (true, AclResourceType.Group) => [AclOperation.Read],
            _ => [],
        };
        return ofProducer.Concat(ofConsumer).Distinct();
    }

    private static List<AclBindingFilter> Filters(ParseResult parsed)
    {
        var pattern = PatternOf(parsed);
        var named = Named(parsed).Select(resource => new AclBindingFilter(resource.Type, resource.Name,
            resource.Type == AclResourceType.Cluster ? AclPatternType.Literal : pattern)).ToList();
        return named.Count > 0 ? named : [new AclBindingFilter()];
    }

    private static IEnumerable<(AclResourceType Type, string Name)> Named(ParseResult parsed) =>
    [
        .. (parsed.GetValue(Topic) ?? []).Select(name => (AclResourceType.Topic, name)),
        .. (parsed.GetValue(Group) ?? []).Select(name => (AclResourceType.Group, name)),
        .. (parsed.GetValue(TransactionalId) ?? []).Select(name => (AclResourceType.TransactionalId, name)),
        .. (parsed.GetValue(DelegationToken) ?? []).Select(name => (AclResourceType.DelegationToken, name)),
        .. (parsed.GetValue(UserPrincipal) ?? []).Select(name => (AclResourceType.User, name)),
        .. parsed.GetValue(Cluster) ? [(AclResourceType.Cluster, AclBinding.ClusterName)] : Array.Empty<(AclResourceType, string)>(),
    ];

    private static IEnumerable<(string Principal, string Host, AclPermission Permission)> Who(ParseResult parsed) =>
    [
        .. Who(parsed, AllowPrincipal, AllowHost, AclPermission.Allow), .. Who(parsed, DenyPrincipal, DenyHost, AclPermission.Deny),
    ];

    private static IEnumerable<(string, string, AclPermission)> Who(
        ParseResult parsed, Option<string[]> principals, Option<string[]> hosts, AclPermission permission) =>
        from principal in parsed.GetValue(principals) ?? []
        from host in parsed.GetValue(hosts) is { Length: > 0 } named ? named : [AclBinding.Wildcard]
        select (principal, host, permission);

    private static IEnumerable<AclOperation> Operations(ParseResult parsed, AclOperation otherwise) =>
        parsed.GetValue(Operation) is { Length: > 0 } names ? names.Select(Parse<AclOperation>) : [otherwise];

    private static AclPatternType PatternOf(ParseResult parsed) => Parse<AclPatternType>(parsed.GetValue(Pattern)!);

    private static T Parse<T>(string name)
        where T : struct, Enum => AclNames.TryParse<T>(name, out var value) ? value
            : throw new CommandException($"'{name}' is none of {string.Join(", ", Enum.GetNames<T>().Skip(1))}");

    private static Option<string[]> Many(string name, string description) => new(name) { Description = description };
}
