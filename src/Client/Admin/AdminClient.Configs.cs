using System.Globalization;
using Platform.Client.Network;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

public sealed partial class AdminClient
{
    /// <summary>The settings of resources, in the order asked; a broker's are asked of that broker.</summary>
    /// <param name="resources">Topics, brokers and others.</param>
    /// <param name="includeSynonyms">True to tell the weaker values, too.</param>
    /// <param name="includeDocumentation">True to tell what each setting does.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<ConfigDescription>> DescribeConfigsAsync(
        IEnumerable<ConfigResource> resources, bool includeSynonyms = false, bool includeDocumentation = false,
        CancellationToken cancellation = default)
    {
        var asked = resources.ToList();
        var found = new Dictionary<ConfigResource, ConfigDescription>();
        foreach (var group in asked.Distinct().GroupBy(DestinationOf))
        {
            var request = DescribeRequest(group, includeSynonyms, includeDocumentation);
            var response = await SendAsync(request, group.Key, cancellation);
            foreach (var description in response.Results.Select(ToDescription))
                found[description.Resource] = description;
        }
        return asked.Where(found.ContainsKey).Select(resource => found[resource]).ToList();
    }

    // Only the broker itself knows its static settings.
    private static Destination DestinationOf(ConfigResource resource) =>
        resource is { Type: ConfigResourceType.Broker or ConfigResourceType.BrokerLogger }
        && int.TryParse(resource.Name, CultureInfo.InvariantCulture, out var id)
            ? Destination.Node(id) : Destination.Any;

    private static DescribeConfigsRequest DescribeRequest(
        IEnumerable<ConfigResource> resources, bool includeSynonyms, bool includeDocumentation) => new()
    {
        Resources = [.. resources.Select(resource => new DescribeConfigsRequest.DescribeConfigsResource
        {
            ResourceType = (sbyte)resource.Type,
            ResourceName = resource.Name,
            ConfigurationKeys = null,
        })],
        IncludeSynonyms = includeSynonyms,
        IncludeDocumentation = includeDocumentation,
    };

    private static ConfigDescription ToDescription(DescribeConfigsResponse.DescribeConfigsResult result) => new(
        new ConfigResource((ConfigResourceType)result.ResourceType, result.ResourceName),
        [.. result.Configs.Select(ToEntry)], result.ErrorCode, result.ErrorMessage);

    private static ConfigEntry ToEntry(DescribeConfigsResponse.DescribeConfigsResourceResult config) => new(
        config.Name, config.Value, (ConfigSource)config.ConfigSource, config.ReadOnly, config.IsSensitive,
        config.ConfigType, config.Documentation,
        [.. config.Synonyms.Select(
            synonym => new ConfigSynonym(synonym.Name, synonym.Value, (ConfigSource)synonym.Source))]);

    /// <summary>Changes settings, leaving those that are not named as they are (KIP-339).</summary>
    public async Task<IReadOnlyList<ItemResult<ConfigResource>>> IncrementalAlterConfigsAsync(
        IReadOnlyDictionary<ConfigResource, IReadOnlyList<AlterConfig>> changes, bool validateOnly = false,
        CancellationToken cancellation = default)
    {
        var results = new List<ItemResult<ConfigResource>>();
        foreach (var group in changes.GroupBy(change => AlterDestinationOf(change.Key)))
        {
            var response = await SendAsync(AlterRequest(group, validateOnly), group.Key, cancellation);
            results.AddRange(response.Responses.Select(result => new ItemResult<ConfigResource>(
                new ConfigResource((ConfigResourceType)result.ResourceType, result.ResourceName),
                result.ErrorCode, result.ErrorMessage)));
        }
        return results;
    }

    // A broker checks its own settings before it hands them to the controller.
    private static Destination AlterDestinationOf(ConfigResource resource) =>
        DestinationOf(resource) is { } destination && destination != Destination.Any ? destination
            : Destination.Controller;

    private static IncrementalAlterConfigsRequest AlterRequest(
        IEnumerable<KeyValuePair<ConfigResource, IReadOnlyList<AlterConfig>>> changes, bool validateOnly) => new()
    {
        Resources = [.. changes.Select(change => new IncrementalAlterConfigsRequest.AlterConfigsResource
        {
            ResourceType = (sbyte)change.Key.Type,
            ResourceName = change.Key.Name,
            Configs = [.. change.Value.Select(config => new IncrementalAlterConfigsRequest.AlterableConfig
            {
                Name = config.Name,
                ConfigOperation = (sbyte)config.Operation,
                Value = config.Value,
            })],
        })],
        ValidateOnly = validateOnly,
    };
}
