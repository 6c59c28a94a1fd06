using System.Collections.Concurrent;
using Platform.Protocol;

namespace Platform.Client.Network;

/// <summary>The connections of one client, by where they lead and what they carry.</summary>
internal sealed class ConnectionPool(ClientOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<(BrokerEndpoint, ConnectionUse), ConnectionSlot> _slots = new();
    private readonly CancellationTokenSource _closing = new();

    /// <summary>An open connection; waits for the backoff when the last attempt failed.</summary>
    public ValueTask<BrokerConnection> GetAsync(BrokerEndpoint endpoint, ConnectionUse use,
        CancellationToken cancellation) =>
        _closing.IsCancellationRequested
            ? throw new KafkaException(ErrorCode.NetworkException, "the client is closed")
            : Slot(endpoint, use).GetAsync(cancellation);

    /// <summary>
    /// A connection to whichever endpoint answers: open and idle ones first, then those that did not just fail.
    /// </summary>
    /// <exception cref="KafkaException">None could be reached.</exception>
    public async ValueTask<BrokerConnection> GetAnyAsync(
        IEnumerable<BrokerEndpoint> endpoints, ConnectionUse use, CancellationToken cancellation)
    {
        var failures = new List<KafkaException>();
        foreach (var slot in endpoints.Distinct().Select(endpoint => Slot(endpoint, use)).OrderBy(Preference).ToList())
        {
            try
            {
                return await slot.GetAsync(cancellation);
            }
            catch (KafkaException e)
            {
                failures.Add(e);
            }
        }
        throw new KafkaException(ErrorCode.NetworkException,
            $"no broker can be reached: {string.Join("; ", failures.Select(failure => failure.Message))}");
    }

    private int Preference(ConnectionSlot slot)
    {
        if (slot.Current is { } open)
            return open.InFlight;
        return slot.InBackoff(options.NowMs) ? int.MaxValue : int.MaxValue - 1;
    }

    private ConnectionSlot Slot(BrokerEndpoint endpoint, ConnectionUse use) =>
        _slots.GetOrAdd((endpoint, use), _ => new ConnectionSlot(endpoint, options, _closing.Token));

    /// <summary>Closes every connection; requests in flight fail.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        foreach (var slot in _slots.Values)
            slot.Close();
    }
}
