using Platform.Cluster.Metadata;

namespace Platform.Cluster.Quotas;

/// <summary>What clients have created and deleted, counted by the active controller against controller_mutation_rate
/// (KIP-599). Confined to the controller's thread; begins anew with every controller, and when quotas change.</summary>
/// <param name="burstSeconds">Seconds' worth that may be saved up, and then used at once: <c>controller.quota.window.num</c> times
/// <c>controller.quota.window.size.seconds</c>.</param>
public sealed class MutationQuotas(double burstSeconds)
{
    /// <summary>Clients that are remembered; beyond it all begin anew.</summary>
    internal const int MaxClients = 10_000;

    private readonly Dictionary<(string? User, string? ClientId), RateQuota> _known = [];
    private ClientQuotasImage _quotas = ClientQuotasImage.Empty;

    /// <summary>What was held back.</summary>
    public MutationCounters Counters { get; } = new();

    /// <summary>The quota of a request.</summary>
    /// <param name="quotas">All quotas.</param>
    /// <param name="user">Name of the user.</param>
    /// <param name="clientId">The client's name for itself.</param>
    /// <param name="isStrict">True when the version of the request knows a refusal.</param>
    /// <param name="nowMs">The time.</param>
    public MutationQuota For(ClientQuotasImage quotas, string user, string clientId, bool isStrict, long nowMs)
    {
        if (!ReferenceEquals(_quotas, quotas) || _known.Count >= MaxClients)
            _known.Clear();
        _quotas = quotas;
        if (quotas.Entities.IsEmpty
            || ClientQuotaLookup.Find(quotas, ClientQuotaKeys.ControllerMutationRate, user, clientId) is not { } limit)
            return MutationQuota.None;
        if (!_known.TryGetValue((limit.User, limit.ClientId), out var quota))
            _known[(limit.User, limit.ClientId)] = quota = new RateQuota(limit.PerSecond, burstSeconds);
        return new MutationQuota(quota, isStrict, nowMs, Counters);
    }
}
