using System.Collections.Concurrent;
using Platform.Broker.Metadata;
using Platform.Cluster.Configuration;
using Platform.Cluster.Metadata;
using Platform.Cluster.Quotas;

namespace Platform.Broker.Network;

/// <summary>How many connections a broker accepts in a second, of everybody together (max.connection.creation.rate) and of each
/// address (connection_creation_rate, KIP-612).</summary>
internal sealed class ConnectionRates : IMetadataPublisher
{
    /// <summary>Addresses that are remembered; beyond it all begin anew.</summary>
    internal const int MaxAddresses = 10_000;

    /// <summary>Longest time that an address waits to be turned away.</summary>
    internal const int MaxWaitMs = 1_000;

    private readonly BrokerConfig _config;
    private readonly TimeProvider _time;
    private readonly RateQuota _all;
    private volatile State _state = new(ClientQuotasImage.Empty);
    private volatile bool _isLimited;

    /// <summary>Rates as the settings say, without quotas of addresses yet.</summary>
    public ConnectionRates(BrokerConfig config, TimeProvider time)
    {
        (_config, _time) = (config, time);
        _all = new RateQuota(Rate(config));
        _isLimited = Rate(config) < int.MaxValue;
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public void Publish(MetadataDelta delta, MetadataImage image)
    {
        if (delta.ClientQuotas.HasChanges)
            _state = new State(image.ClientQuotas);
        if (!delta.Configurations.HasChanges)
            return;
        var rate = Rate(image.Configurations.Effective(_config, _config.Node.Id));
        _isLimited = rate < int.MaxValue;
        _all.SetRate(rate, NowMs);
    }

    /// <summary>A connection has been accepted.</summary>
    /// <returns>How long to accept no other, in ms.</returns>
    public int PauseMs() => _isLimited ? (int)_all.Record(1, NowMs) : 0;

    /// <summary>May this address connect now?</summary>
    /// <returns>0 when it may; else how long to keep it waiting before it is turned away, in ms.</returns>
    public int RefusedForMs(string address)
    {
        if (_state.Find(address) is not { } quota || quota.Record(1, NowMs) is not (> 0 and var waitMs))
            return 0;
        // What is turned away does not count, or whoever tries again at once would never get in.
        quota.Record(-1, NowMs);
        return (int)Math.Min(MaxWaitMs, waitMs);
    }

    private static double Rate(BrokerConfig config) => Math.Max(1, config[BrokerConfigs.MaxConnectionCreationRate]);

    private sealed class State(ClientQuotasImage quotas)
    {
        private readonly bool _isEmpty = !quotas.Entities.Any(entity => entity.Key.Ip is not null);
        private readonly ConcurrentDictionary<string, RateQuota?> _known = new(StringComparer.Ordinal);

        public RateQuota? Find(string address)
        {
            if (_isEmpty)
                return null;
            if (_known.Count >= MaxAddresses)
                _known.Clear();
            return _known.GetOrAdd(address, Limit);
        }

        private RateQuota? Limit(string address)
        {
            foreach (var name in (string[])[address, QuotaEntity.Default])
                if (quotas.Of(new QuotaEntity(Ip: name)).TryGetValue(ClientQuotaKeys.ConnectionCreationRate, out var rate))
                    return new RateQuota(rate);
            return null;
        }
    }
}
