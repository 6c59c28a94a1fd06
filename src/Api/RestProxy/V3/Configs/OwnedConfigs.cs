using Platform.Api.Hosting;
using Platform.Client.Admin;
using Platform.Protocol;

namespace Platform.Api.RestProxy.V3.Configs;

/// <summary>The settings of one owner, read and changed; the same for topics, brokers and all brokers.</summary>
internal sealed class OwnedConfigs(
    ClusterGateway gateway, ResourceLinks links, ConfigOwner owner, CancellationToken cancellation)
{
    /// <summary>All settings, sorted by name.</summary>
    public async Task<V3Answer<ResourceList<KafkaConfigResource>>> ListAsync() =>
        new(links.List(owner.Kind + "List", owner.ListUrl, await DescribeAsync()));

    /// <summary>All settings as resources, sorted by name.</summary>
    public async Task<IEnumerable<KafkaConfigResource>> DescribeAsync() =>
        (await EntriesAsync()).Select(entry => owner.Describe(links, entry));

    /// <summary>One setting, or 404.</summary>
    public async Task<V3Answer<KafkaConfigResource>> GetAsync(string name)
    {
        var entry = (await EntriesAsync()).FirstOrDefault(one => one.Name == name);
        return new(owner.Describe(links, entry ?? throw V3Problems.ConfigNotFound(name, owner.Text, links.ClusterId)));
    }

    /// <summary>Gives a setting the value in the body.</summary>
    public async Task<NoContentAnswer> SetAsync(HttpContext context, string name)
    {
        var request = await JsonBody.ReadAsync(context, V3Json.TypeInfo<UpdateConfigRequest>());
        return await ChangeAsync([new AlterConfig(name, AlterConfigOperation.Set, request.Value)], validateOnly: false);
    }

    /// <summary>Returns a setting to its default.</summary>
    public Task<NoContentAnswer> ResetAsync(string name) =>
        ChangeAsync([AlterConfig.Delete(name)], validateOnly: false);

    /// <summary>Makes the changes in the body, all or none.</summary>
    public async Task<NoContentAnswer> AlterAsync(HttpContext context) =>
        await AlterAsync(await JsonBody.ReadAsync(context, V3Json.TypeInfo<AlterConfigsRequest>()));

    /// <summary>Makes the changes, all or none.</summary>
    public Task<NoContentAnswer> AlterAsync(AlterConfigsRequest request) => request.Data is { Count: > 0 }
        ? ChangeAsync([.. request.Data.Select(ToChange)], request.ValidateOnly)
        : throw V3Problems.Invalid("\"data\" is missing or empty: name the settings to change.");

    private static AlterConfig ToChange(AlterConfigItem item) => item.Operation?.ToUpperInvariant() switch
    {
        null or "SET" => new AlterConfig(item.Name, AlterConfigOperation.Set, item.Value),
        "DELETE" => AlterConfig.Delete(item.Name),
        _ => throw V3Problems.Invalid($"operation '{item.Operation}' of '{item.Name}': allowed are SET and DELETE."),
    };

    private async Task<NoContentAnswer> ChangeAsync(IReadOnlyList<AlterConfig> changes, bool validateOnly)
    {
        // Settings that all brokers share are listed only once they are set, so their names are the broker's to check.
        if (owner.TopicName is not null || owner.BrokerId is not null)
        {
            var known = (await EntriesAsync()).Select(one => one.Name).ToHashSet();
            if (changes.FirstOrDefault(change => !known.Contains(change.Name)) is { Name: { } unknown })
                throw V3Problems.ConfigNotFound(unknown, owner.Text, links.ClusterId);
        }
        var request = new Dictionary<ConfigResource, IReadOnlyList<AlterConfig>> { [owner.Resource] = changes };
        await gateway.Admin.IncrementalAlterConfigsAsync(request, validateOnly, cancellation).ThrowIfAnyFailed();
        return NoContentAnswer.Instance;
    }

    private async Task<IReadOnlyList<ConfigEntry>> EntriesAsync()
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
