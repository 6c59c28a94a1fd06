using System.Collections.Concurrent;
using Platform.Cluster.Configuration;

namespace Platform.Broker.Hosting;

/// <summary>Where the controllers of this process really listen. <c>controller.quorum.voters</c> must name ports before
/// they are known when they are 0, as in <c>platform dev</c> and in tests; nodes that share this object find each
/// other all the same, also after a restart on another port.</summary>
public sealed class BoundControllers
{
    private readonly ConcurrentDictionary<int, HostAndPort> _addresses = new();

    /// <summary>Notes where a controller listens from now on.</summary>
    public void Set(int nodeId, HostAndPort address) => _addresses[nodeId] = address;

    /// <summary>Where some controller of this process other than the node listens; null when there is none.</summary>
    public HostAndPort? AnyBut(int nodeId) => _addresses.Where(entry => entry.Key != nodeId)
        .OrderBy(entry => entry.Key).Select(entry => entry.Value).FirstOrDefault();

    /// <summary>Where a controller listens, when it runs in this process.</summary>
    public HostAndPort? Find(int nodeId) => _addresses.TryGetValue(nodeId, out var address) ? address : null;
}
