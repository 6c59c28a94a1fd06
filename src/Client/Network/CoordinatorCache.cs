using System.Collections.Concurrent;
using Platform.Client.Metadata;
using Platform.Protocol;
using Platform.Protocol.Messages;

namespace Platform.Client.Network;

/// <summary>Which broker coordinates a group or a transactional id, as far as it was asked.</summary>
internal sealed class CoordinatorCache(
    Func<Func<short, FindCoordinatorRequest>, CancellationToken, Task<FindCoordinatorResponse>> ask)
{
    /// <summary>Most coordinators that are remembered; when it is reached all are forgotten and asked for
    /// again.</summary>
    public const int MaxEntries = 10_000;

    private readonly ConcurrentDictionary<Destination, BrokerInfo> _known = new();

    /// <summary>The coordinator; asks a broker when it is not known.</summary>
    /// <exception cref="KafkaException">There is none at the moment (retriable), or access is refused.</exception>
    public async ValueTask<BrokerInfo> GetAsync(Destination destination, CancellationToken cancellation)
    {
        if (_known.TryGetValue(destination, out var known))
            return known;
        var key = destination.Key ?? throw new ArgumentException("a coordinator needs a key", nameof(destination));
        var response = await ask(version => Request(destination, key, version), cancellation);
        var found = Parse(response, key);
        if (_known.Count >= MaxEntries)
            _known.Clear();
        return _known[destination] = found;
    }

    /// <summary>Forgets a coordinator that said that it is none, or that cannot be reached.</summary>
    public void Forget(Destination destination) => _known.TryRemove(destination, out _);

    private static FindCoordinatorRequest Request(Destination destination, string key, short version) => new()
    {
        Key = version < 4 ? key : "",
        KeyType = destination.To == Destination.Kind.Group ? (sbyte)0 : (sbyte)1,
        CoordinatorKeys = version < 4 ? [] : [key],
    };

    private static BrokerInfo Parse(FindCoordinatorResponse response, string key)
    {
        if (response.Coordinators.Count == 0)
        {
            KafkaException.ThrowIfError(response.ErrorCode, $"coordinator of {key}", response.ErrorMessage);
            return new BrokerInfo(response.NodeId, response.Host, response.Port);
        }
        var found = response.Coordinators[0];
        KafkaException.ThrowIfError(found.ErrorCode, $"coordinator of {key}", found.ErrorMessage);
        return new BrokerInfo(found.NodeId, found.Host, found.Port);
    }
}
