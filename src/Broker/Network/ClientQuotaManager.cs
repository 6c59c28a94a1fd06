using System.Collections.Concurrent;
using Platform.Broker.Metadata;
using Platform.Cluster.Metadata;
using Platform.Cluster.Quotas;

namespace Platform.Broker.Network;

/// <summary>
/// Counts what clients produce and fetch against their quotas. Who used too much is told to wait in the response, and not
/// listened to for as long (KIP-219), so that a client that does not obey slows down as well.
/// </summary>
internal sealed class ClientQuotaManager : IMetadataPublisher
{
    /// <summary>Longest wait; a debt that is larger is waited for in turns.</summary>
    internal const int MaxThrottleMs = 10_000;

    /// <summary>Clients whose quotas are remembered; beyond it they are looked up anew.</summary>
    internal const int MaxClients = 10_000;

    /// <summary>Longest wait for time that was used: one window, as in Kafka.</summary>
    internal const int MaxTimeThrottleMs = 1_000;

    // A hundredth of a second's worth of a thread.
    private const double MsPerPercent = 10;

    // Replaced as a whole when quotas change: what was used before is forgotten then.
    private volatile State _state = new(ClientQuotasImage.Empty);

    /// <inheritdoc/>
    public void Publish(MetadataDelta delta, MetadataImage image)
    {
        if (delta.ClientQuotas.HasChanges)
            _state = new State(image.ClientQuotas);
    }

    /// <summary>Counts time that a request took of a thread (KIP-124); 100 percent are one thread. Requests of brokers are free.</summary>
    public void RecordTime(RequestContext context, TimeSpan spent, Protocol.Messages.IResponse response)
    {
        if (_state.Quotas.Entities.IsEmpty || context.IsFromFollower || context.ApiKey == Protocol.Messages.ApiKey.WriteTxnMarkers)
            return;
        var waitMs = Record(ClientQuotaKeys.RequestPercentage, context, spent.TotalMilliseconds / MsPerPercent, MaxTimeThrottleMs);
        // Clients whose answer has no field for it find out by not being listened to for as long (KIP-219).
        if (response is Protocol.Messages.IThrottledResponse throttled)
            throttled.ThrottleTimeMs = Math.Max(throttled.ThrottleTimeMs, waitMs);
    }

    /// <summary>Counts bytes of a request.</summary>
    /// <param name="key">The quota, such as producer_byte_rate.</param>
    /// <param name="context">The request.</param>
    /// <param name="amount">How much.</param>
    /// <param name="maxMs">Longest wait.</param>
    /// <returns>How long the client shall wait, in ms.</returns>
    public int Record(string key, RequestContext context, double amount, int maxMs = MaxThrottleMs)
    {
        var state = _state;
        if (state.Quotas.Entities.IsEmpty || amount == 0)
            return 0;
        if (state.Find(key, context.Connection.User, context.ClientId) is not { } quota)
            return 0;
        var waitMs = (int)Math.Min(maxMs, quota.Record(amount, context.NowMs));
        if (waitMs > 0)
            context.Connection.MuteFor(waitMs);
        return waitMs;
    }

    private sealed class State(ClientQuotasImage quotas)
    {
        private readonly ConcurrentDictionary<(string Key, string User, string ClientId), RateQuota?> _known = new();
        private readonly ConcurrentDictionary<(string Key, string? User, string? ClientId), RateQuota> _shared = new();

        public ClientQuotasImage Quotas => quotas;

        public RateQuota? Find(string key, string user, string clientId)
        {
            if (_known.TryGetValue((key, user, clientId), out var known))
                return known;
            if (_known.Count >= MaxClients)
                _known.Clear();
            var limit = ClientQuotaLookup.Find(quotas, key, user, clientId);
            var found = limit is { } some ? _shared.GetOrAdd((key, some.User, some.ClientId),
                static (_, perSecond) => new RateQuota(perSecond), some.PerSecond) : null;
            _known[(key, user, clientId)] = found;
            return found;
        }
    }
}
