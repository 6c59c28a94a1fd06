using Platform.Client.Network;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Admin;

/// <summary>Quotas of an entity.</summary>
/// <param name="Entity">Names by kind (user, client-id, ip); null is the default of all who are not named.</param>
/// <param name="Values">Values by key, such as producer_byte_rate.</param>
public sealed record ClientQuotaDescription(
    IReadOnlyDictionary<string, string?> Entity, IReadOnlyDictionary<string, double> Values);

public sealed partial class AdminClient
{
    private const sbyte MatchAny = 2;

    /// <summary>All quotas of one kind of entity, such as client-id, also in combination with others; all there are when
    /// no kind is named.</summary>
    public async Task<IReadOnlyList<ClientQuotaDescription>> DescribeClientQuotasAsync(
        string? entityType = null, CancellationToken cancellation = default)
    {
        var request = new DescribeClientQuotasRequest
        {
            Components = entityType is null ? [] : [new() { EntityType = entityType, MatchType = MatchAny, Match = null }],
        };
        var response = await SendAsync(request, Destination.Any, cancellation);
        KafkaException.ThrowIfError(response.ErrorCode, "quotas", response.ErrorMessage);
        return [.. (response.Entries ?? []).Select(entry => new ClientQuotaDescription(
            entry.Entity.ToDictionary(part => part.EntityType, part => part.EntityName),
            entry.Values.ToDictionary(value => value.Key, value => value.Value)))];
    }

    /// <summary>Sets quotas of an entity, or removes those whose value is null.</summary>
    /// <exception cref="KafkaException">A quota was refused; the message says why.</exception>
    public async Task AlterClientQuotasAsync(IReadOnlyDictionary<string, string?> entity,
        IReadOnlyDictionary<string, double?> values, CancellationToken cancellation = default)
    {
        var request = new AlterClientQuotasRequest
        {
            Entries =
            [
                new()
                {
                    Entity = [.. entity.Select(part => new AlterClientQuotasRequest.EntityData
                    {
                        EntityType = part.Key, EntityName = part.Value,
                    })],
                    Ops = [.. values.Select(value => new AlterClientQuotasRequest.OpData
                    {
                        Key = value.Key, Value = value.Value ?? 0, Remove = value.Value is null,
                    })],
                },
            ],
        };
        var response = await SendAsync(request, Destination.Controller, cancellation);
        foreach (var entry in response.Entries)
            KafkaException.ThrowIfError(entry.ErrorCode, "quota", entry.ErrorMessage);
    }
}
