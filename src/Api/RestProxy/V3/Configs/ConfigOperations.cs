using Platform.Api.Hosting;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Configs;

/// <summary>Reads and changes settings; the same for topics, brokers and all brokers.</summary>
internal static class ConfigOperations
{
    /// <summary>All settings of an owner, sorted by name.</summary>
    public static async Task<V3Answer<ResourceList<KafkaConfigResource>>> ListAsync(
        ClusterGateway gateway, ResourceLinks links, ConfigOwner owner, CancellationToken cancellation)
    {
        var entries = await EntriesAsync(gateway, owner, cancellation);
        var settings = entries.Select(entry => owner.Describe(links, entry));
        return new(links.List(owner.Kind + "List", owner.ListUrl, settings));
    }

    /// <summary>All settings of several owners, in their order.</summary>
    public static async Task<V3Answer<ResourceList<KafkaConfigResource>>> ListAllAsync(ClusterGateway gateway,
        ResourceLinks links, IReadOnlyList<ConfigOwner> owners, string kind, string self,
        CancellationToken cancellation)
    {
        var all = new List<KafkaConfigResource>();
        foreach (var owner in owners)
        {
            var entries = await EntriesAsync(gateway, owner, cancellation);
            all.AddRange(entries.Select(entry => owner.Describe(links, entry)));
        }
        return new(links.List(kind, self, all));
    }

    /// <summary>One setting, or 404.</summary>
    public static async Task<V3Answer<KafkaConfigResource>> GetAsync(
        ClusterGateway gateway, ResourceLinks links, ConfigOwner owner, string name, CancellationToken cancellation)
    {
        var entries = await EntriesAsync(gateway, owner, cancellation);
        var entry = entries.FirstOrDefault(one => one.Name == name);
        return new(owner.Describe(links, entry ?? throw V3Problems.ConfigNotFound(name, owner.Text, links.ClusterId)));
    }

    /// <summary>Gives a setting the value in the body.</summary>
    public static async Task<NoContentAnswer> SetAsync(
        HttpContext context, ClusterGateway gateway, ResourceLinks links, ConfigOwner owner, string name)
    {
        var request = await JsonBody.ReadAsync(context, V3Json.TypeInfo<UpdateConfigRequest>());
        var change = new AlterConfig(name, AlterConfigOperation.Set, request.Value);
        return await ChangeAsync(gateway, links, owner, [change], validateOnly: false, context.RequestAborted);
    }

    /// <summary>Returns a setting to its default.</summary>
    public static Task<NoContentAnswer> ResetAsync(
        ClusterGateway gateway, ResourceLinks links, ConfigOwner owner, string name, CancellationToken cancellation) =>
        ChangeAsync(gateway, links, owner, [AlterConfig.Delete(name)], validateOnly: false, cancellation);

    /// <summary>Makes the changes in the body, all or none.</summary>
    public static async Task<NoContentAnswer> AlterAsync(
        HttpContext context, ClusterGateway gateway, ResourceLinks links, ConfigOwner owner)
    {
        var request = await JsonBody.ReadAsync(context, V3Json.TypeInfo<AlterConfigsRequest>());
        return await AlterAsync(gateway, links, owner, request, context.RequestAborted);
    }

    /// <summary>Makes the changes, all or none.</summary>
    public static Task<NoContentAnswer> AlterAsync(ClusterGateway gateway, ResourceLinks links, ConfigOwner owner,
        AlterConfigsRequest request, CancellationToken cancellation)
    {
        if (request.Data is not { Count: > 0 })
            throw V3Problems.Invalid("\"data\" is missing or empty: name the settings to change.");
        return ChangeAsync(
            gateway, links, owner, [.. request.Data.Select(ToChange)], request.ValidateOnly, cancellation);
    }

    private static AlterConfig ToChange(AlterConfigItem item) => item.Operation?.ToUpperInvariant() switch
    {
        null or "SET" => new AlterConfig(item.Name, AlterConfigOperation.Set, item.Value),
        "DELETE" => AlterConfig.Delete(item.Name),
        _ => throw V3Problems.Invalid($"operation '{item.Operation}' of '{item.Name}': allowed are SET and DELETE."),
    };

    private static async Task<NoContentAnswer> ChangeAsync(
        ClusterGateway gateway, ResourceLinks links, ConfigOwner owner,
        IReadOnlyList<AlterConfig> changes, bool validateOnly, CancellationToken cancellation)
    {
        // Settings that all brokers share are listed only once they are set, so their names are the broker's to check.
        if (owner.TopicName is not null || owner.BrokerId is not null)
        {
            var known = (await EntriesAsync(gateway, owner, cancellation)).Select(one => one.Name).ToHashSet();
            if (changes.FirstOrDefault(change => !known.Contains(change.Name)) is { Name: { } unknown })
                throw V3Problems.ConfigNotFound(unknown, owner.Text, links.ClusterId);
        }
        var request = new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>> { [owner.Resource] = changes };
        await gateway.Admin.IncrementalAlterConfigsAsync(request, validateOnly, cancellation).ThrowIfAnyFailed();
        return NoContentAnswer.Instance;
    }

    private static async Task<IReadOnlyList<ConfigEntry>> EntriesAsync(
        ClusterGateway gateway, ConfigOwner owner, CancellationToken cancellation)
    {
        var described = await gateway.Admin.DescribeConfigsAsync(
            [owner.Resource], includeSynonyms: true, includeDocumentation: false, cancellation);
        if (described.Count == 0 || described[0].Error == ErrorCode.UnknownTopicOrPartition)
            throw V3Problems.TopicNotFound();
        if (described[0].Error != ErrorCode.None)
            throw new ProblemException(KafkaProblems.CodeOf(described[0].Error),
                described[0].ErrorMessage ?? described[0].Error.Describe());
        return [.. described[0].Entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }
}
