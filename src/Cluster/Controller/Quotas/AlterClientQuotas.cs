using Platform.Cluster.Metadata;
using Platform.Cluster.Quotas;
using Platform.Protocol;
using Platform.Protocol.Messages;
using Entry = Platform.Protocol.Messages.AlterClientQuotasRequest.EntryData;

namespace Platform.Cluster.Controller;

/// <summary>AlterClientQuotas (key 49): sets and removes quotas of users, client ids and addresses (KIP-546).</summary>
public static class AlterClientQuotas
{
    /// <summary>Answers the request; each entity succeeds or fails by itself.</summary>
    public static ControllerResult<AlterClientQuotasResponse> Handle(
        ControllerContext controller, AlterClientQuotasRequest request)
    {
        var (response, records) = (new AlterClientQuotasResponse(), new List<IMetadataRecord>());
        var seen = new HashSet<QuotaEntity>();
        foreach (var entry in request.Entries)
        {
            var entity = QuotaEntity.From(entry.Entity.Select(part => (part.EntityType, part.EntityName)));
            var error = Check(entity, entry) ?? (seen.Add(entity!) ? null
                : new ApiError(ErrorCode.InvalidRequest, $"the request names {entity} more than once"));
            if (error is null)
                records.AddRange(Records(controller.Image.ClientQuotas, entity!, entry));
            response.Entries.Add(new()
            {
                ErrorCode = error?.Code ?? ErrorCode.None,
                ErrorMessage = error?.Message,
                Entity = entry.Entity.ConvertAll(part => new AlterClientQuotasResponse.EntityData
                {
                    EntityType = part.EntityType,
                    EntityName = part.EntityName,
                }),
            });
        }
        return new(request.ValidateOnly ? [] : records, response);
    }

    private static IEnumerable<IMetadataRecord> Records(ClientQuotasImage quotas, QuotaEntity entity, Entry entry)
    {
        var current = quotas.Of(entity);
        foreach (var op in entry.Ops)
        {
            var isThere = current.TryGetValue(op.Key, out var value);
            if (op.Remove ? isThere : !isThere || value != op.Value)
                yield return ClientQuotasImage.Record(entity, op.Key, op.Remove ? null : op.Value);
        }
    }

    private static ApiError? Check(QuotaEntity? entity, Entry entry)
    {
        if (entity is null)
            return Invalid("an entity is a user, a client-id, both, or an ip, each once");
        if (entity.Ip is not null && (entity.User is not null || entity.ClientId is not null))
            return Invalid("a quota of an ip cannot be one of a user or a client-id, too");
        if (entity.Parts.Any(part => part.Name is { Length: 0 }))
            return Invalid("a name is empty; leave it out for the default of all who are not named");
        if (entity.Ip is { } ip && ip != QuotaEntity.Default && !System.Net.IPAddress.TryParse(ip, out _))
            return Invalid($"'{ip}' is no address");
        var known = entity.Ip is null ? ClientQuotaKeys.OfClients : ClientQuotaKeys.OfAddresses;
        return entry.Ops.GroupBy(op => op.Key, StringComparer.Ordinal).Select(ops => CheckOp(ops.ToList(), known, entity))
            .FirstOrDefault(error => error is not null);
    }

    private static ApiError? CheckOp(
        List<AlterClientQuotasRequest.OpData> ops, IReadOnlyList<string> known, QuotaEntity entity)
    {
        var op = ops[0];
        if (ops.Count > 1)
            return Invalid($"{op.Key} is named twice");
        if (!known.Contains(op.Key))
            return Invalid($"{op.Key} is no quota of {entity}; there are {string.Join(", ", known)}");
        if (op.Remove)
            return null;
        if (!double.IsFinite(op.Value) || op.Value <= 0)
            return Invalid($"{op.Key} must be more than 0");
        return ClientQuotaKeys.IsWhole(op.Key) && Math.Floor(op.Value) != op.Value
            ? Invalid($"{op.Key} is a number of bytes and has no fractions") : null;
    }

    private static ApiError Invalid(string message) => new(ErrorCode.InvalidRequest, message);
}
