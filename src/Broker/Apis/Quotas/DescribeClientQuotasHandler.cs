using Platform.Broker.Metadata;
using Platform.Broker.Network;
using Platform.Cluster.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Component = Platform.Protocol.Messages.DescribeClientQuotasRequest.ComponentData;

namespace Platform.Broker.Apis.Quotas;

/// <summary>DescribeClientQuotas (key 48): the quotas of the entities that match (KIP-546).</summary>
internal sealed class DescribeClientQuotasHandler(MetadataCache metadata)
    : IApiHandler<DescribeClientQuotasRequest, DescribeClientQuotasResponse>
{
    private const sbyte Exact = 0;
    private const sbyte Default = 1;
    private const sbyte Any = 2;

    public ValueTask<DescribeClientQuotasResponse?> HandleAsync(
        DescribeClientQuotasRequest request, RequestContext context)
    {
        if (Problem(request) is { } problem)
            return new(Fail(request, ErrorCode.InvalidRequest, problem));
        var found = metadata.Image.ClientQuotas.Entities.Where(entity => Matches(request, entity.Key));
        return new(new DescribeClientQuotasResponse
        {
            Entries = [.. found.Select(entity => new DescribeClientQuotasResponse.EntryData
            {
                Entity = [.. entity.Key.Parts.Select(part => new DescribeClientQuotasResponse.EntityData
                {
                    EntityType = part.Type,
                    EntityName = part.Name,
                })],
                Values = [.. entity.Value.Select(value => new DescribeClientQuotasResponse.ValueData
                {
                    Key = value.Key,
                    Value = value.Value,
                })],
            })],
        });
    }

    public DescribeClientQuotasResponse? Fail(DescribeClientQuotasRequest request, ErrorCode error, string message) =>
        new() { ErrorCode = error, ErrorMessage = message, Entries = null };

    private static string? Problem(DescribeClientQuotasRequest request)
    {
        if (request.Components.DistinctBy(component => component.EntityType).Count() < request.Components.Count)
            return "a kind of entity is named twice";
        foreach (var component in request.Components)
        {
            if (component.EntityType is not (QuotaEntity.UserType or QuotaEntity.ClientIdType or QuotaEntity.IpType))
                return $"'{component.EntityType}' is no kind of entity; there are user, client-id and ip";
            if (component.MatchType is < Exact or > Any || component.MatchType == Exact != component.Match is not null)
                return $"the filter of {component.EntityType} has match type {component.MatchType} and "
                    + (component.Match is null ? "no name" : "a name");
        }
        return null;
    }

    // Strict: what has parts that the filter does not ask for does not match.
    private static bool Matches(DescribeClientQuotasRequest request, QuotaEntity entity)
    {
        var parts = entity.Parts.ToDictionary(part => part.Type, part => part.Name, StringComparer.Ordinal);
        return (!request.Strict || parts.Count == request.Components.Count)
            && request.Components.TrueForAll(component =>
                parts.TryGetValue(component.EntityType, out var name) && Matches(component, name));
    }

    private static bool Matches(Component component, string? name) => component.MatchType switch
    {
        Exact => name == component.Match,
        Default => name is null,
        _ => true,
    };
}
